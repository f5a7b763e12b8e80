/** @returns Whether a character is white space, as Go's `unicode.IsSpace` sees it. */
const isSpace = (character: string): boolean =>
	/^\p{White_Space}$/v.test(character);

/** Words as they grow. A nested expansion empties the buffer of the text around it, as BuildKit's does. */
export class Words {
	readonly #done: string[] = [];
	#inWord = false;

	/** @param buffer - Shared by the words of nested expansions. */
	constructor(readonly buffer: {text: string}) {
		buffer.text = '';
	}

	/** Adds a character, where unquoted space ends a word. */
	add(character: string): void {
		if (!isSpace(character)) {
			this.addRaw(character);
		} else if (this.#inWord && this.buffer.text !== '') {
			this.#done.push(this.buffer.text);
			this.buffer.text = '';
			this.#inWord = false;
		}
	}

	/** Adds a text, where unquoted space ends a word. */
	addAll(text: string): void {
		for (const character of text) {
			this.add(character);
		}
	}

	/** Adds a text with the space that is in it. */
	addRaw(text: string): void {
		this.buffer.text += text;
		this.#inWord = true;
	}

	/** @returns The words. */
	finish(): readonly string[] {
		if (this.buffer.text !== '') {
			this.#done.push(this.buffer.text);
			this.buffer.text = '';
		}

		return this.#done;
	}
}
