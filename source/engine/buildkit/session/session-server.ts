import {randomBytes} from 'node:crypto';
import {
	performServerHandshake,
	type ServerHttp2Session,
	type ServerHttp2Stream,
} from 'node:http2';
import {type Duplex} from 'node:stream';
import {setImmediate} from 'node:timers/promises';
import {pingSession} from '../connect/client-session.js';
import {
	Health,
	HealthCheckResponse_ServingStatus as ServingStatus,
} from '../proto/generated/health_pb.js';
import {type GrpcMethod, serveCall, unaryMethod} from './grpc.js';

export type ServerOptions = {
	/** By this the engine finds what it got of the same directory in an earlier session, and gets only what is new. */
	readonly sharedKey?: string;

	/** Told why a call failed; what the engine says of it is less clear. */
	readonly onError?: (error: unknown) => void;
};

/** What a stream brings before somebody reads it, in bytes. */
const streamWindow = 1024 * 1024;

// A .dockerignore comes as one header per pattern; Node stops at 128 headers or 64 KiB of them otherwise.
const serverOptions = {
	maxHeaderListPairs: 1_000_000,
	settings: {
		maxHeaderListSize: 16 * 1024 * 1024,
		initialWindowSize: streamWindow,
	},
};

/** What all streams together bring: more than one of them, so that one that nobody reads holds up no other. */
const connectionWindow = 16 * streamWindow;

/**
Our side of a session of BuildKit, over a connection on which we are the HTTP/2 server although we opened it.
*/
export class SessionServer {
	/** Names the session in requests that use it; unguessable, as it gives access to what the session serves. */
	readonly id = randomBytes(16).toString('hex');
	readonly sharedKey: string;
	/** The paths of the methods, such as `/moby.filesync.v1.FileSync/DiffCopy`, to be told when the session is opened. */
	readonly exposedMethods: readonly string[];
	readonly #serveStream: (
		stream: ServerHttp2Stream,
		rawHeaders: readonly string[],
	) => void;

	readonly #connections = new Set<ServerHttp2Session>();
	readonly #sockets = new Set<Duplex>();

	/**
	@param methods - What the engine may call, besides asking for our health.
	*/
	constructor(
		methods: readonly GrpcMethod[],
		{sharedKey = '', onError = () => undefined}: ServerOptions = {},
	) {
		const served = [health(), ...methods];
		this.sharedKey = sharedKey;
		this.exposedMethods = served.map(([path]) => path);
		const handlers = new Map(served);
		this.#serveStream = (stream, rawHeaders) => {
			void serveCall(stream, rawHeaders, handlers, onError);
		};
	}

	/**
	@param socket - A connection that the engine uses as the client of this session, after the upgrade.
	*/
	serve(socket: Duplex): void {
		if (socket.destroyed) {
			return;
		}

		this.#sockets.add(socket);
		socket.once('close', () => {
			this.#sockets.delete(socket);
		});
		// A server of Node's would want TLS to have agreed on HTTP/2, which a connection that was upgraded has not.
		const connection = performServerHandshake(socket, serverOptions);
		this.#connections.add(connection);
		connection
			.on(
				'stream',
				(
					stream: ServerHttp2Stream,
					_headers: unknown,
					_flags: unknown,
					rawHeaders: readonly string[],
				) => {
					this.#serveStream(stream, rawHeaders);
				},
			)
			// The socket's end is what is told.
			.on('error', () => undefined)
			.once('close', () => {
				this.#connections.delete(connection);
			});
		connection.setLocalWindowSize(connectionWindow);
	}

	/**
	Asks the engine's side whether it is there.

	@param socket - As `serve` got it.
	@returns As `pingSession`.
	*/
	async ping(socket: Duplex): Promise<void> {
		await Promise.all(
			[...this.#connections].map(async connection =>
				pingSession(connection, socket),
			),
		);
	}

	/** Ends the session and all transfers in it, with its connection. The engine then forgets it. */
	async close(): Promise<void> {
		// Node reads what a new connection has brought in a turn of its own, and fails where it is destroyed before.
		await setImmediate();
		for (const connection of this.#connections) {
			connection.destroy();
		}

		// A connection over which something came that is no HTTP/2 doesn't close by itself.
		for (const socket of this.#sockets) {
			socket.destroy();
		}
	}
}

/** The engine asks every 5 seconds, and closes a session that doesn't answer. */
function health(): GrpcMethod {
	return unaryMethod(Health.method.check, async () => ({
		status: ServingStatus.SERVING,
	}));
}
