import type {BuildRequest, EngineDescription} from '../../port.js';
import type {LoadedBuild} from '../program/loading.js';
import type {Attempt} from '../run/attempt.js';

/** Where points are opened: what a build is, and what came of it. */
export type OpenedBuild = {
	readonly request: BuildRequest;
	readonly engine: EngineDescription;
	readonly load: LoadedBuild;
	readonly attempt: Attempt;
};
