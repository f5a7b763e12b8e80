const isDigit = (character: string): boolean => /^\p{Nd}$/v.test(character);
const isNameCharacter = (character: string): boolean =>
	/^[\p{L}\p{Nd}_]$/v.test(character);

// https://pubs.opengroup.org/onlinepubs/9699919799/utilities/V3_chap02.html#tag_18_05_02
const specialParameters = new Set(['@', '*', '#', '?', '-', '$', '!', '0']);

/** Reads a text character by character. */
export class CharacterReader {
	readonly #characters: readonly string[];
	#position = 0;

	/** @param text - What to read. */
	constructor(text: string) {
		this.#characters = [...text];
	}

	/** Whether everything is read. */
	get atEnd(): boolean {
		return this.#position >= this.#characters.length;
	}

	/** @returns The next character, which stays unread, or nothing at the end. */
	peek(): string | undefined {
		return this.#characters[this.#position];
	}

	/** @returns The next character, which is then read, or nothing at the end. */
	next(): string | undefined {
		return this.#characters[this.#position++];
	}

	/**
	@param belongs - Which characters to read.
	@returns They, up to the first that doesn't belong.
	*/
	readWhile(belongs: (character: string) => boolean): string {
		let text = '';
		for (
			let next = this.peek();
			next !== undefined && belongs(next);
			next = this.peek()
		) {
			text += next;
			this.#position++;
		}

		return text;
	}

	/**
	@param end - A character.
	@returns What is before it, or nothing when it doesn't come; it is read too.
	*/
	readPast(end: string): string | undefined {
		const text = this.readWhile(character => character !== end);
		return this.next() === undefined ? undefined : text;
	}

	/** @returns The name of a shell variable, as far as there is one: letters, digits alone, or one special character. */
	readName(): string {
		const first = this.peek() ?? '';

		if (isDigit(first)) {
			return this.readWhile(isDigit);
		}

		return specialParameters.has(first)
			? this.next()!
			: this.readWhile(isNameCharacter);
	}
}
