import type {ReadStream, WriteStream} from 'node:tty';
import type {TerminalSize} from '../engine/port.js';
import {commonModes} from '../terminal/borrowed-modes.js';
import {hold} from '../terminal/holders.js';
import {markNoPastes, markPastes} from '../terminal/pastes.js';

/*
Private modes of xterm ("XTerm Control Sequences", DECSET): 1049 is the alternate screen with the cursor's position kept,
25 the cursor, 7 the automatic margin.
*/
const enterScreen = `\u001B[?1049h\u001B[?25l\u001B[?7h${markPastes}\u001B[2J\u001B[H`;
const leaveScreen = `${markNoPastes}\u001B[?1049l\u001B[?25h`;

/** @returns The terminal's size; where it doesn't know it (both are 0), the size that terminals have always had. */
export function sizeOf({rows, columns}: WriteStream): TerminalSize {
	return {rows: rows || 24, columns: columns || 80};
}

/**
The terminal that mstage runs in. Once entered it is given back whatever happens: also when the process exits, and before
Node prints an error that nobody caught. Signals that end the process are the caller's business; one that stops it gives the
terminal back until it is continued.
*/
export class Terminal {
	readonly stdin: ReadStream;
	readonly stdout: WriteStream;

	/** Called when the screen was taken again after others had it: nothing of the picture is left. */
	onRetaken: (() => void) | undefined;
	#onScreen = false;
	#isRaw = false;
	#letGo: (() => void) | undefined;

	constructor(stdin: ReadStream, stdout: WriteStream) {
		this.stdin = stdin;
		this.stdout = stdout;
	}

	/** Whether the alternate screen is there to be drawn on. */
	get isOnScreen(): boolean {
		return this.#onScreen && this.#isRaw;
	}

	get size(): TerminalSize {
		return sizeOf(this.stdout);
	}

	/** Takes the terminal: keys come one by one and are neither echoed nor acted upon; the alternate screen is empty. */
	enter(): void {
		this.#letGo ??= hold({
			release: this.#release,
			retake: () => {
				this.#retake();
			},
		});
		this.#onScreen = true;
		this.#take();
	}

	/** Goes back to the main screen; keys still come one by one. */
	leave(): void {
		if (this.#onScreen) {
			this.#onScreen = false;
			this.stdout.write(leaveScreen);
		}
	}

	/**
	Gives the terminal back: main screen, cursor shown, lines edited and echoed by the terminal again. Synchronous, and
	harmless when called again.
	*/
	restore(): void {
		this.#release();
		this.#onScreen = false;
		this.#letGo?.();
		this.#letGo = undefined;
	}

	readonly #release = (): void => {
		if (this.#isRaw) {
			this.#isRaw = false;
			this.stdout.write(`${this.#onScreen ? leaveScreen : ''}${commonModes}`);
			this.stdin.setRawMode(false);
		}
	};

	#retake(): void {
		this.#take();
		if (this.#onScreen) {
			this.onRetaken?.();
		}
	}

	#take(): void {
		if (!this.#isRaw) {
			this.#isRaw = true;
			this.stdin.setRawMode(true);
		}

		if (this.#onScreen) {
			this.stdout.write(enterScreen);
		}
	}
}
