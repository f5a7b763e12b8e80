import {Buffer} from 'node:buffer';
import {
	type ClientHttp2Session,
	type ClientHttp2Stream,
	connect as connectHttp2,
	type IncomingHttpHeaders,
} from 'node:http2';
import {mkdtemp, rm} from 'node:fs/promises';
import {connect, createServer, type Socket} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {type Duplex} from 'node:stream';
import {
	create,
	type DescMessage,
	type DescMethod,
	fromBinary,
	type MessageInitShape,
	type MessageShape,
	toBinary,
} from '@bufbuild/protobuf';
import {onTestFinished} from 'vitest';
import {FileSync} from '../../../../source/engine/buildkit/proto/generated/filesync_pb.js';
import {
	type Packet,
	Packet_PacketType as PacketType,
	PacketSchema,
	type Stat,
} from '../../../../source/engine/buildkit/proto/generated/fsutil_pb.js';
import {
	Session,
	type SessionOptions,
} from '../../../../source/engine/buildkit/session/session.js';

/** A session with an engine's side that does what the test says, over a real socket. */
export type ConnectedSession = {
	readonly session: Session;
	readonly engine: ClientHttp2Session;
	readonly errors: Error[];
};

export type Status = {readonly code: number; readonly message: string};

/**
@param options - As for a session; what is left out is empty.
@param wrap - Makes what the session is served on out of our end of the connection.
@returns The session, connected; both ends are closed after the test.
*/
export async function connectSession(
	options: Partial<SessionOptions> = {},
	wrap: (socket: Socket) => Duplex = socket => socket,
): Promise<ConnectedSession> {
	const errors: Error[] = [];
	const session = new Session({
		directories: new Map(),
		secrets: {read: async () => undefined},
		credentials: {credentialsFor: async () => ({username: '', secret: ''})},
		onError(error) {
			errors.push(error);
		},
		...options,
	});
	const [ours, theirs] = await socketPair();
	session.serve(wrap(ours));
	const engine = connectHttp2('http://engine', {
		createConnection: () => theirs,
	});
	engine.on('error', () => undefined);
	onTestFinished(async () => {
		engine.destroy();
		await session.close();
	});
	return {session, engine, errors};
}

/**
@param engine - The engine's side.
@param method - A method with one request and one response.
@param request - The request.
@returns The response, when there is one, and the status.
*/
export async function call<
	Request extends DescMessage,
	Response extends DescMessage,
>(
	engine: ClientHttp2Session,
	method: DescMethod & {input: Request; output: Response},
	request: MessageInitShape<Request>,
): Promise<{response: MessageShape<Response> | undefined; status: Status}> {
	const stream = openCall(engine, method);
	const status = statusOf(stream);
	stream.end(frame(toBinary(method.input, create(method.input, request))));
	let response: MessageShape<Response> | undefined;
	for await (const message of messagesOf(stream)) {
		response = fromBinary(method.output, message);
	}

	return {response, status: await status};
}

export type TransferOptions = {
	/** Metadata besides `dir-name`, which is `context`. */
	readonly metadata?: Readonly<Record<string, string | string[]>>;
	/** Which entries' contents to ask for; all regular files when left out. */
	readonly wants?: (path: string) => boolean;
	/** Called after the last entry and before the first request for contents. */
	readonly beforeContents?: () => Promise<void>;
};

export type Transfer = {
	readonly entries: Stat[];
	/** By path; names are decoded as Latin-1, so none is lost. */
	readonly contents: Map<string, Buffer>;
	/** What the sender said went wrong. */
	readonly error: string | undefined;
	readonly status: Status;
};

/**
Receives a directory, as an engine does.

@param engine - The engine's side.
@param options - What of it.
@returns What came.
*/
export async function receive(
	engine: ClientHttp2Session,
	options: TransferOptions = {},
): Promise<Transfer> {
	const stream = openCall(engine, FileSync.method.diffCopy, {
		'dir-name': 'context',
		...options.metadata,
	});
	const status = statusOf(stream);
	const entries: Stat[] = [];
	const chunks = new Map<string, Buffer[]>();
	const open = new Map<number, Buffer[]>();
	let error: string | undefined;
	const finish = (): void => {
		if (open.size === 0) {
			stream.end(packet({type: PacketType.PACKET_FIN}));
		}
	};

	for await (const message of messagesOf(stream)) {
		const {type, stat, ID: id, data} = fromBinary(PacketSchema, message);
		if (type === PacketType.PACKET_ERR) {
			error = Buffer.from(data).toString();
		} else if (type === PacketType.PACKET_STAT && stat) {
			entries.push(stat);
		} else if (type === PacketType.PACKET_STAT) {
			await options.beforeContents?.();
			for (const [index, entry] of entries.entries()) {
				const path = nameOf(entry);
				if (isRequestable(entry) && (options.wants?.(path) ?? true)) {
					const parts: Buffer[] = [];
					open.set(index, parts);
					chunks.set(path, parts);
					stream.write(packet({type: PacketType.PACKET_REQ, ID: index}));
				}
			}

			finish();
		} else if (type === PacketType.PACKET_DATA && data.length > 0) {
			open.get(id)!.push(Buffer.from(data));
		} else if (type === PacketType.PACKET_DATA) {
			open.delete(id);
			finish();
		}
	}

	return {
		entries,
		contents: new Map(
			[...chunks].map(([path, parts]) => [path, Buffer.concat(parts)]),
		),
		error,
		status: await status,
	};
}

/**
@param entry - An entry that came.
@returns Its path, decoded as Latin-1.
*/
export function nameOf(entry: Stat): string {
	return Buffer.from(entry.path).toString('latin1');
}

/**
@param engine - The engine's side.
@param method - What to call.
@param metadata - Metadata; a list goes as several headers.
@returns The stream of the call, for the test to write to.
*/
export function openCall(
	engine: ClientHttp2Session,
	method: DescMethod,
	metadata: Readonly<Record<string, string | string[]>> = {},
): ClientHttp2Stream {
	const stream = engine.request({
		':method': 'POST',
		':path': `/${method.parent.typeName}/${method.name}`,
		'content-type': 'application/grpc',
		te: 'trailers',
		...metadata,
	});
	stream.on('error', () => undefined);
	return stream;
}

/**
@param message - A packet.
@returns Its bytes as one gRPC message.
*/
export function packet(message: MessageInitShape<typeof PacketSchema>): Buffer {
	return frame(toBinary(PacketSchema, create(PacketSchema, message)));
}

/**
@param stream - A call.
@returns Its packets.
*/
export async function* packetsOf(
	stream: ClientHttp2Stream,
): AsyncGenerator<Packet> {
	for await (const message of messagesOf(stream)) {
		yield fromBinary(PacketSchema, message);
	}
}

/**
@param stream - A call.
@returns Its status, when it is over.
*/
export async function statusOf(stream: ClientHttp2Stream): Promise<Status> {
	return new Promise(resolve => {
		stream.once('trailers', (trailers: IncomingHttpHeaders) => {
			resolve({
				code: Number(trailers['grpc-status']),
				message: decodeURIComponent(String(trailers['grpc-message'])),
			});
		});
	});
}

async function* messagesOf(stream: ClientHttp2Stream): AsyncGenerator<Buffer> {
	let bytes = Buffer.alloc(0);
	for await (const chunk of stream as AsyncIterable<Buffer>) {
		bytes = Buffer.concat([bytes, chunk]);
		while (bytes.length >= 5 && bytes.length >= 5 + bytes.readUInt32BE(1)) {
			const end = 5 + bytes.readUInt32BE(1);
			yield bytes.subarray(5, end);
			bytes = bytes.subarray(end);
		}
	}
}

function frame(message: Uint8Array): Buffer {
	const prefix = Buffer.alloc(5);
	prefix.writeUInt32BE(message.length, 1);
	return Buffer.concat([prefix, message]);
}

function isRequestable({mode, linkname}: Stat): boolean {
	return mode < 2 ** 20 * 16 && linkname.length === 0;
}

async function socketPair(): Promise<[Socket, Socket]> {
	const directory = await mkdtemp(join(tmpdir(), 'mstage-session-'));
	onTestFinished(async () => rm(directory, {recursive: true, force: true}));
	const path = join(directory, 'socket');
	return new Promise((resolve, reject) => {
		const server = createServer(ours => {
			server.close();
			resolve([ours, theirs]);
		});
		server.listen(path);
		const theirs = connect(path);
		theirs.once('error', reject);
	});
}
