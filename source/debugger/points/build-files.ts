import type {Build} from '../../engine/port.js';

/** What looking at a build's files takes of it. */
export type BuildFiles = Pick<
	Build,
	'program' | 'copiesOf' | 'copySource' | 'snapshot' | 'touched'
>;
