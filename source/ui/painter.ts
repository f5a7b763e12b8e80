import {cellsOf} from './present/cells.js';
import {escape} from './escape.js';
import type {Terminal} from './terminal.js';

/** DEC private mode 2026, synchronized output: the terminal shows what is between the two at once. */
const beginUpdate = '\u001B[?2026h';
const endUpdate = '\u001B[?2026l';
const eraseToLineEnd = '\u001B[K';
const eraseScreen = '\u001B[2J';
const sgr = new RegExp(String.raw`${escape}\[[\d;]*m`, 'gv');

/**
Stands between Ink and the terminal: takes whole frames and writes the lines that changed, each at its place.

Ink 6.8 can't do that itself in a frame that fills the screen: with `incrementalRendering` it writes every changed line
one row too low, and without it each frame is written as a whole, from the cursor up, wherever a resize has moved it.
*/
export class Painter {
	readonly #terminal: Terminal;
	#painted: readonly string[] | null = null;
	#frame = '';

	constructor(terminal: Terminal) {
		this.#terminal = terminal;
	}

	get columns(): number {
		return this.#terminal.size.columns;
	}

	get rows(): number {
		return this.#terminal.size.rows;
	}

	/** Ink would listen for `resize`; here it is the view that knows the size. */
	on(): this {
		return this;
	}

	off(): this {
		return this;
	}

	/** @param frame - The lines of the whole screen, each with its styles closed. */
	readonly write = (frame: string): boolean => {
		this.#frame = frame;
		this.#paint();

		return true;
	};

	/** What the terminal shows isn't known any more: the next frame is painted as a whole. */
	forget(): void {
		this.#painted = null;
	}

	/** Paints the last frame as a whole. */
	repaint(): void {
		this.forget();
		this.#paint();
	}

	/** Ink also writes when it is unmounted, which may be after the terminal was given back. */
	#paint(): void {
		if (!this.#terminal.isOnScreen) {
			return;
		}

		const lines = this.#frame.split('\n').slice(0, this.rows);
		const painted = this.#painted;
		const changes: string[] = painted ? [] : [eraseScreen];
		for (
			let row = 0;
			row < Math.max(lines.length, painted?.length ?? 0);
			row++
		) {
			const line = lines[row] ?? '';
			if (line !== (painted?.[row] ?? '')) {
				changes.push(
					`\u001B[${row + 1};1H`,
					line,
					this.#fills(line) ? '' : eraseToLineEnd,
				);
			}
		}

		this.#painted = lines;
		if (changes.length > 0) {
			this.#terminal.stdout.write(beginUpdate + changes.join('') + endUpdate);
		}
	}

	/** Behind a character in the last column there is nothing to erase; some terminals would erase the character. */
	#fills(line: string): boolean {
		return cellsOf(line.replaceAll(sgr, '')) >= this.columns;
	}
}
