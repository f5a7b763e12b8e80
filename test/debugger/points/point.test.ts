import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {
	formatPoint,
	parsePoint,
	stageLabel,
	stepLabel,
} from '../../../source/debugger/points/point.js';
import type {Point, Program} from '../../../source/engine/port.js';
import {UsageError} from '../../../source/errors.js';
import {dockerfiles, program, realProgramOf, stepWith} from '../programs.js';

const copySource = stepWith('COPY . /src');

/** Every kind of point that a step has. */
function pointsOf(step: number): readonly Point[] {
	return (['after', 'before', 'failed', 'source'] as const).map(kind => ({
		kind,
		step,
	}));
}

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
		['failed:builder:3', {kind: 'failed', step: copySource}],
		['source', {kind: 'source'}],
		['source:0:3', {kind: 'source', step: copySource}],
		['before:builder:3', {kind: 'before', step: copySource}],
		['before::4', {kind: 'before', step: copySource}],
		['before:builder:0', {kind: 'before', step: 0}],
		['context', {kind: 'context'}],
		['image:alpine:3.20', {kind: 'image', reference: 'alpine:3.20'}],
		['image:3', {kind: 'image', reference: '3'}],
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
		'image:',
		'failed:builder',
		'source:builder:9',
		'before:final',
	])('%j is refused with what there is', text => {
		expect(() => parsePoint(text, program)).toThrow(
			new UsageError(
				`There is no point '${text}' in Dockerfile: give a stage (builder, tests, final), an instruction of a stage (builder:1), a line (Dockerfile:14), final, failed, source, context or an image (image:NAME).`,
			),
		);
	});

	test('of any program reads as it is written', () => {
		fc.assert(
			fc.property(dockerfiles, fc.string({minLength: 1}), (text, reference) => {
				const some = realProgramOf(text);
				const points: readonly Point[] = [
					{kind: 'final'},
					{kind: 'failed'},
					{kind: 'source'},
					{kind: 'context'},
					{kind: 'image', reference},
					...some.stages.map(({index}) => ({
						kind: 'stage' as const,
						stage: index,
					})),
					...some.steps.flatMap(({id}) => pointsOf(id)),
				];
				for (const point of points) {
					const read = parsePoint(formatPoint(point, some), some);
					const isTarget =
						point.kind === 'stage' && point.stage === some.target;
					expect(isTarget && read.kind === 'final' ? point : read).toEqual(
						point,
					);
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
			'FROM busybox AS image',
			'FROM busybox AS context',
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
			'image',
			'5',
		]);
		points.push(
			...ambiguous.steps.map(({id}): Point => ({kind: 'after', step: id})),
		);
		for (const point of points) {
			expect(parsePoint(formatPoint(point, ambiguous), ambiguous)).toEqual(
				point,
			);
		}
	});

	test('is kept of a target that is called final: that is what final means', () => {
		const plain = realProgramOf('FROM busybox AS base\nFROM base AS final');
		expect(formatPoint({kind: 'stage', stage: 1}, plain)).toBe('final');
		expect(parsePoint('final', plain)).toEqual({kind: 'final'});
	});

	test('is kept where it is clear', () => {
		expect(ambiguous.steps.map(({id}) => stepLabel(ambiguous, id))).toEqual([
			'0:0',
			'failed:0',
			'final:0',
			'twice:0',
			'twice:1',
			'4:0',
			'context:0',
		]);
		expect(
			ambiguous.stages.map(({index}) => stageLabel(ambiguous, index)),
		).toEqual(['0', 'failed', 'final', 'twice', 'image', 'context']);
	});
});

test('a stage without a name has its number', () => {
	const some = realProgramOf('FROM busybox\nRUN make');
	expect(stageLabel(some, 0)).toBe('0');
	expect(stepLabel(some, 1)).toBe('0:1');
	expect(() => parsePoint('x', some)).toThrow('give a stage (0)');
});
