import {setTimeout as delay} from 'node:timers/promises';
import type {Result} from '../program/definition.js';
import type {Gateway} from '../connect/gateway.js';
import type {LoadedBuild} from '../program/loading.js';
import type {StatusTranslator} from './status.js';

/**
How long the status stream may lag behind the answer of a solve, in milliseconds. It is a bound for vertices that
BuildKit never reports, not a wait: the report ends it.
*/
export const statusLag = 300;

/** How long, in milliseconds, other stages may go on after a failure, to fail too. */
const grace = 1000;

/** What came of a run. */
export type Outcome = {
	/** The operations whose results are there. */
	readonly done: readonly string[];

	/** What the solves ended with that failed, in their order; empty when all is done. */
	readonly errors: readonly unknown[];
};

/** Brings results about, each at most once. */
export class Evaluation {
	readonly gateway: Gateway;
	readonly status: StatusTranslator;
	readonly #references = new Map<string, string>();

	constructor(gateway: Gateway, status: StatusTranslator) {
		this.gateway = gateway;
		this.status = status;
	}

	/**
	Runs what is missing of a result. A reference memoises its error, so that only a good one is kept.

	@returns The id of a reference to its filesystem.
	@throws {ConnectError} With the details of what failed (see `readFailure`).
	*/
	async reference(
		{loaded}: LoadedBuild,
		result: Result,
		signal?: AbortSignal,
	): Promise<string> {
		const key = `${result.digest}:${result.index}`;
		const known = this.#references.get(key);
		if (known !== undefined) {
			return known;
		}

		const reference = await this.gateway.evaluate(
			loaded.definition,
			result,
			signal,
		);
		this.#references.set(key, reference);
		return reference;
	}

	/**
	Runs what is missing of steps, at the same time where the engine can. Each stage's last step is asked for on its own,
	so that the failures of several stages come with their own details; the engine runs what they share once.

	@param signal - Aborting it cancels what runs.
	*/
	async run(
		load: LoadedBuild,
		steps: readonly number[],
		signal: AbortSignal,
	): Promise<Outcome> {
		const stop = new AbortController();
		const either = AbortSignal.any([signal, stop.signal]);
		const errors: unknown[] = [];
		const done: string[] = [];
		const attempts = goalsOf(load, steps).map(async goal => {
			try {
				await this.reference(load, goal, either);
				done.push(goal.digest);
				await this.status.completed(goal.digest, statusLag);
			} catch (error) {
				if (!stop.signal.aborted) {
					errors.push(error);
				}

				throw error;
			}
		});
		try {
			await Promise.all(attempts);
		} catch {
			const settled = Promise.allSettled(attempts);
			await Promise.race([settled, waitFor(grace, either)]);
			stop.abort();
			await settled;
		}

		return {done, errors};
	}
}

/** The last results of the stages that the steps are of: their other results are on the way to these. */
function goalsOf(
	{mapping}: LoadedBuild,
	steps: readonly number[],
): readonly Result[] {
	const goals = new Map<number, number>();
	for (const step of steps.toSorted((a, b) => a - b)) {
		if (mapping.ownResults.has(step)) {
			goals.set(mapping.program.steps[step]!.stage, step);
		}
	}

	const results = [...goals.values()].map(step =>
		mapping.ownResults.get(step)!,
	);
	return [...new Map(results.map(result => [result.digest, result])).values()];
}

async function waitFor(
	milliseconds: number,
	signal: AbortSignal,
): Promise<void> {
	try {
		await delay(milliseconds, undefined, {signal});
	} catch {
		// Nothing is left to wait for.
	}
}
