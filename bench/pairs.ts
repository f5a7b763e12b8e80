import type {Contenders} from './contenders.js';
import type {Contexts} from './dockerfiles.js';
import type {Probe} from './milestones.js';
import {alternate, type Effort, type Measure} from './rounds.js';
import {type Comparison, compare} from './statistics.js';

export type MeasureOptions = {
	readonly contenders: Contenders;
	readonly contexts: Contexts;
	/** How often each program is measured: for cold and warm builds, and for the shell. */
	readonly efforts: Readonly<Record<'cold' | 'warm' | 'shell', Effort>>;
	readonly signal: AbortSignal;
};

/** The same task for mstage and for buildx. */
export type Pair = {
	readonly name: string;
	/** The highest ratio that is good enough. */
	readonly target: number;
	readonly effort: Effort;
	readonly ours: Measure;
	readonly theirs: Measure;
	/** What tells where our time goes. */
	readonly probes: readonly Probe[];
};

/**
@param pair - What to measure. The first run of each goes uncounted: it fills the caches of the engine and the machine.
@returns Both, in milliseconds.
*/
export async function measurePair({
	effort,
	ours,
	theirs,
}: Pair): Promise<Comparison> {
	await alternate(ours, theirs, {...effort, rounds: 1});
	const [our, their] = await alternate(ours, theirs, effort);
	return compare(our, their);
}
