/** What several measurements of one thing say, in the unit of the measurements. */
export type Summary = {
	readonly median: number;
	readonly lowest: number;
	readonly highest: number;
	/** How many there are. */
	readonly count: number;
};

/**
@param values - Measurements, at least one, in any order.
@returns Their median (the mean of the middle two when their number is even) and their spread.
@throws {RangeError} There are none.
*/
export function summarise(values: readonly number[]): Summary {
	const sorted = values.toSorted((a, b) => a - b);
	const lowest = sorted[0];
	const highest = sorted.at(-1);
	if (lowest === undefined || highest === undefined) {
		throw new RangeError('There is no median of nothing');
	}

	const upper = sorted[Math.floor(sorted.length / 2)]!;
	const lower = sorted[Math.ceil(sorted.length / 2) - 1]!;
	return {
		median: (lower + upper) / 2,
		lowest,
		highest,
		count: sorted.length,
	};
}

/**
@param values - Measurements, at least one, in any order.
@param share - Between 0 and 1.
@returns The lowest of them that at least this share doesn't exceed (the nearest-rank method).
@throws {RangeError} There are none.
*/
export function percentile(values: readonly number[], share: number): number {
	const sorted = values.toSorted((a, b) => a - b);
	const value = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
	if (value === undefined) {
		throw new RangeError('There is no percentile of nothing');
	}

	return value;
}

/** Two programs beside each other. */
export type Comparison = {
	readonly ours: Summary;
	readonly theirs: Summary;
	/** Our median over theirs: below 1 we are faster. */
	readonly ratio: number;
};

/**
@param ours - Our measurements.
@param theirs - Those of the program that we are compared with, taken in turns with ours.
@returns Both, and how many times theirs ours take.
*/
export function compare(
	ours: readonly number[],
	theirs: readonly number[],
): Comparison {
	const [our, their] = [summarise(ours), summarise(theirs)];
	return {ours: our, theirs: their, ratio: our.median / their.median};
}

/** Whether a comparison stays within its target. */
export type Verdict =
	| {readonly met: true}
	| {
			readonly met: false;
			/** What the ratio exceeds the target by. */
			readonly by: number;
			/** How many milliseconds ours would have to lose. */
			readonly milliseconds: number;
	  };

/**
@param comparison - In milliseconds.
@param target - The highest ratio that is good enough.
@returns Whether the ratio is at most the target, and how far it is off when it isn't.
*/
export function judge(
	{ours, theirs, ratio}: Comparison,
	target: number,
): Verdict {
	return ratio <= target
		? {met: true}
		: {
				met: false,
				by: ratio - target,
				milliseconds: ours.median - target * theirs.median,
			};
}
