import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {
	formatPoint,
	parsePoint,
	stageLabel,
	stepLabel,
} from '../../source/debugger/point.js';
import type {Point, Program} from '../../source/engine/port.js';
import {UsageError} from '../../source/errors.js';
import {dockerfiles, program, realProgramOf, stepWith} from './programs.js';

const copySource = stepWith('COPY . /src');

describe('a point', () => {
	test.each<readonly [string, Point]>([
		['builder', {kind: 'stage', stage: 0}],
		['Builder', {kind: 'stage', stage: 0}],
		['0', {kind: 'stage', stage: 0}],
		['1', {kind: 'stage', stage: 1}],
		['builder:3', {kind: 'after', step: copySource}],
		['0:3', {kind: 'after', step: copySource}],
		['builder:0', {kind: 'after', step: 0}],
		['Dockerfile:4', {kind: 'after', step: copySource}],
		[':4', {kind: 'after', step: copySource}],
		[':12', {kind: 'after', step: stepWith('--from=builder')}],
		['final', {kind: 'final'}],
		['failed', {kind: 'failed'}],
	])('%s', (text, point) => {
		expect(parsePoint(text, program)).toEqual(point);
	});

	test('may name the Dockerfile as the user did', () => {
		const renamed: Program = {
			...program,
			graph: {...program.graph, filename: 'docker/app.Dockerfile'},
		};
		for (const name of ['docker/app.Dockerfile', 'Dockerfile', '']) {
			expect(parsePoint(`${name}:4`, renamed)).toEqual({
				kind: 'after',
				step: copySource,
			});
		}
	});

	test.each([
		'nothing',
		'9',
		'builder:9',
		'Dockerfile:5',
		'Dockerfile:99',
		'other/Dockerfile:4',
		'builder:x',
		'builder:',
		':',
		'',
	])('%j is refused with what there is', text => {
		expect(() => parsePoint(text, program)).toThrow(
			new UsageError(
				`There is no point '${text}' in Dockerfile: give a stage (builder, tests, final), an instruction of a stage (builder:1), a line (Dockerfile:14), final or failed.`,
			),
		);
	});

	test('before a step is told in words', () => {
		const before = (step: number): string =>
			formatPoint({kind: 'before', step}, program);
		expect(before(copySource)).toBe('before builder:3');
		expect(before(0)).toBe('the base of builder');
	});

	test('of any program reads as it is written', () => {
		fc.assert(
			fc.property(dockerfiles, dockerfile => {
				const some = realProgramOf(dockerfile);
				const points: readonly Point[] = [
					{kind: 'final'},
					{kind: 'failed'},
					...some.stages.map(({index}) => ({
						kind: 'stage' as const,
						stage: index,
					})),
					...some.steps.map(({id}) => ({kind: 'after' as const, step: id})),
				];
				for (const point of points) {
					expect(parsePoint(formatPoint(point, some), some)).toEqual(point);
				}
			}),
		);
	});
});

describe('a name that could mean something else', () => {
	const ambiguous = realProgramOf(
		[
			'FROM busybox AS twice',
			'FROM busybox AS failed',
			'FROM busybox AS final',
			'FROM busybox AS twice',
			'COPY --from=final / /',
		].join('\n'),
	);

	test('is replaced by the stage’s number', () => {
		const points = ambiguous.stages.map(({index}): Point => ({
			kind: 'stage',
			stage: index,
		}));
		expect(points.map(point => formatPoint(point, ambiguous))).toEqual([
			'0',
			'1',
			'2',
			'twice',
		]);
		for (const point of points) {
			expect(parsePoint(formatPoint(point, ambiguous), ambiguous)).toEqual(
				point,
			);
		}
	});

	test('is kept where it is clear', () => {
		expect(ambiguous.steps.map(({id}) => stepLabel(ambiguous, id))).toEqual([
			'0:0',
			'failed:0',
			'final:0',
			'twice:0',
			'twice:1',
		]);
		expect(
			ambiguous.stages.map(({index}) => stageLabel(ambiguous, index)),
		).toEqual(['0', 'failed', 'final', 'twice']);
	});
});

test('a stage without a name has its number', () => {
	const some = realProgramOf('FROM busybox\nRUN make');
	expect(stageLabel(some, 0)).toBe('0');
	expect(stepLabel(some, 1)).toBe('0:1');
	expect(() => parsePoint('x', some)).toThrow('give a stage (0)');
});
