import {untilOver} from './until-over.js';

/** The command of the line prompt that looks at something, which Ctrl-C gives up: the session goes on. */
export class CommandUnderWay {
	#controller: AbortController | undefined;

	/** @returns Whether there was one to give up, that wasn't given up before. */
	giveUp(): boolean {
		const controller = this.#controller;
		if (!controller || controller.signal.aborted) {
			return false;
		}

		controller.abort();
		return true;
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
			const result = await untilOver<T | null>(work(signal), signal, null);
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
