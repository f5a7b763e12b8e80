import {expect, test} from 'vitest';
import fc from 'fast-check';
import {nearMiss} from '../../source/text/near-miss.js';

test.each([
	['form', ['from', 'chown'], 'from'],
	['COPPY', ['COPY', 'CMD'], 'COPY'],
	['plattform', ['platform'], 'platform'],
	['BUILDER', ['builder', 'build'], 'builder'],
	['x', ['yz'], undefined],
	['tests', ['final'], undefined],
	['', [], undefined],
])('%s, out of %j', (word, candidates, expected) => {
	expect(nearMiss(word, candidates)).toBe(expected);
});

test('a word itself is the nearest, wherever it stands', () => {
	fc.assert(
		fc.property(
			fc.string({minLength: 1}),
			fc.array(fc.string()),
			(word, others) => {
				expect(nearMiss(word, [...others, word])?.toLowerCase()).toBe(
					word.toLowerCase(),
				);
			},
		),
	);
});

test('one letter more, or two swapped, is near', () => {
	fc.assert(
		fc.property(
			fc.string({
				unit: fc.constantFrom(...'abcdef'),
				minLength: 3,
				maxLength: 9,
			}),
			word => {
				expect(nearMiss(`${word}q`, [word])).toBe(word);
				expect(
					nearMiss(word.slice(1, 2) + word.slice(0, 1) + word.slice(2), [word]),
				).toBe(word);
			},
		),
	);
});
