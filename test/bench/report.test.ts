import {expect, test} from 'vitest';
import {
	formatLimits,
	formatMilestones,
	formatTable,
} from '../../bench/report.js';
import {compare} from '../../bench/statistics.js';

test('a table tells medians, spread, ratio, target and what is missing', () => {
	const table = formatTable([
		{
			name: 'cold build, no export',
			comparison: compare([2000, 2100, 2060], [2000, 2000, 2600]),
			target: 1.05,
		},
		{name: 'warm', comparison: compare([900], [300]), target: 1.3},
	]);
	expect(table).toBe(
		[
			'                       rounds       mstage (ms)       buildx (ms)  ratio  target',
			'cold build, no export       3  2060 (2000–2100)  2000 (2000–2600)   1.03  ≤ 1.05  met',
			'warm                        1     900 (900–900)     300 (300–300)   3.00  ≤ 1.30  missed by 1.70 (510 ms)',
		].join('\n'),
	);
});

test('a ratio that rounds to its target but exceeds it is still missed', () => {
	const comparison = compare([1051], [1000]);
	const table = formatTable([{name: 'cold', comparison, target: 1.05}]);
	expect(table).toContain('1.05  ≤ 1.05  missed by 0.00 (1 ms)');
});

test('milestones become parts with their shares', () => {
	const text = formatMilestones('warm build', [
		{name: 'starting Node', at: 50},
		{name: 'loading modules', at: 150},
		{name: 'solving', at: 200},
	]);
	expect(text).toBe(
		[
			'warm build: 200 ms',
			'      50 ms   25 %  starting Node',
			'     100 ms   50 %  loading modules',
			'      50 ms   25 %  solving',
		].join('\n'),
	);
});

test('limits are a line each, with a verdict', () => {
	expect(
		formatLimits([
			{name: 'a step', unit: 'ms', value: 59.96, target: 60},
			{name: 'memory', unit: 'MB', value: 201, target: 200},
		]),
	).toBe(
		[
			'a step     60.0 ms  ≤ 60 ms  met',
			'memory    201.0 MB  ≤ 200 MB  missed',
		].join('\n'),
	);
});
