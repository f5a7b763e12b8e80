import {escape} from '../text/escape.js';
import {cellsOf} from '../text/cells.js';
import {printable} from '../text/sanitise.js';
import type {Terminal} from './terminal.js';

/** DEC private mode 2026, synchronized output: the terminal shows what is between the two at once. */
const beginUpdate = '\u001B[?2026h';
const endUpdate = '\u001B[?2026l';
const eraseToLineEnd = '\u001B[K';
const eraseScreen = '\u001B[2J';
const sgr = new RegExp(String.raw`${escape}\[[\d;]*m`, 'gv');

/**
Stands between Ink and the terminal: takes the frames of the screen's parts and writes the lines that changed, each at its
place.

Ink 6.8 can't do that itself in a frame that fills the screen: with `incrementalRendering` it writes every changed line
one row too low, and without it each frame is written as a whole, from the cursor up, wherever a resize has moved it.
*/
export class Painter {
	readonly #terminal: Terminal;
	readonly #parts: Part[] = [];
	#painted: readonly string[] | null = null;
	#isDue = false;

	constructor(terminal: Terminal) {
		this.#terminal = terminal;
	}

	/** @returns Where the frames of the next part go, below those before it. */
	part(): Part {
		const part = new Part(this.#terminal, this.#paintSoon);
		this.#parts.push(part);
		return part;
	}

	/** What the terminal shows isn't known any more: the next frame is painted as a whole. */
	forget(): void {
		this.#painted = null;
	}

	/** Paints everything anew. */
	repaint(): void {
		this.forget();
		this.#paintSoon();
	}

	/** All parts of one frame are painted at once. */
	readonly #paintSoon = (): void => {
		if (!this.#isDue) {
			this.#isDue = true;
			queueMicrotask(() => {
				this.#isDue = false;
				this.#paint();
			});
		}
	};

	/** Ink also writes when it is unmounted, which may be after the terminal was given back. */
	#paint(): void {
		if (!this.#terminal.isOnScreen) {
			return;
		}

		const lines = this.#parts
			.flatMap(part => part.lines)
			.slice(0, this.#terminal.size.rows);
		const painted = this.#painted;
		const changes: string[] = painted ? [] : [eraseScreen];
		for (
			let row = 0;
			row < Math.max(lines.length, painted?.length ?? 0);
			row++
		) {
			const line = lines[row] ?? '';
			if (line !== (painted?.[row] ?? '')) {
				const rest = this.#fills(line) ? '' : eraseToLineEnd;
				changes.push(`${escape}[${row + 1};1H`, printable(line, true), rest);
			}
		}

		this.#painted = lines;
		if (changes.length > 0) {
			this.#terminal.stdout.write(beginUpdate + changes.join('') + endUpdate);
		}
	}

	/** Behind a character in the last column there is nothing to erase; some terminals would erase the character. */
	#fills(line: string): boolean {
		return cellsOf(line.replaceAll(sgr, '')) >= this.#terminal.size.columns;
	}
}

/** What Ink takes for its standard output: a part of the screen as wide as the terminal. */
export class Part {
	lines: readonly string[] = [];
	readonly #terminal: Terminal;
	readonly #onFrame: () => void;

	constructor(terminal: Terminal, onFrame: () => void) {
		this.#terminal = terminal;
		this.#onFrame = onFrame;
	}

	get columns(): number {
		return this.#terminal.size.columns;
	}

	get rows(): number {
		return this.#terminal.size.rows;
	}

	/** @param frame - The part's lines, each with its styles closed. */
	readonly write = (frame: string): boolean => {
		this.lines = frame.split('\n');
		this.#onFrame();
		return true;
	};

	/** Ink would listen for `resize`; here it is the view that knows the size. */
	on(): this {
		return this;
	}

	off(): this {
		return this;
	}
}
