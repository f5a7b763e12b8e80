import {Buffer} from 'node:buffer';
import {Readable} from 'node:stream';
import {StringDecoder} from 'node:string_decoder';
import {
	type Paste,
	PasteTaker,
	isFlood,
	pasteBegin,
} from '../terminal/pastes.js';
import {sanitise} from '../text/sanitise.js';

/** What a line editor needs of a terminal's input. */
type Input = Readable & {
	isRaw?: boolean;
	setRawMode?(isRaw: boolean): unknown;
};

/** The line that it is typed into. */
export type TypedLine = {
	/** How many characters still go into it. */
	room(): number;

	/** Told when more is typed. */
	full(): void;

	/** Takes a paste. */
	paste(paste: Paste): void;
};

/** Keys are controls and what an escape begins: everything else is text, which is shown as it is typed. */
const text = /[\u0020-\u007E\u0080-\u{10FFFF}]+/gv;

/** Ctrl-C, Ctrl-U and Enter. */
const emptying = ['\u0003', '\u0015', '\r', '\n'];

/**
What is typed on a terminal, for a line editor that shows it as it comes: what a terminal could act on is there in the
spelling that is shown for it (and that paths are taken in), and a paste is told of instead of being typed.
*/
export class PromptInput extends Readable {
	readonly #input: Input;
	readonly #decoder = new StringDecoder();
	readonly #line: TypedLine;
	#paste: PasteTaker | undefined;

	/** The beginning of what may become the mark of a paste. */
	#begun: Buffer = Buffer.alloc(0);

	constructor(input: Input, line: TypedLine) {
		super({
			encoding: 'utf8',
			read() {
				// It comes when it comes.
			},
		});
		this.#input = input;
		this.#line = line;
		input.on('data', this.#take).on('end', this.#end);
	}

	get isRaw(): boolean {
		return this.#input.isRaw ?? false;
	}

	setRawMode(isRaw: boolean): this {
		this.#input.setRawMode?.(isRaw);
		return this;
	}

	override pause(): this {
		this.#input.pause();
		return super.pause();
	}

	override resume(): this {
		this.#input.resume();
		return super.resume();
	}

	/** Reads no more; what comes later is for the next reader. */
	close(): void {
		this.#paste?.stop();
		this.#input.off('data', this.#take).off('end', this.#end);
		this.#input.pause();
	}

	readonly #end = (): void => {
		this.push(null);
	};

	readonly #take = (data: Buffer): void => {
		let rest: Buffer | null = Buffer.concat([this.#begun, data]);
		this.#begun = Buffer.alloc(0);
		while (rest !== null && rest.length > 0) {
			if (!this.#paste && isFlood(rest)) {
				this.#beginPaste(false);
			}

			rest = this.#paste ? this.#paste.take(rest) : this.#type(rest);
		}
	};

	/** Returns what is behind the beginning of a paste, if there is one. */
	#type(data: Buffer): Buffer | null {
		const begin = data.indexOf(pasteBegin);
		const end = begin === -1 ? data.length - begunAtEnd(data) : begin;
		this.push(this.#fittingKeys(this.#decoder.write(data.subarray(0, end))));
		if (begin === -1) {
			this.#begun = data.subarray(end);
			return null;
		}

		this.#beginPaste(true);
		return data.subarray(begin + pasteBegin.length);
	}

	/** Behind a key that empties the line, what is typed has all the room: there is less of it than would be a paste. */
	#fittingKeys(keys: string): string {
		const found = emptying.map(key => keys.indexOf(key));
		const rest = Math.min(keys.length, ...found.filter(at => at !== -1));
		const typed = keys.slice(0, rest);
		return [
			typed.replaceAll(text, piece => this.#fitting(sanitise(piece))),
			keys.slice(rest).replaceAll(text, piece => sanitise(piece)),
		].join('');
	}

	#fitting(piece: string): string {
		const room = Math.max(0, this.#line.room());
		if (piece.length > room) {
			this.#line.full();
		}

		return piece.slice(0, room);
	}

	#beginPaste(isMarked: boolean): void {
		this.#paste = new PasteTaker(isMarked, paste => {
			this.#paste = undefined;
			this.#line.paste(paste);
		});
	}
}

/** How many bytes at the end may go on to begin a paste; an escape alone is a key. */
function begunAtEnd(data: Buffer): number {
	for (let length = pasteBegin.length - 1; length > 1; length--) {
		if (
			data.subarray(-length).equals(Buffer.from(pasteBegin.slice(0, length)))
		) {
			return length;
		}
	}

	return 0;
}
