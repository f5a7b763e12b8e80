import type {Keyboard} from './keyboard.js';
import type {Terminal} from './terminal.js';

/** What has to make room while something else has the terminal. */
export type Lender = {
	readonly terminal: Terminal;
	readonly keyboard: Keyboard;

	/** The session is over: the terminal is taken back at once, and the screen stays down. */
	readonly over: AbortSignal;

	/** Takes the screen down, or puts it up again. */
	hide(): void;
	show(): void;
};

/**
Lends the terminal, on its main screen, while something uses it. What was typed ahead is there for it to be read.

@param borrower - Ends when it needs the terminal no longer, and has undone whatever was switched in it.
@returns What the borrower returns; the screen is back then.
*/
export async function lendTerminal<T>(
	{terminal, keyboard, over, hide, show}: Lender,
	borrower: () => Promise<T>,
): Promise<T> {
	hide();
	terminal.leave();
	keyboard.release();
	try {
		return await borrower();
	} finally {
		if (!over.aborted) {
			show();
		}
	}
}
