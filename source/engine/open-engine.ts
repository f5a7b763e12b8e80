import process from 'node:process';
import type {BuilderKind} from '../dockerfile/stage-queries.js';
import {parseDockerAddress} from './docker/address.js';
import {openBuilder} from './open-builder.js';
import type {Engine} from './port.js';

/** Where Docker listens when nothing says otherwise (docker/cli, `DefaultDockerHost`). */
const defaultAddress = 'unix:///var/run/docker.sock';

/**
Finds the engine as `docker` does: `--host`, or `DOCKER_HOST`, or the default socket.

@param host - `--host`.
@param builder - `--builder`.
@returns The engine, once it has answered.
@throws {UsageError} The address is none.
@throws {EngineError} No engine answers there.
*/
export async function openEngine(
	host: string | undefined,
	builder?: BuilderKind,
	environment: NodeJS.ProcessEnv = process.env,
): Promise<Engine> {
	const address = parseDockerAddress(
		host ?? (environment['DOCKER_HOST'] || defaultAddress),
	);
	return openBuilder(address, builder);
}
