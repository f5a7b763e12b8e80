import {Buffer} from 'node:buffer';

/** A piece of what a process printed. */
export type Output = {readonly stream: 1 | 2; readonly data: Uint8Array};

/** Each frame: the stream in one byte, three unused, the length in four (Docker Engine API, "Attach to a container"). */
const headerLength = 8;

/** Takes apart the one stream in which Docker sends both outputs of a process that has no terminal. */
export class Demultiplexer {
	#header = Buffer.alloc(0);
	#left = 0;
	#stream: 1 | 2 = 1;

	/**
	@param chunk - The next bytes, cut anywhere.
	@returns What of the outputs is in them.
	@throws {Error} They are something else.
	*/
	push(chunk: Uint8Array): readonly Output[] {
		const outputs: Output[] = [];
		let rest: Buffer = Buffer.from(
			chunk.buffer,
			chunk.byteOffset,
			chunk.length,
		);
		while (rest.length > 0) {
			if (this.#left > 0) {
				const data = rest.subarray(0, this.#left);
				outputs.push({stream: this.#stream, data});
				this.#left -= data.length;
				rest = rest.subarray(data.length);
				continue;
			}

			const missing = headerLength - this.#header.length;
			this.#header = Buffer.concat([this.#header, rest.subarray(0, missing)]);
			rest = rest.subarray(missing);
			if (this.#header.length === headerLength) {
				if (
					this.#header.readUInt32BE(0) % 0x1_00_00_00 !== 0 ||
					this.#header[0]! > 2
				) {
					throw new Error('no output of a process');
				}

				this.#stream = this.#header[0] === 2 ? 2 : 1;
				this.#left = this.#header.readUInt32BE(4);
				this.#header = Buffer.alloc(0);
			}
		}

		return outputs;
	}
}
