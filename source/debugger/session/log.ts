import {Buffer} from 'node:buffer';
import {StringDecoder} from 'node:string_decoder';

/** How much of a log is kept, in UTF-16 code units: the beginning and the tail, each at most this. */
const keptHead = 65_536;
const keptTail = 1_048_576;

/** A longer line is cut in pieces of this many code units, so that no single line can grow without bound. */
const longestLine = 16_384;

/**
The log of one step, bounded whatever its length: its beginning, its tail, and the count of the lines between that were
let go. Lines are as the step printed them and have to be sanitised where they are shown.
*/
export class StepLog {
	readonly #head: string[] = [];
	#headSize = 0;
	#tail: string[] = [];
	#tailStart = 0;
	#tailSize = 0;
	#dropped = 0;
	#open = '';
	#pendingReturn = false;
	#restarted = false;
	readonly #decoder = new StringDecoder('utf8');

	/** How many lines there are, dropped ones and one that isn't finished yet included. */
	get lineCount(): number {
		return (
			this.#head.length +
			this.#dropped +
			this.#tail.length -
			this.#tailStart +
			(this.#open === '' ? 0 : 1)
		);
	}

	/** How many lines were let go. */
	get droppedCount(): number {
		return this.#dropped;
	}

	/**
	@param index - Counted from 0.
	@returns The line, or `undefined` when it was let go or isn't there. A carriage return starts the line again, as on a
	terminal, so that a progress bar stays one line.
	*/
	line(index: number): string | undefined {
		if (index < this.#head.length) {
			return this.#head[index];
		}

		const inTail = index - this.#head.length - this.#dropped;
		if (inTail < 0) {
			return undefined;
		}

		const length = this.#tail.length - this.#tailStart;
		return inTail < length
			? this.#tail[this.#tailStart + inTail]
			: inTail === length && this.#open !== ''
				? this.#open
				: undefined;
	}

	/** @param data - Bytes as the step printed them; a character may be split between two calls. */
	append(data: Uint8Array): void {
		const text = this.#decoder.write(data);
		let from = 0;
		for (const {0: end, index} of text.matchAll(/[\n\r]/gv)) {
			this.#extend(text.slice(from, index));
			from = index + 1;
			if (end === '\n') {
				this.#endLine();
			} else {
				this.#pendingReturn = true;
			}
		}

		this.#extend(text.slice(from));
	}

	#extend(text: string): void {
		if (text === '') {
			return;
		}

		if (this.#pendingReturn) {
			this.#pendingReturn = false;
			this.#restarted = true;
			this.#open = '';
		}

		this.#open += text;
		while (this.#open.length > longestLine) {
			const end = endOfPiece(this.#open);
			const rest = this.#open.slice(end);
			this.#open = this.#open.slice(0, end);
			this.#endLine();
			this.#open = rest;
		}
	}

	#endLine(): void {
		const line = this.#restarted ? detach(this.#open) : this.#open;
		this.#open = '';
		this.#pendingReturn = false;
		this.#restarted = false;

		if (
			this.#dropped === 0 &&
			this.#tail.length === 0 &&
			this.#headSize + line.length < keptHead
		) {
			this.#head.push(line);
			this.#headSize += line.length + 1;
			return;
		}

		this.#tail.push(line);
		this.#tailSize += line.length + 1;
		while (this.#tailSize > keptTail) {
			this.#tailSize -= this.#tail[this.#tailStart]!.length + 1;
			this.#tail[this.#tailStart] = '';
			this.#tailStart++;
			this.#dropped++;
		}

		if (this.#tailStart > 4096 && this.#tailStart * 2 > this.#tail.length) {
			this.#tail = this.#tail.slice(this.#tailStart);
			this.#tailStart = 0;
		}
	}
}

/** Where to cut a line that is too long: not between the two code units of one character. */
function endOfPiece(line: string): number {
	return line.codePointAt(longestLine - 1)! > 0xff_ff
		? longestLine - 1
		: longestLine;
}

/**
A part of a string keeps all of it in memory: of a progress bar with thousands of states, those too that were
overwritten.
*/
function detach(text: string): string {
	return Buffer.from(text, 'utf16le').toString('utf16le');
}
