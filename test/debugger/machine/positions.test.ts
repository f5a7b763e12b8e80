import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {
	positionOfStep,
	positionsOf,
	stepAtLine,
	stepsBetween,
} from '../../../source/debugger/machine/positions.js';
import {dockerfiles, program, realProgramOf, stepWith} from '../programs.js';

describe('positions', () => {
	test('are before each step and at the end of each needed stage', () => {
		expect(positionsOf(program)).toEqual([
			{stage: 0, step: 0},
			{stage: 0, step: 1},
			{stage: 0, step: 2},
			{stage: 0, step: 3},
			{stage: 0, step: null},
			{stage: 2, step: 6},
			{stage: 2, step: 7},
			{stage: 2, step: 8},
			{stage: 2, step: null},
		]);
	});

	test('have the steps between them that have to be done on the way', () => {
		const positions = positionsOf(program);
		expect(stepsBetween(positions, 2, 7)).toEqual([2, 3, 6, 7]);
		expect(stepsBetween(positions, 4, 5)).toEqual([]);
		expect(stepsBetween(positions, 3, 3)).toEqual([]);
	});

	test('of any program hold each needed step once, in file order, and end with the target’s end', () => {
		fc.assert(
			fc.property(dockerfiles, dockerfile => {
				const some = realProgramOf(dockerfile);
				const positions = positionsOf(some);
				expect(stepsBetween(positions, 0, positions.length)).toEqual(
					some.steps
						.filter(({stage}) => some.stages[stage]!.needed)
						.map(({id}) => id),
				);
				expect(positions.at(-1)).toEqual({stage: some.target, step: null});
				for (const {id, stage} of some.steps) {
					const position = positionOfStep(positions, id);
					expect(positions[position]?.step).toBe(
						some.stages[stage]!.needed ? id : undefined,
					);
				}
			}),
		);
	});
});

describe('a line', () => {
	test.each([
		[1, 'FROM busybox AS builder'],
		[3, 'RUN make'],
		[5, 'FROM busybox AS tests'],
		[8, 'FROM scratch AS final'],
		[11, 'COPY --from=builder'],
		[12, 'COPY --from=builder'],
		[13, 'CMD'],
	])('%i means the instruction on it or after it', (line, text) => {
		expect(stepAtLine(program, line)).toBe(stepWith(text));
	});

	test('after the last instruction means none', () => {
		expect(stepAtLine(program, 14)).toBeUndefined();
	});
});
