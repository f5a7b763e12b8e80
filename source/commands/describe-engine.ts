import {readDetails} from '../engine/docker/details.js';
import {BuildkitEngine} from '../engine/buildkit/engine.js';
import type {Engine} from '../engine/port.js';
import type {EngineReport} from '../report/doctor/report.js';

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
