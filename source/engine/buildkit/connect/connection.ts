import {once} from 'node:events';
import {setImmediate} from 'node:timers/promises';
import type {Duplex} from 'node:stream';
import {type Client, ConnectError, createClient} from '@connectrpc/connect';
import {createGrpcTransport} from '@connectrpc/connect-node';
import {
	type EngineError,
	MstageError,
	toError,
	UsageError,
} from '../../../errors.js';
import {lostEngine} from '../../docker/connection-error.js';
import type {DockerConnection} from '../../docker/connection.js';
import {receivedBytes} from '../../docker/open-sockets.js';
import {readFailure} from '../run/error-details.js';
import {Control} from '../proto/generated/control_pb.js';
import {LLBBridge} from '../proto/generated/gateway_pb.js';
import type {SessionServer} from '../session/session-server.js';
import type {Session} from '../session/session.js';
import {ClientSession} from './client-session.js';
import {gate} from './gate.js';
import {inTurn} from './in-turn.js';
import {lossOf} from './transport.js';

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
	readonly #client: ClientSession;
	readonly #stopWatching: ReadonlyArray<() => void>;
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
		this.#client = new ClientSession(sockets.grpc, error => {
			this.#lose(error);
		});
		const transport = createGrpcTransport({
			baseUrl: this.#client.authority,
			sessionManager: this.#client,
			acceptCompression: [],
			interceptors: [
				lossOf({
					lost: this.lost,
					ask: async () => this.#answer(this.#client.ping()),
					lose: cause => this.#lose(cause),
				}),
				gate,
				inTurn(),
			],
		});
		this.control = createClient(Control, transport);
		this.bridge = createClient(LLBBridge, transport);
		session.serve(sockets.session);

		for (const socket of [sockets.grpc, sockets.session]) {
			socket.on('error', error => {
				this.#lose(error);
			});
			socket.on('close', () => {
				this.#lose();
			});
		}

		this.#stopWatching = [
			docker.liveness.watch(
				async () => this.#answer(this.#client.ping()),
				() => receivedBytes(sockets.grpc),
			),
			docker.liveness.watch(
				async () => this.#answer(session.ping(sockets.session)),
				() => receivedBytes(sockets.session),
			),
		];
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
		const detach = async (): Promise<void> => {
			this.lost.removeEventListener('abort', onLost);
			await session.close();
		};

		const onLost = (): void => {
			void detach();
		};

		this.lost.addEventListener('abort', onLost);
		return detach;
	}

	/**
	@param thrown - What a call ended with.
	@returns An `EngineError` when the connection is gone, the error itself otherwise.
	*/
	explain(thrown: unknown): Error {
		const error = toError(thrown);
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
		return toError(thrown) instanceof ConnectError && !this.lost.aborted
			? new UsageError(
					`That point can't be opened: ${readFailure(thrown).message}. Correct that, or open an earlier point.`,
					{cause: thrown},
				)
			: this.explain(thrown);
	}

	/** Ends both connections; whatever the engine did for them, it drops. */
	async close(): Promise<void> {
		this.#closing = true;
		await this.#cut();
	}

	/** What can't be asked any more is lost, whether its connection says so or not. */
	async #answer(asked: Promise<void>): Promise<void> {
		try {
			await asked;
		} catch (error) {
			this.#lose(toError(error));
		}
	}

	/** Nothing more comes over it, and nothing that is under way. */
	#lose(cause?: Error): Error {
		if (this.#closing) {
			return cause ?? new Error('the connection is closed');
		}

		if (!this.lost.aborted) {
			this.#lost.abort();
			void this.#cut();
		}

		return lostEngine(this.docker.address, cause);
	}

	/**
	Not in the turn in which the library is told something by Node's HTTP/2, whose memory would be freed while it uses it: an
	answer that refuses a call, with that call's data under way, ended in a corrupted heap.
	*/
	async #cut(): Promise<void> {
		for (const stop of this.#stopWatching) {
			stop();
		}

		await setImmediate();
		this.#client.abort();
		this.sockets.grpc.destroy();
		await this.session.close();
	}
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
