import {toError} from '../../errors.js';
import {untilAborted} from '../../until-aborted.js';

/** What became of a task's work. */
export type TaskEnd =
	| {readonly kind: 'done'}
	/** Somebody gave it up. */
	| {readonly kind: 'canceled'}
	/** Something else was asked for in the meantime. */
	| {readonly kind: 'superseded'}
	| {readonly kind: 'failed'; readonly reason: string};

/** Does one thing at a time: what is asked for later ends what is under way. */
export class Task {
	#working: AbortController | null = null;

	/** @returns Whether there was something to cancel, that wasn't canceled before. */
	cancel(): boolean {
		const working = this.#working;
		if (working === null || working.signal.aborted) {
			return false;
		}

		working.abort();
		return true;
	}

	/**
	@param work - Shows nothing after the signal has aborted. It isn't waited for then: an engine that doesn't answer may keep it.
	*/
	async run(work: (signal: AbortSignal) => Promise<void>): Promise<TaskEnd> {
		this.#working?.abort();
		const working = new AbortController();
		this.#working = working;
		try {
			await untilAborted(work(working.signal), working.signal);
			return this.#working === working ? {kind: 'done'} : {kind: 'superseded'};
		} catch (error) {
			return this.#working === working
				? working.signal.aborted
					? {kind: 'canceled'}
					: {kind: 'failed', reason: toError(error).message}
				: {kind: 'superseded'};
		} finally {
			if (this.#working === working) {
				this.#working = null;
			}
		}
	}
}
