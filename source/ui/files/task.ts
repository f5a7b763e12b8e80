import {toError} from '../../errors.js';

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

	/** @returns Whether there was something to cancel. */
	cancel(): boolean {
		const isWorking = this.#working !== null;
		this.#working?.abort();
		return isWorking;
	}

	/** @param work - Ends early when the signal aborts, and shows nothing after that. */
	async run(work: (signal: AbortSignal) => Promise<void>): Promise<TaskEnd> {
		this.#working?.abort();
		const working = new AbortController();
		this.#working = working;
		try {
			await work(working.signal);
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
