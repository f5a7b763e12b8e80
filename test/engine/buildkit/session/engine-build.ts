import {type Buffer} from 'node:buffer';
import {randomUUID} from 'node:crypto';
import {once} from 'node:events';
import {type IncomingMessage, request as httpRequest} from 'node:http';
import {type Socket} from 'node:net';
import {onTestFinished} from 'vitest';
import {dockerCredentials} from '../../../../source/engine/docker/credentials.js';
import {openSecrets} from '../../../../source/engine/buildkit/session/secrets.js';
import {
	Session,
	type SessionOptions,
} from '../../../../source/engine/buildkit/session/session.js';
import {type EngineInfo, removeImage} from '../../engine.js';
import {callEngine} from '../../http.js';

export type EngineBuild = {
	/** The image, removed after the test. */
	readonly image: string;
	/** What the engine says went wrong; empty when nothing did. */
	readonly failure: string;
	/** What the session says went wrong. */
	readonly errors: readonly Error[];
	/** How many bytes the engine got over the session. */
	readonly sent: number;
};

/**
Builds an image by Docker's own endpoint for BuildKit builds, with our session.

@param engine - An engine.
@param directories - As for a session.
@param options - What else the session has; no secrets and the user's credentials when left out.
@returns What came of it.
*/
export async function buildImage(
	engine: EngineInfo,
	directories: SessionOptions['directories'],
	options: Partial<SessionOptions> = {},
): Promise<EngineBuild> {
	const image = `mstage-session-${randomUUID()}`;
	onTestFinished(async () => removeImage(engine, image));
	const errors: Error[] = [];
	const session = new Session({
		directories,
		secrets: await openSecrets([]),
		credentials: dockerCredentials(),
		onError(error) {
			errors.push(error);
		},
		...options,
	});
	const socket = await openSession(engine, session);
	const query = new URLSearchParams({
		version: '2',
		remote: 'client-session',
		session: session.id,
		buildid: session.id,
		dockerfile: 'Dockerfile',
		t: image,
	});
	try {
		const path = `/build?${query.toString()}`;
		const {text} = await callEngine(engine, 'POST', path);
		return {
			image,
			failure: /"error":"(?<words>.*)"\}/v.exec(text)?.groups?.['words'] ?? '',
			errors,
			sent: socket.bytesWritten,
		};
	} finally {
		await session.close();
	}
}

async function openSession(
	{dockerHost}: EngineInfo,
	session: Session,
): Promise<Socket> {
	const upgrade = httpRequest({
		socketPath: new URL(dockerHost).pathname,
		method: 'POST',
		path: '/session',
		headers: {
			Connection: 'Upgrade',
			Upgrade: 'h2c',
			'X-Docker-Expose-Session-Uuid': session.id,
			'X-Docker-Expose-Session-Name': 'mstage-test',
			'X-Docker-Expose-Session-Sharedkey': session.sharedKey,
			'X-Docker-Expose-Session-Grpc-Method': [...session.exposedMethods],
		},
	});
	upgrade.end();
	const [, socket, head] = (await once(upgrade, 'upgrade')) as [
		IncomingMessage,
		Socket,
		Buffer,
	];
	socket.unshift(head);
	session.serve(socket);
	return socket;
}
