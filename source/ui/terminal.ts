import process from 'node:process';
import type {ReadStream, WriteStream} from 'node:tty';
import type {TerminalSize} from '../engine/port.js';

/*
Private modes of xterm ("XTerm Control Sequences", DECSET): 1049 is the alternate screen with the cursor's position kept,
25 the cursor, 7 the automatic margin.
*/
const enterScreen = '\u001B[?1049h\u001B[?25l\u001B[?7h\u001B[2J\u001B[H';
const leaveScreen = '\u001B[?1049l\u001B[?25h';

/*
What a program that was killed may have left behind: colours, another character set, a scrolling region, application
keys (1, and `>`), mouse reports (1000 to 1006), focus reports (1004), bracketed paste (2004), a hidden cursor. Resetting
the region moves the cursor, so its position is kept around that.
*/
const resetModes =
	'\u001B7\u001B[r\u001B8\u001B[0m\u001B(B\u001B[?1l\u001B>\u001B[?7h\u001B[?1000l\u001B[?1002l\u001B[?1003l\u001B[?1004l\u001B[?1006l\u001B[?2004l\u001B[?25h';

/** @returns The terminal's size; where it doesn't know it (both are 0), the size that terminals have always had. */
export function sizeOf({rows, columns}: WriteStream): TerminalSize {
	return {rows: rows || 24, columns: columns || 80};
}

/**
The terminal that mstage runs in. Once entered it is given back whatever happens: also when the process exits, and before
Node prints an error that nobody caught. Signals are the caller's business.
*/
export class Terminal {
	readonly stdin: ReadStream;
	readonly stdout: WriteStream;
	#onScreen = false;
	#isRaw = false;

	constructor(stdin: ReadStream, stdout: WriteStream) {
		this.stdin = stdin;
		this.stdout = stdout;
	}

	/** Whether the alternate screen is there to be drawn on. */
	get isOnScreen(): boolean {
		return this.#onScreen;
	}

	get size(): TerminalSize {
		return sizeOf(this.stdout);
	}

	/** Takes the terminal: keys come one by one and are neither echoed nor acted upon; the alternate screen is empty. */
	enter(): void {
		if (!this.#isRaw) {
			this.#isRaw = true;
			this.stdin.setRawMode(true);
			process
				.on('exit', this.restore)
				.on('uncaughtExceptionMonitor', this.restore);
		}

		this.#onScreen = true;
		this.stdout.write(enterScreen);
	}

	/** Goes back to the main screen; keys still come one by one. */
	leave(): void {
		if (this.#onScreen) {
			this.#onScreen = false;
			this.stdout.write(leaveScreen);
		}
	}

	/** Undoes what a program that had the terminal may have left behind. */
	resetModes(): void {
		this.stdout.write(resetModes);
	}

	/**
	Gives the terminal back: main screen, cursor shown, lines edited and echoed by the terminal again. Synchronous, and
	harmless when called again.
	*/
	readonly restore = (): void => {
		this.leave();
		if (this.#isRaw) {
			this.#isRaw = false;
			this.resetModes();
			this.stdin.setRawMode(false);
			process
				.off('exit', this.restore)
				.off('uncaughtExceptionMonitor', this.restore);
		}
	};
}
