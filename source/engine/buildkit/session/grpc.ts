import {Buffer} from 'node:buffer';
import {once} from 'node:events';
import {type ServerHttp2Stream} from 'node:http2';
import {
	fromBinary,
	type DescMessage,
	type DescMethodStreaming,
	type DescMethodUnary,
	type MessageInitShape,
	type MessageShape,
	create,
	toBinary,
} from '@bufbuild/protobuf';
import {Code, ConnectError} from '@connectrpc/connect';

/** One call of one method, as its handler sees it. */
export type GrpcCall = {
	/**
	@param name - A metadata key in lower case.
	@returns All its values, in order, one character per byte.
	*/
	metadata(name: string): string[];

	/**
	@returns The engine's messages as they come, undecoded.
	@throws ConnectError - When the engine gives the call up.
	*/
	messages(): AsyncGenerator<Uint8Array, undefined>;

	/**
	@param messages - Encoded messages; they are sent in one piece, which is what makes many small ones cheap.
	@returns When the engine has taken enough for more to be sent.
	@throws ConnectError - When the call is over.
	*/
	send(messages: readonly Uint8Array[]): Promise<void>;
};

/** Answers a call; throws a `ConnectError` to answer with that status. */
export type GrpcHandler = (call: GrpcCall) => Promise<void>;

/** A method's path, such as `/grpc.health.v1.Health/Check`, and what answers it. */
export type GrpcMethod = readonly [path: string, handler: GrpcHandler];

const prefixLength = 5;

/**
@param method - A method with one request and one response.
@param answer - Makes the response.
@returns The method to be served.
*/
export function unaryMethod<
	Request extends DescMessage,
	Response extends DescMessage,
>(
	method: DescMethodUnary<Request, Response>,
	answer: (
		request: MessageShape<Request>,
	) => Promise<MessageInitShape<Response>>,
): GrpcMethod {
	return [
		pathOf(method),
		async call => {
			const {value: request} = await call.messages().next();
			if (request === undefined) {
				throw new ConnectError(
					'the request has no message',
					Code.InvalidArgument,
				);
			}

			const response = await answer(fromBinary(method.input, request));
			await call.send([
				toBinary(method.output, create(method.output, response)),
			]);
		},
	];
}

/**
@param method - A method with streams in both directions.
@param handler - Reads and sends the messages itself.
@returns The method to be served.
*/
export function streamingMethod(
	method: DescMethodStreaming,
	handler: GrpcHandler,
): GrpcMethod {
	return [pathOf(method), handler];
}

/**
Serves one call. It is done on the bare HTTP/2 stream, not with Connect's router, for two things the router can't do:
repeated metadata stays apart (joined by commas, a pattern that has one would break), and many small messages go in one
write (4 µs instead of 13 µs for each file of a context).

@param stream - The stream that the engine opened.
@param rawHeaders - Its headers as they came: name, value, name, value.
@param handlers - The methods by path; others answer that they are not implemented, so the engine goes without.
@param onError - Told what a handler throws that is no `ConnectError`.
*/
export async function serveCall(
	stream: ServerHttp2Stream,
	rawHeaders: readonly string[],
	handlers: ReadonlyMap<string, GrpcHandler>,
	onError: (error: unknown) => void,
): Promise<void> {
	const call = new ServerCall(stream, rawHeaders);
	const [path = ''] = call.metadata(':path');
	try {
		await (handlers.get(path) ?? unimplemented)(call);
		call.end();
	} catch (error) {
		if (!(error instanceof ConnectError)) {
			onError(error);
		}

		call.end(ConnectError.from(error));
	}
}

async function unimplemented(): Promise<void> {
	throw new ConnectError("mstage doesn't serve this", Code.Unimplemented);
}

class ServerCall implements GrpcCall {
	readonly #stream: ServerHttp2Stream;
	readonly #rawHeaders: readonly string[];
	readonly #over = new AbortController();
	#drained: Promise<void> | undefined;

	constructor(stream: ServerHttp2Stream, rawHeaders: readonly string[]) {
		this.#stream = stream;
		this.#rawHeaders = rawHeaders;
		stream.once('close', () => {
			this.#over.abort();
		});
		// The stream closes after any error, and that is what counts.
		stream.on('error', () => undefined);
		stream.respond(
			{':status': 200, 'content-type': 'application/grpc'},
			{waitForTrailers: true},
		);
	}

	metadata(name: string): string[] {
		return this.#rawHeaders.filter(
			(_, index) => index % 2 === 1 && this.#rawHeaders[index - 1] === name,
		);
	}

	async *messages(): AsyncGenerator<Uint8Array, undefined> {
		let bytes: Buffer = Buffer.alloc(0);
		for await (const chunk of this.#chunks()) {
			bytes = bytes.length === 0 ? chunk : Buffer.concat([bytes, chunk]);
			let end = messageEnd(bytes);
			while (end <= bytes.length) {
				yield bytes.subarray(prefixLength, end);
				bytes = bytes.subarray(end);
				end = messageEnd(bytes);
			}
		}
	}

	async send(messages: readonly Uint8Array[]): Promise<void> {
		if (this.#isOver) {
			throw givenUp();
		}

		if (!this.#stream.write(frame(messages))) {
			this.#drained ??= this.#drain();
			await this.#drained;
		}
	}

	/** Ends the call, also for parts of its handler that are still at work. */
	end(error?: ConnectError): void {
		if (this.#isOver) {
			return;
		}

		this.#over.abort();
		this.#stream.once('wantTrailers', () => {
			this.#stream.sendTrailers({
				'grpc-status': String(error?.code ?? 0),
				'grpc-message': encodeURIComponent(error?.rawMessage ?? ''),
			});
		});
		this.#stream.end();
	}

	get #isOver(): boolean {
		return this.#over.signal.aborted || this.#stream.closed;
	}

	async *#chunks(): AsyncGenerator<Buffer, undefined> {
		try {
			// Left early, the iterator must not destroy the stream: the response is still to be sent on it.
			yield* this.#stream.iterator({destroyOnReturn: false});
		} catch (error) {
			throw givenUp(error);
		}
	}

	async #drain(): Promise<void> {
		try {
			await once(this.#stream, 'drain', {signal: this.#over.signal});
		} catch (error) {
			throw givenUp(error);
		} finally {
			this.#drained = undefined;
		}
	}
}

function givenUp(cause?: unknown): ConnectError {
	return new ConnectError(
		'the call is over',
		Code.Canceled,
		undefined,
		undefined,
		cause,
	);
}

function pathOf(method: DescMethodUnary | DescMethodStreaming): string {
	return `/${method.parent.typeName}/${method.name}`;
}

/** Where the first message of some bytes ends; beyond the bytes when it isn't there whole. */
function messageEnd(bytes: Buffer): number {
	return bytes.length < prefixLength
		? prefixLength
		: prefixLength + bytes.readUInt32BE(1);
}

function frame(messages: readonly Uint8Array[]): Buffer {
	const parts: Uint8Array[] = [];
	for (const message of messages) {
		const prefix = Buffer.alloc(prefixLength);
		prefix.writeUInt32BE(message.length, 1);
		parts.push(prefix, message);
	}

	return Buffer.concat(parts);
}
