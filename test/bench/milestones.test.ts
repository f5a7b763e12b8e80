import {expect, test} from 'vitest';
import {measureMilestones, type Probe} from '../../bench/milestones.js';

test('milestones are the medians of probes that take turns', async () => {
	const order: string[] = [];
	const probe = (name: string, runs: number[][]): Probe => ({
		names: runs[0]!.map((_, index) => `${name}${index}`),
		async measure() {
			order.push(name);
			return runs.shift()!;
		},
	});
	const milestones = await measureMilestones(
		[
			probe('start', [[40], [90], [50]]),
			probe('build', [
				[100, 200],
				[130, 190],
				[110, 500],
			]),
		],
		3,
	);
	expect(order).toEqual(['start', 'build', 'start', 'build', 'start', 'build']);
	expect(milestones).toEqual([
		{name: 'start0', at: 50},
		{name: 'build0', at: 110},
		{name: 'build1', at: 200},
	]);
});
