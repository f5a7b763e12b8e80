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
	/** Aborted when the call is over, also when the engine gave it up. */
	readonly signal: AbortSignal;

	/**
	@param name - A metadata key in lower case.
	@returns All its values, in order, one character per byte.
	*/
	metadata(name: string): string[];

	/** @returns The engine's messages as they come, undecoded. */
	messages(): AsyncGenerator<Uint8Array, undefined>;

	/**
	@param messages - Encoded messages; they are sent in one piece, which is what makes many small ones cheap.
	@returns When the engine has taken enough for more to be sent.
	*/
	send(messages: readonly Uint8Array[]): Promise<void>;
};

/** Answers a call; throws a `ConnectError` to answer with that status. */
export type GrpcHandler = (call: GrpcCall) => Promise<void>;

/** A method's path, such as `/grpc.health.v1.Health/Check`, and what answers it. */
export type GrpcMethod = readonly [path: string, handler: GrpcHandler];

const prefixLength = 5;
const contentType = 'application/grpc';

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
repeated metadata stays apart (joined by commas, a pattern that has one would break), and many small messages are sent
in one write (100,000 files: 0.3 s instead of 1.3 s).

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
	const ended = new AbortController();
	stream.once('close', () => {
		ended.abort();
	});
	// The stream is closed after any error, and the handler learns of that from its next read or write.
	stream.on('error', () => undefined);

	const call = new ServerCall(stream, rawHeaders, ended.signal);
	const [path] = call.metadata(':path');
	const handler = handlers.get(path ?? '');
	if (handler === undefined) {
		endCall(
			stream,
			new ConnectError(`mstage doesn't serve ${path}`, Code.Unimplemented),
		);
		return;
	}

	try {
		await handler(call);
		endCall(stream);
	} catch (error) {
		if (ended.signal.aborted) {
			return;
		}

		if (!(error instanceof ConnectError)) {
			onError(error);
		}

		endCall(stream, ConnectError.from(error));
	}
}

class ServerCall implements GrpcCall {
	readonly #stream: ServerHttp2Stream;
	readonly #rawHeaders: readonly string[];
	#drained: Promise<unknown> | undefined;

	constructor(
		stream: ServerHttp2Stream,
		rawHeaders: readonly string[],
		readonly signal: AbortSignal,
	) {
		this.#stream = stream;
		this.#rawHeaders = rawHeaders;
	}

	metadata(name: string): string[] {
		return this.#rawHeaders.filter(
			(_, index) =>
				index % 2 === 1 && this.#rawHeaders[index - 1]!.toLowerCase() === name,
		);
	}

	async *messages(): AsyncGenerator<Uint8Array, undefined> {
		let rest: Buffer = Buffer.alloc(0);
		// Left early, the iterator must not destroy the stream: the response is still to be sent on it.
		for await (const chunk of this.#stream.iterator({
			destroyOnReturn: false,
		}) as AsyncIterable<Buffer>) {
			rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
			for (
				let end = messageEnd(rest);
				end <= rest.length;
				end = messageEnd(rest)
			) {
				yield rest.subarray(prefixLength, end);
				rest = rest.subarray(end);
			}
		}
	}

	async send(messages: readonly Uint8Array[]): Promise<void> {
		this.signal.throwIfAborted();
		respond(this.#stream);
		if (!this.#stream.write(frame(messages))) {
			this.#drained ??= once(this.#stream, 'drain', {
				signal: this.signal,
			}).finally(() => {
				this.#drained = undefined;
			});
			await this.#drained;
		}
	}
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

function respond(stream: ServerHttp2Stream): void {
	if (!stream.headersSent) {
		stream.respond(
			{':status': 200, 'content-type': contentType},
			{waitForTrailers: true},
		);
	}
}

function endCall(stream: ServerHttp2Stream, error?: ConnectError): void {
	if (stream.destroyed) {
		return;
	}

	respond(stream);
	stream.once('wantTrailers', () => {
		stream.sendTrailers({
			'grpc-status': String(error?.code ?? 0),
			'grpc-message': encodeURIComponent(error?.rawMessage ?? ''),
		});
	});
	stream.end();
}
