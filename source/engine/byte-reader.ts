import {Buffer} from 'node:buffer';

/** Reads a stream in pieces of its own choosing. */
export class ByteReader {
	readonly #source: AsyncIterator<Uint8Array>;
	#rest: Buffer = Buffer.alloc(0);

	constructor(source: AsyncIterable<Uint8Array>) {
		this.#source = source[Symbol.asyncIterator]();
	}

	/** @returns That many bytes; fewer at the end of the stream. */
	async read(length: number): Promise<Buffer> {
		const parts: Buffer[] = [];
		let missing = length;
		while (missing > 0) {
			// eslint-disable-next-line no-await-in-loop -- one after the other
			const part = await this.#next(missing);
			if (part === null) {
				break;
			}

			parts.push(part);
			missing -= part.length;
		}

		return parts.length === 1 ? parts[0]! : Buffer.concat(parts);
	}

	/** @returns That many bytes as they come; fewer at the end of the stream. */
	async *chunks(length: number): AsyncGenerator<Uint8Array, void, void> {
		let missing = length;
		while (missing > 0) {
			// eslint-disable-next-line no-await-in-loop -- one after the other
			const part = await this.#next(missing);
			if (part === null) {
				return;
			}

			missing -= part.length;
			yield part;
		}
	}

	/** Lets go of the stream. */
	async close(): Promise<void> {
		await this.#source.return?.();
	}

	async #next(most: number): Promise<Buffer | null> {
		while (this.#rest.length === 0) {
			// eslint-disable-next-line no-await-in-loop -- until there is something
			const next = await this.#source.next();
			if (next.done) {
				return null;
			}

			const {buffer, byteOffset, length} = next.value;
			this.#rest = Buffer.from(buffer, byteOffset, length);
		}

		const part = this.#rest.subarray(0, most);
		this.#rest = this.#rest.subarray(part.length);
		return part;
	}
}

/** A part of a stream, each byte of which is read once. */
export class Part implements AsyncIterable<Uint8Array> {
	readonly #reader: ByteReader;
	readonly #size: number;
	readonly #wholeSize: number;
	#read = 0;

	/**
	@param reader - Stands at its start.
	@param size - In bytes.
	@param wholeSize - With what fills it up, which is only skipped.
	*/
	constructor(reader: ByteReader, size: number, wholeSize = size) {
		this.#reader = reader;
		this.#size = size;
		this.#wholeSize = wholeSize;
	}

	async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, void> {
		yield* this.#upTo(this.#size);
	}

	/** Leaves out what wasn't read of it. */
	async skip(): Promise<void> {
		for await (const _ of this.#upTo(this.#wholeSize)) {
			// Nobody wants it.
		}
	}

	async *#upTo(end: number): AsyncGenerator<Uint8Array, void, void> {
		for await (const chunk of this.#reader.chunks(end - this.#read)) {
			this.#read += chunk.length;
			yield chunk;
		}
	}
}
