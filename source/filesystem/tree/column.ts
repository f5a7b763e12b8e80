type Values =
	Int32Array | Uint8Array | Uint16Array | Uint32Array | Float64Array;

/** Numbers in a row, of one width each: what grows by one at a time takes no more memory than what it ends as, twice. */
export class Column<T extends Values> {
	readonly #Type: new (length: number) => T;
	#values: T;
	#length = 0;

	/** @param Type - What it becomes, such as `Int32Array`. */
	constructor(Type: new (length: number) => T) {
		this.#Type = Type;
		this.#values = new Type(1024);
	}

	get length(): number {
		return this.#length;
	}

	push(value: number): void {
		if (this.#length === this.#values.length) {
			const larger = new this.#Type(this.#length * 2);
			larger.set(this.#values);
			this.#values = larger;
		}

		this.#values[this.#length] = value;
		this.#length++;
	}

	set(index: number, value: number): void {
		this.#values[index] = value;
	}

	/** @returns The values so far, without room for more. */
	finish(): T {
		return this.#values.slice(0, this.#length) as T;
	}
}
