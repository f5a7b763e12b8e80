/** What is told of a cause: what is so, and what can be done about it where that is certain; sentences, not sanitised. */
export type CauseWords = {
	readonly message: string;
	readonly advice: string | null;
};

/** @returns Words as a sentence lists them: `a, b and c`. */
export function listWords(
	words: readonly string[],
	last: 'and' | 'or',
): string {
	return words.length < 2
		? words.join('')
		: `${words.slice(0, -1).join(', ')} ${last} ${words.at(-1)!}`;
}
