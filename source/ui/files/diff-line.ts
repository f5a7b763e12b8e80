import {diffWordsWithSpace} from 'diff';

/** One line of how a file differs. */
export type DiffLine = {
	/** What the line is: of both, only of one side, a heading, or words about it. */
	readonly sign: ' ' | '+' | '-' | '@';
	readonly parts: readonly DiffPart[];

	/** Its number in the file that it is of, counted from 1; `null` for what is no line of one. */
	readonly number: number | null;
};

/** A piece of a line; what is changed within a line that is otherwise the same stands out. */
export type DiffPart = {readonly text: string; readonly isChanged: boolean};

/** Lines that are longer aren't compared word by word, in characters, nor are more pairs than that. */
const longestCompared = 1000;
const mostPairs = 500;

/** From which share of common characters on two lines are one that was changed. */
const leastCommon = 0.4;

/** @returns A line without anything in it that stands out. */
export function plainLine(
	sign: DiffLine['sign'],
	text: string,
	number: number | null = null,
): DiffLine {
	return {sign, parts: [{text, isChanged: false}], number};
}

/**
@param lines - Of a unified diff.
@returns The same, in which of lines that took the place of another only what changed stands out.
*/
export function withInlineChanges(
	lines: readonly DiffLine[],
): readonly DiffLine[] {
	const marked = [...lines];
	let pairs = 0;
	let index = 0;
	while (index < lines.length && pairs < mostPairs) {
		const removed = runOf(lines, index, '-');
		const added = runOf(lines, index + removed, '+');
		const both = Math.min(removed, added);
		for (let offset = 0; offset < both && pairs < mostPairs; offset++) {
			const [before, after] = compared(
				lines[index + offset]!,
				lines[index + removed + offset]!,
			);
			marked[index + offset] = before;
			marked[index + removed + offset] = after;
			pairs++;
		}

		index += Math.max(1, removed + added);
	}

	return marked;
}

function runOf(
	lines: readonly DiffLine[],
	from: number,
	sign: DiffLine['sign'],
): number {
	let length = 0;
	while (lines[from + length]?.sign === sign) {
		length++;
	}

	return length;
}

function compared(
	before: DiffLine,
	after: DiffLine,
): readonly [DiffLine, DiffLine] {
	const [from, to] = [textOf(before), textOf(after)];
	if (Math.max(from.length, to.length) > longestCompared) {
		return [before, after];
	}

	const words = diffWordsWithSpace(from, to);
	const common = words
		.filter(({added, removed}) => !added && !removed)
		.reduce((sum, {value}) => sum + value.trim().length, 0);
	if (common < Math.max(from.length, to.length) * leastCommon) {
		return [before, after];
	}

	const partsWithout = (kind: 'added' | 'removed'): readonly DiffPart[] =>
		words
			.filter(word => !word[kind])
			.map(({value, added, removed}) => ({
				text: value,
				isChanged: added || removed,
			}));
	return [
		{...before, parts: partsWithout('added')},
		{...after, parts: partsWithout('removed')},
	];
}

function textOf({parts}: DiffLine): string {
	return parts.map(({text}) => text).join('');
}
