import {setTimeout} from 'node:timers/promises';
import type {Build, BuildEvent, Failure} from '../../engine/port.js';
import type {Explanation, Retrace} from '../machine/explanation.js';
import type {DebuggerEvent} from '../machine/state.js';
import type {StepLog} from './log.js';

/** What is known of a failure besides the build. */
export type FailureFacts = {
	/** Without the values of secrets. */
	readonly failure: Failure;

	/** The end of what the step printed. */
	readonly output: string;

	/** The engine's: `linux/amd64`. */
	readonly platform: string;
	readonly builder: 'BuildKit' | 'legacy';
};

/** Finds out why a step failed; `null` when nothing is found. Aborting the signal ends the search. */
export type ExplainFailure = (
	build: Build,
	facts: FailureFacts,
	signal: AbortSignal,
) => Promise<Explanation | null>;

/** Runs a failed step again to see which part of its command fails. */
export type RetraceStep = (
	build: Build,
	step: number,
	signal: AbortSignal,
) => Promise<Retrace>;

export type ExplainerOptions = {
	readonly explain: ExplainFailure;

	/** How long a failure waits to be told with its explanation, in milliseconds; later that follows by itself. */
	readonly patience: number;

	/** Aborted when the session ends. */
	readonly closing: AbortSignal;
	readonly factsOf: (failure: Failure) => FailureFacts;

	/** Takes what is found too late to be told with the failure. */
	readonly tell: (
		build: Build,
		event: Extract<DebuggerEvent, {type: 'failure-explained'}>,
	) => void;
};

/** How long a search may take, in milliseconds: it may list a whole filesystem. */
const longestSearch = 15_000;

/** How many of the last lines a failure is explained from. */
const lineLimit = 60;

type Failed = Extract<BuildEvent, {type: 'failed'}>;

/** Has failures explained: with their event when that is quick, or soon after. */
export class FailureExplainer {
	readonly #options: ExplainerOptions;

	constructor(options: ExplainerOptions) {
		this.#options = options;
	}

	/** @returns What is known of the failures of an event once the time for waiting is over. */
	async explain(
		build: Build,
		{failure, others}: Failed,
	): Promise<ReadonlyMap<number, Explanation>> {
		const {patience, closing, tell} = this.#options;
		const signal = AbortSignal.any([
			closing,
			AbortSignal.timeout(longestSearch),
		]);
		const known = new Map<number, Explanation>();
		let isLate = false;
		const searches = [failure, ...others].map(async one => {
			const {step} = one;
			const explanation =
				step === null ? null : await this.#search(build, one, signal);
			if (step === null || !explanation) {
				return;
			}

			if (isLate) {
				tell(build, {type: 'failure-explained', step, explanation});
			} else {
				known.set(step, explanation);
			}
		});
		const waiting = new AbortController();
		await Promise.race([
			Promise.all(searches),
			setTimeout(patience, undefined, {
				signal: waiting.signal,
				ref: false,
			}).catch(() => undefined),
		]);
		waiting.abort();
		isLate = true;
		return known;
	}

	/** What goes wrong while a failure is looked at must not hide the failure. */
	async #search(
		build: Build,
		failure: Failure,
		signal: AbortSignal,
	): Promise<Explanation | null> {
		const {explain, factsOf} = this.#options;
		try {
			return await explain(build, factsOf(failure), signal);
		} catch {
			return null;
		}
	}
}

/** @returns The last lines of a log, as text. */
export function endOf(log: StepLog): string {
	const from = Math.max(0, log.lineCount - lineLimit);
	return Array.from(
		{length: log.lineCount - from},
		(_, index) => log.line(from + index) ?? '',
	).join('\n');
}
