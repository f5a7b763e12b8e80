import {createHash, randomBytes} from 'node:crypto';
import {
	createServer,
	type Http2Server,
	type ServerHttp2Session,
	type ServerHttp2Stream,
} from 'node:http2';
import {homedir, hostname} from 'node:os';
import {type Duplex} from 'node:stream';
import {toError} from '../../../errors.js';
import {
	Health,
	HealthCheckResponse_ServingStatus as ServingStatus,
} from '../proto/generated/health_pb.js';
import {diskTree} from '../../context/disk-tree.js';
import {type Tree} from '../../context/tree.js';
import {type CredentialStore, credentialsMethod} from './credentials.js';
import {fileSync} from './file-sync.js';
import {
	type GrpcHandler,
	type GrpcMethod,
	serveCall,
	unaryMethod,
} from './grpc.js';
import {memoryTree} from './memory-tree.js';
import {secretsMethod, type SecretStore} from './secrets.js';

/** A directory by its absolute path, or files that are on no disk: name → contents. */
export type SessionDirectory = string | ReadonlyMap<string, Uint8Array>;

export type SessionOptions = {
	/** What the engine may read, by the name it asks for: `context`, `dockerfile` and those of named contexts. */
	readonly directories: ReadonlyMap<string, SessionDirectory>;
	readonly secrets: SecretStore;
	readonly credentials: CredentialStore;
	/** Told why a transfer failed; what the engine says of it is less clear. */
	readonly onError?: (error: Error) => void;
};

// A .dockerignore comes as one header per pattern; Node stops at 128 headers or 64 KiB of them otherwise.
const headerLimits = {
	maxHeaderListPairs: 1_000_000,
	settings: {maxHeaderListSize: 16 * 1024 * 1024},
};

/**
Our side of a session of BuildKit: what the engine may ask of us during a build, over a connection on which we are the
HTTP/2 server although we opened it.
*/
export class Session {
	/** Names the session in requests that use it; unguessable, as it gives access to what the session serves. */
	readonly id = randomBytes(16).toString('hex');
	/** By this the engine finds what it got of the same directory in an earlier session, and gets only what is new. */
	readonly sharedKey: string;
	/** The paths of the methods, such as `/moby.filesync.v1.FileSync/DiffCopy`, to be told when the session is opened. */
	readonly exposedMethods: readonly string[];
	readonly #server: Http2Server;
	readonly #connections = new Set<ServerHttp2Session>();

	/**
	@param options - What the engine may have.
	*/
	constructor({directories, secrets, credentials, onError}: SessionOptions) {
		const trees = new Map(
			[...directories].map(([name, directory]) => [
				name,
				treeOf(name, directory),
			]),
		);
		const methods: GrpcMethod[] = [
			health(),
			fileSync(trees),
			credentialsMethod(credentials),
			secretsMethod(secrets),
		];
		this.sharedKey = sharedKeyOf(directories.get('context'));
		this.exposedMethods = methods.map(([path]) => path);
		this.#server = serverOf(new Map(methods), error => {
			onError?.(toError(error));
		});
		this.#server.on('session', connection => {
			this.#connections.add(connection);
			connection.once('close', () => {
				this.#connections.delete(connection);
			});
		});
	}

	/**
	@param socket - A connection that the engine uses as the client of this session, after the upgrade.
	*/
	serve(socket: Duplex): void {
		this.#server.emit('connection', socket);
	}

	/** Ends the session and all transfers in it. The engine then forgets it. */
	async close(): Promise<void> {
		await Promise.all(
			[...this.#connections].map(
				async connection =>
					new Promise<void>(resolve => {
						connection.once('close', resolve);
						connection.destroy();
					}),
			),
		);
	}
}

function serverOf(
	handlers: ReadonlyMap<string, GrpcHandler>,
	onError: (error: unknown) => void,
): Http2Server {
	const server = createServer(headerLimits);
	server.on(
		'stream',
		(
			stream: ServerHttp2Stream,
			_headers: unknown,
			_flags: unknown,
			rawHeaders: readonly string[],
		) => {
			void serveCall(stream, rawHeaders, handlers, onError);
		},
	);
	return server;
}

function treeOf(name: string, directory: SessionDirectory): Tree {
	return typeof directory === 'string'
		? diskTree(directory)
		: memoryTree(name, directory);
}

function sharedKeyOf(context: SessionDirectory | undefined): string {
	const parts = [
		hostname(),
		homedir(),
		typeof context === 'string' ? context : '',
	];
	return createHash('sha256').update(parts.join('\0')).digest('hex');
}

/** The engine asks every 5 seconds, and closes a session that doesn't answer. */
function health(): GrpcMethod {
	return unaryMethod(Health.method.check, async () => ({
		status: ServingStatus.SERVING,
	}));
}
