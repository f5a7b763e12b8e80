import {setImmediate as nextTurn} from 'node:timers/promises';
import {untilAborted} from '../until-aborted.js';

/**
What Ctrl-C means at the line prompt while no line is typed: what is under way is given up, and the session goes on. Where
that has just ended, the key was meant for it, and means nothing any more: in the line that comes next it would clear nothing.
*/
export class CommandUnderWay {
	#controller: AbortController | undefined;
	#isLineNext = false;

	/** @returns Whether that was all that Ctrl-C takes. What is given up isn't waited for. */
	giveUp(): boolean {
		const controller = this.#controller;
		if (!controller || controller.signal.aborted) {
			return this.#isLineNext;
		}

		controller.abort();
		return true;
	}

	/**
	@param work - What comes between lines: the build as far as it goes by itself, or a command.
	@returns What it returned.
	@throws What the work throws.
	*/
	async betweenLines<T>(work: () => Promise<T>): Promise<T> {
		this.#isLineNext = false;
		try {
			return await work();
		} finally {
			this.#isLineNext = true;
		}
	}

	/** Told when a line has ended: what comes of it has yet to begin. */
	lineEnds(): void {
		this.#isLineNext = true;
	}

	/**
	Told when the terminal gives its keys to a line. A signal that a key sent before that is told within two turns of the event
	loop: the second looks at what came while the first did its work.

	@returns When all of those are told.
	*/
	async lineBegins(): Promise<void> {
		await nextTurn();
		await nextTurn();
		this.#isLineNext = false;
	}

	/** Told when no line comes any more. */
	end(): void {
		this.#isLineNext = false;
	}

	/**
	@param work - Gets a signal that aborts when it is given up; it isn't waited for then.
	@returns What it returned; `null` when it was given up.
	@throws What the work throws before that.
	*/
	async run<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T | null> {
		const controller = new AbortController();
		const {signal} = controller;
		this.#controller = controller;
		try {
			const result = await untilAborted<T | null>(
				work(signal),
				signal,
				() => null,
			);
			return signal.aborted ? null : result;
		} catch (error) {
			if (signal.aborted) {
				return null;
			}

			throw error;
		} finally {
			this.#controller = undefined;
		}
	}
}
