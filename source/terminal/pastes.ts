import {Buffer} from 'node:buffer';

/** What a terminal puts around a paste, where it was asked to (DECSET 2004), and how it is asked (xterm, "Bracketed Paste Mode"). */
export const pasteBegin = '\u001B[200~';
export const pasteEnd = '\u001B[201~';
export const markPastes = '\u001B[?2004h';
export const markNoPastes = '\u001B[?2004l';

/** As many bytes at once are no keys, though the terminal doesn't say so: nobody types them. */
const flood = 1024;

/** How long nothing comes where a paste that isn't marked has ended, and where the end of one that is was lost, in milliseconds. */
const quiet = {flood: 250, marked: 5000};

/** Ctrl-C, typed while the end of a paste doesn't come. */
const interrupt = 3;

/** How much of a paste is kept, in bytes: no line that it could go into takes more. */
const most = 65_536;

/** What was pasted, as text; `isCut` where it was longer. */
export type Paste = {readonly text: string; readonly isCut: boolean};

/**
@param data - What came at once.
@returns Whether that is, or begins with, a paste though the terminal doesn't say so.
*/
export function isFlood(data: Buffer): boolean {
	const begin = data.indexOf(pasteBegin);
	return (begin === -1 ? data.length : begin) >= flood;
}

/** Takes what comes of one paste, in constant work and memory, until it ends. */
export class PasteTaker {
	readonly #isMarked: boolean;
	readonly #onEnd: (paste: Paste) => void;
	readonly #kept: Buffer[] = [];
	#length = 0;
	#tail = Buffer.alloc(0);
	#timer: NodeJS.Timeout | undefined;

	/** @param isMarked - Whether the terminal says where it ends. */
	constructor(isMarked: boolean, onEnd: (paste: Paste) => void) {
		this.#isMarked = isMarked;
		this.#onEnd = onEnd;
		this.#wait();
	}

	/**
	@param data - What came next.
	@returns What is behind the end of the paste, which has been told then; `null` while it goes on.
	*/
	take(data: Buffer): Buffer | null {
		this.#wait();
		if (!this.#isMarked) {
			this.#keep(data);
			return null;
		}

		if (data.length === 1 && data[0] === interrupt) {
			this.stop();
			this.#tell();
			return data;
		}

		const bytes = Buffer.concat([this.#tail, data]);
		const end = endIn(bytes);
		if (end === -1) {
			const whole = Math.max(0, bytes.length - pasteEnd.length + 1);
			this.#keep(bytes.subarray(0, whole));
			this.#tail = bytes.subarray(whole);
			return null;
		}

		this.#tail = Buffer.alloc(0);
		this.#keep(bytes.subarray(0, end));
		this.stop();
		this.#tell();
		return bytes.subarray(end + pasteEnd.length);
	}

	/** It is of no interest any more. */
	stop(): void {
		clearTimeout(this.#timer);
	}

	#keep(data: Buffer): void {
		const room = most - this.#length;
		this.#length += data.length;
		if (room > 0) {
			this.#kept.push(data.subarray(0, room));
		}
	}

	#wait(): void {
		clearTimeout(this.#timer);
		this.#timer = setTimeout(
			() => {
				this.#keep(this.#tail);
				this.#tell();
			},
			this.#isMarked ? quiet.marked : quiet.flood,
		);
	}

	#tell(): void {
		this.#onEnd({
			text: Buffer.concat(this.#kept)
				.toString()
				.replaceAll(pasteBegin, '')
				.replaceAll(pasteEnd, ''),
			isCut: this.#length > most,
		});
	}
}

/** An end that is itself pasted has another one behind it, without a beginning between them. */
function endIn(bytes: Buffer): number {
	let end = bytes.indexOf(pasteEnd);
	for (;;) {
		const next = bytes.indexOf(pasteEnd, end + 1);
		if (
			end === -1 ||
			next === -1 ||
			bytes.subarray(end, next).includes(pasteBegin)
		) {
			return end;
		}

		end = next;
	}
}
