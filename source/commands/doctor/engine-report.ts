import {type EngineDetails, readDetails} from '../../engine/docker/details.js';
import {BuildkitEngine} from '../../engine/buildkit/engine.js';
import type {Capability, Engine, EngineDescription} from '../../engine/port.js';

/** What is told of the engine that is used. */
export type EngineReport = EngineDescription & {
	readonly details: EngineDetails | null;
	readonly capabilities: readonly Capability[];
};

/**
@throws {EngineError} The engine was lost.
*/
export async function describeEngine(engine: Engine): Promise<EngineReport> {
	const [details, capabilities] = await Promise.all([
		engine instanceof BuildkitEngine ? readDetails(engine.docker) : null,
		engine.capabilities(),
	]);
	return {...engine.description, details, capabilities};
}
