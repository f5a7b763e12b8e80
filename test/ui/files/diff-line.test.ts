import fc from 'fast-check';
import {expect, test} from 'vitest';
import {
	type DiffLine,
	plainLine,
	withInlineChanges,
} from '../../../source/ui/files/diff-line.js';

/** `the [red] fox`: what stands out in brackets. */
const marked = ({sign, parts}: DiffLine): string =>
	sign +
	parts.map(({text, isChanged}) => (isChanged ? `[${text}]` : text)).join('');

test('of a line that was changed only what changed stands out', () => {
	expect(
		withInlineChanges([
			plainLine(' ', 'one'),
			plainLine('-', 'the quick brown fox'),
			plainLine('-', 'gone'),
			plainLine('+', 'the quick red fox'),
			plainLine(' ', 'two'),
			plainLine('+', 'new'),
		]).map(line => marked(line)),
	).toEqual([
		' one',
		'-the quick [brown] fox',
		'-gone',
		'+the quick [red] fox',
		' two',
		'+new',
	]);
});

test('lines that have little in common, or are very long, are left whole', () => {
	const long = 'word '.repeat(400);
	const lines = [
		plainLine('-', 'completely different'),
		plainLine('-', `${long}a`),
		plainLine('+', 'nothing of the sort'),
		plainLine('+', `${long}b`),
	];
	expect(withInlineChanges(lines)).toEqual(lines);
});

test('whatever stands out, the text stays the same', () => {
	fc.assert(
		fc.property(
			fc.array(
				fc.tuple(
					fc.constantFrom<DiffLine['sign']>(' ', '+', '-', '@'),
					fc.string({unit: fc.constantFrom('a', 'b', ' ', '日')}),
				),
			),
			given => {
				const lines = given.map(([sign, text]) => plainLine(sign, text));
				expect(
					withInlineChanges(lines).map(({sign, parts}) => [
						sign,
						parts.map(({text}) => text).join(''),
					]),
				).toEqual(given);
			},
		),
	);
});
