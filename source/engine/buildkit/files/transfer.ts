import {randomUUID} from 'node:crypto';
import {ConnectError} from '@connectrpc/connect';
import {toError} from '../../../errors.js';
import type {BuildkitConnection} from '../connect/connection.js';
import {FileSend} from '../proto/generated/filesync_pb.js';
import type {Definition} from '../proto/generated/ops_pb.js';
import {type GrpcCall, streamingMethod} from '../session/grpc.js';
import {SessionServer} from '../session/session-server.js';

/** How the engine sends: `local` metadata, then what is asked for (fsutil's packets); `tar` everything, as an archive. */
export type TransferKind = 'local' | 'tar';

/**
Has the engine send us a result: an export of its own, in a session of its own, so that nothing else comes in it. What the
build has done already isn't done again.

@param definition - With the result as its head.
@param receive - Gets the engine's call of `FileSend/DiffCopy`, which ends when this is done.
@throws {ConnectError} The engine refuses.
*/
export async function* transfer<T>(
	connection: BuildkitConnection,
	{
		definition,
		kind,
		signal,
	}: {
		readonly definition: Definition;
		readonly kind: TransferKind;
		readonly signal?: AbortSignal;
	},
	receive: (call: GrpcCall) => AsyncIterable<T>,
): AsyncIterable<T> {
	signal?.throwIfAborted();
	const incoming = new IncomingCall();
	const session = new SessionServer([
		streamingMethod(FileSend.method.diffCopy, async call =>
			incoming.take(call),
		),
	]);
	const detach = await connection.attach(session);
	const abort = (): void => {
		void detach();
		incoming.refuse(toError(signal!.reason));
	};

	signal?.addEventListener('abort', abort, {once: true});
	const solved = connection.control.solve({
		Ref: randomUUID().replaceAll('-', ''),
		Session: session.id,
		Definition: definition,
		// The field that every engine since 20.10 knows.
		ExporterDeprecated: kind,
		Internal: true,
	});
	solved.catch((error: unknown) => {
		incoming.refuse(error);
	});
	try {
		for await (const item of receive(await incoming.call)) {
			// What came before it was left is no matter any more.
			signal?.throwIfAborted();
			yield item;
		}

		incoming.release();
		await solved;
	} catch (error) {
		signal?.throwIfAborted();
		throw error;
	} finally {
		signal?.removeEventListener('abort', abort);
		incoming.release();
		await detach();
	}
}

/** The one call that the engine makes in a transfer, held open until it was used. */
class IncomingCall {
	readonly call: Promise<GrpcCall>;
	readonly #released: Promise<void>;
	#resolve!: (call: GrpcCall) => void;
	#reject!: (error: unknown) => void;
	#release!: () => void;

	constructor() {
		this.call = new Promise((resolve, reject) => {
			this.#resolve = resolve;
			this.#reject = reject;
		});
		this.#released = new Promise(resolve => {
			this.#release = resolve;
		});
		// Whoever uses the call awaits it; until then a rejection is nobody's.
		this.call.catch(() => undefined);
	}

	async take(call: GrpcCall): Promise<void> {
		this.#resolve(call);
		await this.#released;
	}

	refuse(error: unknown): void {
		this.#reject(ConnectError.from(error));
	}

	release(): void {
		this.#release();
	}
}
