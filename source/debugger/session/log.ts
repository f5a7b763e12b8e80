import {Buffer} from 'node:buffer';
import {StringDecoder} from 'node:string_decoder';

/** How much of a log is kept, in UTF-16 code units: the beginning and the tail, each at most this. */
const keptHead = 65_536;
const keptTail = 1_048_576;

/** A longer line is cut in pieces of this many code units, so that no single line can grow without bound. */
const longestLine = 16_384;

/** A line that isn't finished. */
type OpenLine = {
	readonly decoder: StringDecoder;
	text: string;
	pendingReturn: boolean;
	restarted: boolean;
};

function openLine(): OpenLine {
	return {
		decoder: new StringDecoder('utf8'),
		text: '',
		pendingReturn: false,
		restarted: false,
	};
}

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
	/** Of each stream, the line that isn't finished. */
	readonly #open: ReadonlyMap<1 | 2, OpenLine> = new Map([
		[1, openLine()],
		[2, openLine()],
	]);

	/** How many lines there are, dropped ones and one that isn't finished yet included. */
	get lineCount(): number {
		return (
			this.#head.length +
			this.#dropped +
			this.#tail.length -
			this.#tailStart +
			this.#unfinished.length
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
			: this.#unfinished[inTail - length];
	}

	/**
	@param data - Bytes as the step printed them; a character may be split between two calls.
	@param stream - On which of its streams: the lines of each stay whole.
	*/
	append(data: Uint8Array, stream: 1 | 2 = 1): void {
		const open = this.#open.get(stream)!;
		const text = open.decoder.write(data);
		let from = 0;
		for (const {0: end, index} of text.matchAll(/[\n\r]/gv)) {
			this.#extend(open, text.slice(from, index));
			from = index + 1;
			if (end === '\n') {
				this.#endLine(open);
			} else {
				open.pendingReturn = true;
			}
		}

		this.#extend(open, text.slice(from));
	}

	get #unfinished(): readonly string[] {
		return [...this.#open.values()]
			.map(({text}) => text)
			.filter(text => text !== '');
	}

	#extend(open: OpenLine, text: string): void {
		if (text === '') {
			return;
		}

		if (open.pendingReturn) {
			open.pendingReturn = false;
			open.restarted = true;
			open.text = '';
		}

		open.text += text;
		while (open.text.length > longestLine) {
			const end = endOfPiece(open.text);
			const rest = open.text.slice(end);
			open.text = open.text.slice(0, end);
			this.#endLine(open);
			open.text = rest;
		}
	}

	#endLine(open: OpenLine): void {
		const line = open.restarted ? detach(open.text) : open.text;
		open.text = '';
		open.pendingReturn = false;
		open.restarted = false;

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
