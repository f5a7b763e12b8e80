import {randomUUID} from 'node:crypto';
import type {DockerConnection} from '../../docker/connection.js';
import {dockerCredentials} from '../../docker/credentials.js';
import {Session} from '../session/session.js';
import {BuildkitConnection} from './connection.js';
import {Gateway} from './gateway.js';

/** A gateway build that has no Dockerfile: the engine's BuildKit, to be asked things. */
export type BareBuild = {
	readonly gateway: Gateway;

	/** Ends it, and whatever the engine did for it. Never fails. */
	close(): Promise<void>;
};

/**
@param directories - What it may read of this machine, by name.
@throws {EngineError} No engine answers, or it has no BuildKit.
*/
export async function openBareBuild(
	docker: DockerConnection,
	directories: ReadonlyMap<string, string> = new Map(),
): Promise<BareBuild> {
	const session = new Session({
		directories,
		secrets: {read: async () => undefined},
		credentials: dockerCredentials(),
	});
	const connection = await BuildkitConnection.open(docker, session);
	const reference = randomUUID().replaceAll('-', '');
	const gateway = new Gateway(connection, reference);
	const solve = connection.control.solve({Ref: reference, Session: session.id});
	// It ends with what ends the build; that is no news.
	solve.catch(() => undefined);
	return {
		gateway,
		async close() {
			if (!connection.lost.aborted) {
				await Promise.allSettled([gateway.abandon(), solve]);
			}

			await connection.close();
		},
	};
}
