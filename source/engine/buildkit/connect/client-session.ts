import {
	type ClientHttp2Session,
	type Http2Session,
	connect,
	constants,
} from 'node:http2';
import type {Duplex} from 'node:stream';
import {setTimeout} from 'node:timers/promises';
import type {GrpcTransportOptions} from '@connectrpc/connect-node';

/** How long something waits to be sent at most, in milliseconds, where the socket takes it. */
const sendingTime = 400;

type Manager = NonNullable<GrpcTransportOptions['sessionManager']>;

/** Our HTTP/2 over a connection that is there: calls go over it as long as it lives, and never over another. */
export class ClientSession implements Manager {
	readonly authority: string;
	readonly #session: ClientHttp2Session;
	readonly #socket: Duplex;
	readonly #onDead: (error: Error) => void;

	/**
	@param socket - A connection on which the engine is the HTTP/2 server, after the upgrade.
	@param onDead - Told when a call can't be sent any more, though the connection is open.
	*/
	constructor(socket: Duplex, onDead: (error: Error) => void) {
		this.#socket = socket;
		this.#onDead = onDead;
		this.authority = 'http://localhost';
		this.#session = connect(this.authority, {
			createConnection: () => socket,
		});
		// Each call that it ends is told by itself, and the connection by its end.
		this.#session.on('error', () => undefined);
	}

	readonly request: Manager['request'] = async (
		method,
		path,
		headers,
		options,
	) => {
		const stream = this.#session.request(
			{...headers, ':method': method, ':path': path},
			options,
		);
		const over = new AbortController();
		stream.once('close', () => {
			over.abort();
		});
		unsent(this.#session, this.#socket, over.signal).catch(this.#onDead);
		return stream;
	};

	notifyResponseByteRead(): void {
		// Whether it lives is asked by pings.
	}

	/** @returns As `pingSession`. */
	async ping(): Promise<void> {
		await pingSession(this.#session, this.#socket);
	}

	/** Ends all calls: with an error, without which those that wait for an answer would never be told. */
	abort(): void {
		this.#session.destroy(
			new Error('the connection is closed'),
			constants.NGHTTP2_CANCEL,
		);
	}
}

/**
Asks the other side whether it is there.

@returns Resolves when it has answered, and never when it doesn't.
@throws {Error} It can't be asked any more: the connection is closed, or what came over it was no HTTP/2. Of the latter Node
tells nothing: its nghttp2 says goodbye and reads no further, but what is to be sent then stays in its queue.
*/
export async function pingSession(
	session: Http2Session,
	socket: Duplex,
): Promise<void> {
	const over = new AbortController();
	try {
		await Promise.race([
			answerOf(session),
			// Once it is sent, the answer is still to come.
			unsent(session, socket, over.signal).then(async () => never()),
		]);
	} finally {
		over.abort();
	}
}

async function answerOf(session: Http2Session): Promise<void> {
	await new Promise<void>((resolve, reject) => {
		session.ping(error => {
			if (error) {
				reject(error);
			} else {
				resolve();
			}
		});
	});
}

async function never(): Promise<never> {
	return new Promise(() => {
		// Never.
	});
}

/** Throws when something is kept back that the connection would take, twice in a row. */
async function unsent(
	session: Http2Session,
	socket: Duplex,
	over: AbortSignal,
): Promise<void> {
	for (let times = 0; times < 2; times++) {
		try {
			// eslint-disable-next-line no-await-in-loop -- one look after the other
			await setTimeout(sendingTime, undefined, {signal: over, ref: false});
		} catch {
			return;
		}

		const {outboundQueueSize = 0} = session.destroyed ? {} : session.state;
		if (outboundQueueSize === 0 || isWriting(socket)) {
			return;
		}
	}

	throw new Error('what came over the connection was no HTTP/2');
}

/** Node's HTTP/2 writes to what is below a socket, which the socket itself doesn't count. */
function isWriting(
	socket: Duplex & {readonly _handle?: {readonly writeQueueSize?: number}},
): boolean {
	return socket.writableLength > 0 || (socket._handle?.writeQueueSize ?? 0) > 0;
}
