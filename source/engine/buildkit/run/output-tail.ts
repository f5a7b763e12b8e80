/** The end of what is printed, in however many parts it comes. */
export class OutputTail {
	readonly #most: number;
	readonly #parts: Uint8Array[] = [];
	#length = 0;

	/** @param most - How much of it is kept at least, in bytes; up to a part more is. */
	constructor(most: number) {
		this.#most = most;
	}

	add(part: Uint8Array): void {
		this.#parts.push(part);
		this.#length += part.length;
		while (this.#length - this.#parts[0]!.length >= this.#most) {
			this.#length -= this.#parts.shift()!.length;
		}
	}

	/** @returns What is kept, read as UTF-8. */
	get text(): string {
		const decoder = new TextDecoder();
		return this.#parts
			.map(part => decoder.decode(part, {stream: true}))
			.join('');
	}
}
