import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {
	centeredTop,
	clampTop,
	layoutFor,
} from '../../../source/ui/present/layout.js';

describe('layout', () => {
	test.each([
		[60, {single: true, treeWidth: 58, paneWidth: 58}],
		[69, {single: true, treeWidth: 67, paneWidth: 67}],
		[70, {single: false, treeIsWide: false, treeWidth: 22, paneWidth: 45}],
		[80, {single: false, treeIsWide: false, treeWidth: 25, paneWidth: 52}],
		[100, {single: false, treeIsWide: true, treeWidth: 28, paneWidth: 69}],
		[300, {single: false, treeIsWide: true, treeWidth: 46, paneWidth: 251}],
	])('at %i columns', (columns, expected) => {
		expect(layoutFor({rows: 24, columns}, 1)).toMatchObject({
			...expected,
			bodyHeight: 20,
		});
	});

	test('fits every terminal exactly, and nothing in it is negative', () => {
		fc.assert(
			fc.property(
				fc.integer({min: 1, max: 400}),
				fc.integer({min: 1, max: 200}),
				fc.integer({min: 1, max: 3}),
				(columns, rows, bottom) => {
					const layout = layoutFor({rows, columns}, bottom);
					expect(
						Math.min(layout.treeWidth, layout.paneWidth, layout.bodyHeight),
					).toBeGreaterThanOrEqual(0);
					if (!layout.single) {
						expect(layout.treeWidth + layout.paneWidth + 3).toBe(columns);
					}

					if (rows >= bottom + 3) {
						expect(layout.bodyHeight + bottom + 3).toBe(rows);
					}
				},
			),
		);
	});
});

test('what is selected is always visible', () => {
	fc.assert(
		fc.property(
			fc.integer({min: 1, max: 500}),
			fc.integer({min: 1, max: 60}),
			fc.nat(),
			(count, height, seed) => {
				const selected = seed % count;
				const top = centeredTop(selected, count, height);
				expect(top).toBeLessThanOrEqual(selected);
				expect(selected).toBeLessThan(top + height);
				expect(clampTop(top, count, height)).toBe(top);
			},
		),
	);
});
