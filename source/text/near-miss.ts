// The optimal string alignment distance: letters inserted, left out, replaced, or swapped with their neighbour.
function distance(left: string, right: string): number {
	const rows = [Array.from({length: right.length + 1}, (_, index) => index)];

	for (let index = 1; index <= left.length; index++) {
		const above = rows[index - 1]!;
		const row = [index];

		for (let column = 1; column <= right.length; column++) {
			const isSame = left[index - 1] === right[column - 1];
			const isSwapped =
				left[index - 1] === right[column - 2] &&
				left[index - 2] === right[column - 1];

			row.push(
				Math.min(
					above[column]! + 1,
					row[column - 1]! + 1,
					above[column - 1]! + (isSame ? 0 : 1),
					isSwapped
						? (rows[index - 2]?.[column - 2] ?? Infinity) + 1
						: Infinity,
				),
			);
		}

		rows.push(row);
	}

	return rows.at(-1)!.at(-1)!;
}

/**
@param word - What somebody wrote.
@param candidates - What they could have meant.
@returns The candidate that differs least, when at most a third of the word (and at least one letter may) differ; case doesn't count.
*/
export function nearMiss(
	word: string,
	candidates: Iterable<string>,
): string | undefined {
	const limit = Math.max(1, Math.floor(word.length / 3));
	let best: string | undefined;
	let least = limit + 1;

	for (const candidate of candidates) {
		const difference = distance(word.toLowerCase(), candidate.toLowerCase());
		if (difference < least) {
			least = difference;
			best = candidate;
		}
	}

	return best;
}
