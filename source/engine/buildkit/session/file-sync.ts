import {Buffer} from 'node:buffer';
import {fromBinary} from '@bufbuild/protobuf';
import {Code, ConnectError} from '@connectrpc/connect';
import {toError} from '../../../errors.js';
import {FileSync} from '../proto/generated/filesync_pb.js';
import {
	Packet_PacketType as PacketType,
	PacketSchema,
} from '../proto/generated/fsutil_pb.js';
import {type BytePath, isText} from '../../../text/byte-path.js';
import {hasContents} from '../../context/file-mode.js';
import {Filter} from '../../context/filter.js';
import {readingError, refusedNameError} from '../../context/reading-error.js';
import {type Tree} from '../../context/tree.js';
import {walk} from '../../context/walk.js';
import {followLinks, withoutNested} from './follow-links.js';
import {type GrpcCall, type GrpcMethod, streamingMethod} from './grpc.js';
import {encodeEntry, encodePacket} from './packets.js';
import {readSyncRequest, type SyncRequest} from './sync-request.js';

// How many files are read at the same time: the threads that Node has for file system calls, twice.
const readers = 8;
const batchSize = 32 * 1024;

/**
@param trees - The directories that the engine may read, by the names it asks for.
@returns `moby.filesync.v1.FileSync/DiffCopy`, by which the engine gets the build context.
*/
export function fileSync(trees: ReadonlyMap<string, Tree>): GrpcMethod {
	return streamingMethod(FileSync.method.diffCopy, async call => {
		const request = readSyncRequest(call);
		const tree = trees.get(request.directory);
		if (tree === undefined) {
			throw new ConnectError(
				`no directory is called ${JSON.stringify(request.directory)}`,
				Code.NotFound,
			);
		}

		try {
			await new Sender(call, tree, filterOf(tree, request)).run();
		} catch (error) {
			await announce(error, call);
			throw error;
		}
	});
}

/** The engine repeats the message of such a packet in its own error, which it doesn't do with the status of the call. */
async function announce(error: unknown, call: GrpcCall): Promise<void> {
	const data = Buffer.from(toError(error).message);
	try {
		await call.send([encodePacket({type: PacketType.PACKET_ERR, data})]);
	} catch {
		// The engine gave the call up, so it has an error of its own.
	}
}

function filterOf(
	tree: Tree,
	{includePatterns, excludePatterns, followPaths}: SyncRequest,
): Filter {
	const followed =
		followPaths.length > 0 ? followLinks(tree, followPaths) : null;
	return new Filter({
		includePatterns:
			followed === null
				? includePatterns
				: (withoutNested([...includePatterns, ...followed]) ?? []),
		excludePatterns,
	});
}

type RequestableFile = {
	readonly path: BytePath;
	readonly size: bigint;
};

/** Our side of one transfer of a directory: metadata of everything, then the contents that the engine asks for. */
class Sender {
	readonly #call: GrpcCall;
	readonly #tree: Tree;
	readonly #filter: Filter;
	/** By the number of the entry in the order of sending. */
	readonly #requestable = new Map<number, RequestableFile>();
	#undecodableName: BytePath | undefined;

	constructor(call: GrpcCall, tree: Tree, filter: Filter) {
		this.#call = call;
		this.#tree = tree;
		this.#filter = filter;
	}

	async run(): Promise<void> {
		const requests = this.#readRequests();
		try {
			await Promise.all([
				this.#sendEntries(),
				...Array.from({length: readers}, async () => this.#answer(requests)),
			]);
			await this.#call.send([encodePacket({type: PacketType.PACKET_FIN})]);
		} catch (error) {
			throw this.#refusalOf(error);
		}
	}

	/** An engine that can't decode a message ends the call, and says of the cause only that something is no UTF-8. */
	#refusalOf(error: unknown): unknown {
		return this.#undecodableName !== undefined &&
			error instanceof ConnectError &&
			error.code === Code.Canceled
			? refusedNameError(this.#tree, this.#undecodableName)
			: error;
	}

	async #sendEntries(): Promise<void> {
		const firstNames = new Map<string, BytePath>();
		let batch: Uint8Array[] = [];
		let batchLength = 0;
		let id = 0;
		for await (const entry of walk(this.#tree, this.#filter)) {
			if (hasContents(entry.status.mode)) {
				this.#requestable.set(id, {path: entry.path, size: entry.status.size});
			}

			if (!isText(entry.path) || !isText(entry.status.linkTarget)) {
				this.#undecodableName ??= entry.path;
			}

			id++;
			const packet = encodeEntry(entry, firstNames);
			batch.push(packet);
			batchLength += packet.length;
			if (batchLength > batchSize) {
				await this.#call.send(batch);
				batch = [];
				batchLength = 0;
			}
		}

		await this.#call.send([
			...batch,
			encodePacket({type: PacketType.PACKET_STAT}),
		]);
	}

	/** The numbers of the files that the engine wants, until it has all. */
	async *#readRequests(): AsyncGenerator<number, undefined> {
		for await (const message of this.#call.messages()) {
			const packet = fromBinary(PacketSchema, message);
			if (packet.type === PacketType.PACKET_FIN) {
				return;
			}

			if (packet.type === PacketType.PACKET_ERR) {
				throw new ConnectError(
					Buffer.from(packet.data).toString(),
					Code.Aborted,
				);
			}

			yield packet.ID;
		}

		throw new ConnectError(
			'the engine ended the transfer before it had everything',
			Code.Canceled,
		);
	}

	async #answer(requests: AsyncGenerator<number, undefined>): Promise<void> {
		let request = await requests.next();
		while (!request.done) {
			// eslint-disable-next-line no-await-in-loop -- each reader sends one file at a time
			await this.#sendContents(request.value);
			// eslint-disable-next-line no-await-in-loop
			request = await requests.next();
		}
	}

	async #sendContents(id: number): Promise<void> {
		const file = this.#requestable.get(id);
		if (file === undefined) {
			throw new ConnectError(
				`entry ${id} has no contents or was asked for twice`,
				Code.InvalidArgument,
			);
		}

		this.#requestable.delete(id);
		// The end goes out together with the last chunk: one write for a small file.
		let unsent: Uint8Array[] = [];
		for await (const data of this.#readContents(file)) {
			if (unsent.length > 0) {
				await this.#call.send(unsent);
			}

			unsent = [encodePacket({type: PacketType.PACKET_DATA, ID: id, data})];
		}

		await this.#call.send([
			...unsent,
			encodePacket({type: PacketType.PACKET_DATA, ID: id}),
		]);
	}

	async *#readContents({
		path,
		size,
	}: RequestableFile): AsyncGenerator<Uint8Array, undefined> {
		try {
			yield* this.#tree.readContents(path, size);
		} catch (error) {
			throw readingError(this.#tree, path, error);
		}
	}
}
