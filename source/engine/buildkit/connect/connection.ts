import {once} from 'node:events';
import type {Duplex} from 'node:stream';
import {type Client, ConnectError, createClient} from '@connectrpc/connect';
import {
	Http2SessionManager,
	createGrpcTransport,
} from '@connectrpc/connect-node';
import {
	type EngineError,
	MstageError,
	toError,
	UsageError,
} from '../../../errors.js';
import {lostEngine} from '../../docker/connection-error.js';
import type {DockerConnection} from '../../docker/connection.js';
import {readFailure} from '../run/error-details.js';
import {Control} from '../proto/generated/control_pb.js';
import {LLBBridge} from '../proto/generated/gateway_pb.js';
import type {SessionServer} from '../session/session-server.js';
import type {Session} from '../session/session.js';
import {gate} from './gate.js';
import {inTurn} from './in-turn.js';

/** A client of the BuildKit inside a Docker engine, and the session that serves it our files. */
export class BuildkitConnection {
	/**
	@param docker - The engine; `POST /grpc` and `POST /session` become HTTP/2 connections, on the second of which we are
	the server (moby/moby api/server/router/grpc and router/session).
	@throws {EngineError} No engine answers, or it has no BuildKit.
	*/
	static async open(
		docker: DockerConnection,
		session: Session,
	): Promise<BuildkitConnection> {
		const upgrades = [
			docker.upgrade('/grpc', {}),
			upgradeSession(docker, session),
		] as const;
		try {
			const [grpc, sessionSocket] = await Promise.all(upgrades);
			return new BuildkitConnection(docker, session, {
				grpc,
				session: sessionSocket,
			});
		} catch (error) {
			for (const upgrade of upgrades) {
				void drop(upgrade);
			}

			throw error;
		}
	}

	readonly docker: DockerConnection;
	readonly session: Session;
	readonly sockets: {readonly grpc: Duplex; readonly session: Duplex};
	readonly control: Client<typeof Control>;
	readonly bridge: Client<typeof LLBBridge>;

	/** Aborts when the engine is lost. */
	readonly lost: AbortSignal;
	readonly #lost = new AbortController();
	readonly #manager: Http2SessionManager;
	#closing = false;

	private constructor(
		docker: DockerConnection,
		session: Session,
		sockets: {readonly grpc: Duplex; readonly session: Duplex},
	) {
		this.docker = docker;
		this.session = session;
		this.sockets = sockets;
		this.lost = this.#lost.signal;
		this.#manager = new Http2SessionManager(
			'http://localhost',
			{},
			{createConnection: () => usable(sockets.grpc)},
		);
		const transport = createGrpcTransport({
			baseUrl: 'http://localhost',
			sessionManager: this.#manager,
			acceptCompression: [],
			interceptors: [gate, inTurn()],
		});
		this.control = createClient(Control, transport);
		this.bridge = createClient(LLBBridge, transport);
		session.serve(sockets.session);

		for (const socket of [sockets.grpc, sockets.session]) {
			socket.on('error', () => {
				this.#lose();
			});
			socket.on('close', () => {
				this.#lose();
			});
		}
	}

	/**
	Opens another session, for one transfer.

	@param session - What it serves.
	@returns Ends it, and what the engine does for it.
	*/
	async attach(session: SessionServer): Promise<() => Promise<void>> {
		const socket = await upgradeSession(this.docker, session);
		socket.on('error', () => undefined);
		session.serve(socket);
		return async () => {
			await session.close();
			socket.destroy();
		};
	}

	/**
	@param thrown - What a call ended with.
	@returns An `EngineError` when the connection is gone, the error itself otherwise.
	*/
	explain(thrown: unknown): Error {
		const error = toError(thrown);
		if (isOurs(error.cause)) {
			return error.cause;
		}

		return this.lost.aborted && !(error instanceof MstageError)
			? lostEngine(this.docker.address, error)
			: error;
	}

	/** @returns Resolves when the engine is lost, with what is to be said. */
	async whenLost(): Promise<EngineError> {
		if (!this.lost.aborted) {
			await once(this.lost, 'abort');
		}

		return lostEngine(this.docker.address);
	}

	/**
	@param thrown - What a call ended with that makes a point ready to be looked into.
	@returns An error for the user.
	*/
	explainOpening(thrown: unknown): Error {
		return thrown instanceof ConnectError &&
			!this.lost.aborted &&
			!isOurs(thrown.cause)
			? new UsageError(
					`That point can't be opened: ${readFailure(thrown).message}. Correct that, or open an earlier point.`,
					{cause: thrown},
				)
			: this.explain(thrown);
	}

	/** Ends both connections; whatever the engine did for them, it drops. */
	async close(): Promise<void> {
		this.#closing = true;
		this.#manager.abort();
		await this.session.close();
		this.sockets.grpc.destroy();
		this.sockets.session.destroy();
	}

	#lose(): void {
		if (!this.#closing) {
			this.#lost.abort();
			this.#manager.abort();
		}
	}
}

/** What the gate keeps back comes as the cause of the call's error. */
function isOurs(cause: unknown): cause is MstageError {
	return cause instanceof MstageError;
}

async function upgradeSession(
	docker: DockerConnection,
	session: SessionServer,
): Promise<Duplex> {
	return docker.upgrade('/session', {
		'X-Docker-Expose-Session-Uuid': session.id,
		'X-Docker-Expose-Session-Name': 'mstage',
		'X-Docker-Expose-Session-Sharedkey': session.sharedKey,
		'X-Docker-Expose-Session-Grpc-Method': session.exposedMethods,
	});
}

/** Closes a connection as soon as it is there: it would keep the process. */
async function drop(upgrade: Promise<Duplex>): Promise<void> {
	try {
		const socket = await upgrade;
		socket.destroy();
	} catch {
		// It never came.
	}
}

/** A call over a connection that is gone would wait for ever. */
function usable(socket: Duplex): Duplex {
	if (socket.destroyed) {
		throw new Error('the connection is closed');
	}

	return socket;
}
