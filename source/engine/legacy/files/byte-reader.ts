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
