import type {BuilderKind} from '../dockerfile/stages/stage-queries.js';
import {BuildkitEngine} from './buildkit/engine.js';
import type {DockerAddress} from './docker/address.js';
import type {Engine} from './port.js';

/**
@param builder - Which of the engine's builders is to build; the legacy one is loaded only when it is asked for.
@returns The engine, once it has answered.
@throws {EngineError} No engine answers there.
*/
export async function openBuilder(
	address: DockerAddress,
	builder: BuilderKind = 'buildkit',
): Promise<Engine> {
	if (builder === 'buildkit') {
		return BuildkitEngine.open(address);
	}

	const {LegacyEngine} = await import('./legacy/engine.js');
	return LegacyEngine.open(address);
}
