import type {Build} from '../../engine/port.js';

/** What looking at a build's files takes of it. */
export type BuildFiles = Pick<
	Build,
	| 'program'
	| 'copySource'
	| 'touched'
	| 'copiesOf'
	| 'processOf'
	| 'snapshot'
	| 'layer'
	| 'imageSize'
	| 'finalImage'
	| 'secrets'
	| 'buildArguments'
>;
