import fc from 'fast-check';
import {expect, test} from 'vitest';
import {
	secondsIn,
	type Span,
	withSpan,
} from '../../../source/debugger/machine/spans.js';

test('what ran at the same time counts once, in whatever order it ended', () => {
	const span = fc
		.tuple(fc.nat(50), fc.nat(20))
		.map(([from, length]): Span => [from, from + length]);
	fc.assert(
		fc.property(fc.array(span, {maxLength: 8}), spans => {
			let merged: readonly Span[] = [];
			for (const one of spans) {
				merged = withSpan(merged, one);
			}

			const covered = new Set(
				spans.flatMap(([from, to]) =>
					Array.from({length: to - from}, (_, index) => from + index),
				),
			);
			expect(secondsIn(merged) * 1000).toBeCloseTo(covered.size);
		}),
	);
});
