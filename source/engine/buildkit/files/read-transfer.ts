import {Buffer} from 'node:buffer';
import {fromBinary} from '@bufbuild/protobuf';
import {Code, ConnectError} from '@connectrpc/connect';
import {comparePaths} from '../../../filesystem/tree/entry.js';
import {type BytePath, bytePathFromBytes} from '../../../text/byte-path.js';
import type {FileContents} from '../../port.js';
import type {BuildkitConnection} from '../connect/connection.js';
import {
	type Packet,
	Packet_PacketType as PacketType,
	PacketSchema,
	type Stat,
} from '../proto/generated/fsutil_pb.js';
import type {Definition} from '../proto/generated/ops_pb.js';
import type {GrpcCall} from '../session/grpc.js';
import {encodePacket} from '../session/packets.js';
import {transfer} from './transfer.js';

/** How much is asked for ahead of what is read, in bytes: it is all that can be waiting here. */
const aheadBytes = 8 * 1024 * 1024;

/** How many files are asked for ahead; the engine reads several at a time (tonistiigi/fsutil send.go). */
const aheadFiles = 64;

/**
Reads the contents of many files in one transfer, which ends with the last of them.

@param paths - Regular files in the order of a listing, each once.
@param signal - Aborting it ends the transfer.
@returns The files in that order. What isn't read of one when the next is asked for is dropped.
@throws {ConnectError} From the iterables: the engine refuses, or has no such file.
*/
export async function* readByTransfer(
	connection: BuildkitConnection,
	definition: Definition,
	paths: readonly BytePath[],
	signal?: AbortSignal,
): AsyncIterable<FileContents> {
	let left = paths.length;
	for await (const file of transfer(
		connection,
		{definition, kind: 'local', signal},
		call => new Receiving(call, paths).files(),
	)) {
		yield file;
		left--;
		if (left === 0) {
			// The rest of the listing isn't waited for.
			return;
		}
	}
}

/** A file on its way. */
type Pending = {
	/** Its place in the listing, by which it is asked for. */
	readonly id: number;
	readonly size: number;
	readonly chunks: Uint8Array[];
	isAskedFor: boolean;
	isComplete: boolean;
};

class Receiving {
	readonly #call: GrpcCall;
	readonly #messages: AsyncGenerator<Uint8Array, undefined>;
	readonly #paths: readonly BytePath[];

	/** Those of the paths that the listing has come to and that aren't done, in order. */
	readonly #pending: Pending[] = [];
	#listed = 0;
	#matched = 0;

	constructor(call: GrpcCall, paths: readonly BytePath[]) {
		this.#call = call;
		this.#messages = call.messages();
		this.#paths = paths;
	}

	async *files(): AsyncGenerator<FileContents> {
		for (const path of this.#paths) {
			while (this.#pending.length === 0) {
				// eslint-disable-next-line no-await-in-loop -- one message after the other
				await this.#receive();
			}

			const file = this.#pending[0]!;
			yield {path, chunks: this.#chunksOf(file)};
			// eslint-disable-next-line no-await-in-loop -- one file after the other
			for await (const _ of this.#chunksOf(file)) {
				// What wasn't read of it comes all the same.
			}

			this.#pending.shift();
			// eslint-disable-next-line no-await-in-loop
			await this.#ask();
		}
	}

	async *#chunksOf(file: Pending): AsyncGenerator<Uint8Array> {
		for (;;) {
			const chunk = file.chunks.shift();
			if (chunk) {
				yield chunk;
			} else if (file.isComplete) {
				return;
			} else {
				// eslint-disable-next-line no-await-in-loop -- one message after the other
				await this.#receive();
			}
		}
	}

	async #receive(): Promise<void> {
		const {value, done} = await this.#messages.next();
		if (done) {
			throw new ConnectError('the engine ended the transfer', Code.DataLoss);
		}

		const packet = fromBinary(PacketSchema, value);
		switch (packet.type) {
			case PacketType.PACKET_STAT: {
				await this.#match(packet.stat);
				break;
			}

			case PacketType.PACKET_DATA: {
				this.#take(packet);
				break;
			}

			default: {
				throw new ConnectError(
					Buffer.from(packet.data).toString(),
					Code.Aborted,
				);
			}
		}
	}

	/** An entry of the listing, or its end. */
	async #match(stat: Stat | undefined): Promise<void> {
		const wanted = this.#paths[this.#matched];
		const id = this.#listed;
		this.#listed++;
		if (wanted === undefined) {
			return;
		}

		const path = stat && bytePathFromBytes(stat.path);
		if (path === undefined || comparePaths(path, wanted) > 0) {
			throw new ConnectError('there is no such file', Code.NotFound);
		}

		if (path === wanted) {
			this.#matched++;
			this.#pending.push({
				id,
				size: Number(stat!.size),
				chunks: [],
				isAskedFor: false,
				isComplete: false,
			});
			await this.#ask();
		}
	}

	/** A piece of a file; an empty one ends it. */
	#take({ID: id, data}: Packet): void {
		const file = this.#pending.find(pending => pending.id === id);
		if (data.length === 0) {
			file!.isComplete = true;
		} else {
			file!.chunks.push(data);
		}
	}

	async #ask(): Promise<void> {
		let bytes = 0;
		for (const file of this.#pending.slice(0, aheadFiles)) {
			bytes += file.size;
			if (bytes > aheadBytes && file !== this.#pending[0]) {
				return;
			}

			if (!file.isAskedFor) {
				file.isAskedFor = true;
				// eslint-disable-next-line no-await-in-loop -- in their order
				await this.#call.send([
					encodePacket({type: PacketType.PACKET_REQ, ID: file.id}),
				]);
			}
		}
	}
}
