function distance(left: string, right: string): number {
	let row = Array.from({length: right.length + 1}, (_, index) => index);

	for (const [index, character] of [...left].entries()) {
		const next = [index + 1];
		for (const [column, other] of [...right].entries()) {
			next.push(
				Math.min(
					row[column + 1]! + 1,
					next[column]! + 1,
					row[column]! + (character === other ? 0 : 1),
				),
			);
		}

		row = next;
	}

	return row.at(-1)!;
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
