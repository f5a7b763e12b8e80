/** Measures one run, in milliseconds. */
export type Measure = () => Promise<number>;

/** How often to measure. */
export type Effort = {
	readonly rounds: number;
	/** After this many milliseconds fewer rounds have to do, but never less than two. */
	readonly milliseconds: number;
};

/**
Measures two programs in turns, so that whatever else the machine does meets both alike: first, second, second, first,
and so on. Both go first equally often, unless an odd number of rounds is asked for.

@param first - Measures the one.
@param second - Measures the other.
@param effort - How often each.
@returns What was measured of each, in order.
*/
export async function alternate(
	first: Measure,
	second: Measure,
	{rounds, milliseconds}: Effort,
): Promise<readonly [first: number[], second: number[]]> {
	const end = performance.now() + milliseconds;
	const [ofFirst, ofSecond]: [number[], number[]] = [[], []];
	const takeFirst = async () => {
		ofFirst.push(await first());
	};

	const takeSecond = async () => {
		ofSecond.push(await second());
	};

	for (let round = 0; round < rounds; round++) {
		const isFair = round > 0 && round % 2 === 0;
		if (isFair && performance.now() > end) {
			break;
		}

		const [one, other] =
			round % 2 === 0 ? [takeFirst, takeSecond] : [takeSecond, takeFirst];
		// eslint-disable-next-line no-await-in-loop -- they would disturb each other
		await one();
		// eslint-disable-next-line no-await-in-loop
		await other();
	}

	return [ofFirst, ofSecond];
}

/**
@param measure - Measures one run.
@param rounds - How often.
@returns What was measured, in order.
*/
export async function repeat<T>(
	measure: () => Promise<T>,
	rounds: number,
): Promise<T[]> {
	const measured: T[] = [];
	for (let round = 0; round < rounds; round++) {
		// eslint-disable-next-line no-await-in-loop -- they would disturb each other
		measured.push(await measure());
	}

	return measured;
}
