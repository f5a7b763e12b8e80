import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {compare, judge, percentile, summarise} from '../../bench/statistics.js';

const measurements = fc.array(fc.integer({min: 1, max: 100_000}), {
	minLength: 1,
	maxLength: 30,
});

describe('summarise', () => {
	test('takes the middle one of an odd number of values', () => {
		expect(summarise([30, 10, 20])).toEqual({
			median: 20,
			lowest: 10,
			highest: 30,
			count: 3,
		});
	});

	test('takes the mean of the middle two of an even number', () => {
		expect(summarise([40, 10, 30, 20]).median).toBe(25);
	});

	test('refuses nothing at all', () => {
		expect(() => summarise([])).toThrow(RangeError);
	});

	test('has as many values above the median as below it', () => {
		fc.assert(
			fc.property(measurements, values => {
				const {median} = summarise(values);
				const below = values.filter(value => value < median).length;
				const above = values.filter(value => value > median).length;
				expect(below).toBeLessThanOrEqual(values.length / 2);
				expect(above).toBeLessThanOrEqual(values.length / 2);
			}),
		);
	});

	test("doesn't depend on the order, and leaves the values alone", () => {
		fc.assert(
			fc.property(measurements, values => {
				const copy = [...values];
				expect(summarise(values.toReversed())).toEqual(summarise(values));
				expect(values).toEqual(copy);
			}),
		);
	});
});

describe('compare', () => {
	test('says how many times theirs ours take', () => {
		expect(compare([300, 280, 900], [200, 100, 250]).ratio).toBe(1.5);
	});
});

describe('judge', () => {
	test('is content with the target itself', () => {
		expect(judge(compare([130], [100]), 1.3)).toEqual({met: true});
	});

	test('says by how much a target is missed, and what that is in milliseconds', () => {
		expect(judge(compare([500], [200]), 1.5)).toEqual({
			met: false,
			by: 1,
			milliseconds: 200,
		});
	});

	test('is met once ours lose the milliseconds it names', () => {
		fc.assert(
			fc.property(
				fc.integer({min: 1, max: 10_000}),
				fc.integer({min: 1, max: 10_000}),
				fc.constantFrom(1, 1.05, 1.3),
				(ours, theirs, target) => {
					const verdict = judge(compare([ours], [theirs]), target);
					if (!verdict.met) {
						const enough = ours - verdict.milliseconds - 1e-6;
						expect(judge(compare([enough], [theirs]), target).met).toBe(true);
					}
				},
			),
		);
	});
});

describe('a percentile', () => {
	test('is the lowest value that enough of them do not exceed', () => {
		const values = [5, 1, 4, 2, 3, 10, 9, 8, 7, 6];
		expect(percentile(values, 0.95)).toBe(10);
		expect(percentile(values, 0.5)).toBe(5);
		expect(percentile(values, 0)).toBe(1);
		expect(percentile([7], 0.95)).toBe(7);
	});

	test('of nothing there is none', () => {
		expect(() => percentile([], 0.5)).toThrow(RangeError);
	});
});
