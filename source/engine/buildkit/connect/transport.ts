import {setTimeout} from 'node:timers/promises';
import {Code, ConnectError, type Interceptor} from '@connectrpc/connect';
import {MstageError, toError} from '../../../errors.js';
import {untilAborted} from '../../../until-aborted.js';

/** In the trailer, or the header, of every answer of a gRPC server (grpc/grpc doc/PROTOCOL-HTTP2.md, "Responses"). */
const statusHeader = 'grpc-status';

/** How long an engine that stops takes to close the connection after its answers, in milliseconds. */
const closingTime = 300;

/** How long it may take until it is known whether the engine still answers, in milliseconds. */
const askingTime = 5000;

export type Loss = {
	/** Aborts when the connection is lost. */
	readonly lost: AbortSignal;

	/** Asks the engine whether it is there: resolves when it has answered, or is lost by what was found. */
	readonly ask: () => Promise<void>;

	/** Told what the connection failed with; returns what the call is to end with. */
	readonly lose: (cause: Error) => Error;
};

/**
Every call passes here, and this is the one place that knows a failed connection from an answer of the engine: only an
answer has a gRPC status. Whatever else a call ends with, of HTTP/2, of TLS, of a message cut off or unreadable, is the
connection's, unless the call was given up by us, or the engine ended that call's stream alone and the connection goes on.

@returns An interceptor that replaces such errors.
*/
export function lossOf(loss: Loss): Interceptor {
	const {lose} = loss;
	return next => async request => {
		const explain = async (thrown: unknown): Promise<unknown> =>
			!request.signal.aborted && (await isOfTransport(thrown, loss))
				? lose(toError(thrown))
				: thrown;
		try {
			const response = await next(request);
			return response.stream
				? {...response, message: explained(response.message, explain)}
				: response;
		} catch (error) {
			throw await explain(error);
		}
	};
}

async function* explained<T>(
	messages: AsyncIterable<T>,
	explain: (thrown: unknown) => Promise<unknown>,
): AsyncIterable<T> {
	try {
		yield* messages;
	} catch (error) {
		throw await explain(error);
	}
}

async function isOfTransport(
	thrown: unknown,
	{lost, ask}: Loss,
): Promise<boolean> {
	if (toError(thrown) instanceof MstageError) {
		return false;
	}

	if (!(thrown instanceof ConnectError)) {
		return true;
	}

	const isAnswer = thrown.metadata.has(statusHeader);
	if (!isAnswer && !isOfStream(thrown)) {
		return true;
	}

	// An engine that stops says so, and closes the connection next; it says the same of one that serves it, such as a registry.
	if (!isAnswer || thrown.code === Code.Unavailable) {
		await waitFor(closingTime, lost);
	}

	// So does Node's nghttp2 where what came is no HTTP/2, without a word on the connection.
	if (!isAnswer) {
		const over = new AbortController();
		const either = AbortSignal.any([lost, over.signal]);
		await Promise.race([
			untilAborted(ask(), either, () => undefined),
			waitFor(askingTime, either),
		]);
		over.abort();
	}

	return lost.aborted;
}

async function waitFor(time: number, signal: AbortSignal): Promise<void> {
	await setTimeout(time, undefined, {signal}).catch(() => undefined);
}

/** Engines since 28 end the stream of an answer that they can't encode, for a name that is no UTF-8; the connection goes on. */
function isOfStream({cause}: ConnectError): boolean {
	return (
		cause instanceof Error &&
		'code' in cause &&
		cause.code === 'ERR_HTTP2_STREAM_ERROR'
	);
}
