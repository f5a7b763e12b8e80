import {describe, expect, test} from 'vitest';
import {readStageGraph} from '../../../../source/dockerfile/stage-graph.js';
import {legacyProgram} from '../../../../source/engine/legacy/points/program.js';
import {forgottenBy} from '../../../../source/engine/legacy/run/progress.js';
import {planRequest} from '../../../../source/engine/legacy/run/request-plan.js';

const source = [
	'# syntax=docker/dockerfile:1',
	'ARG BASE=busybox',
	'FROM $BASE AS a',
	'RUN one',
	'ARG X=1',
	'COPY . /',
	'RUN two \\',
	'  && more',
	'FROM busybox',
	'RUN three',
	'COPY --from=a /x /',
	'',
].join('\n');
const graph = readStageGraph(source, {filename: 'Dockerfile'});
const program = legacyProgram(graph, 1);
const done = (...steps: readonly number[]) =>
	new Map(steps.map(step => [step, `sha256:${step}`]));

describe('a request', () => {
	test('at the start has the Dockerfile up to the goal', () => {
		expect(planRequest(program, new Map(), 1)).toEqual({
			dockerfile: `${source.split('\n').slice(0, 4).join('\n')}\n`,
			steps: [null, 0, 1],
			triggers: new Map(),
			repeated: [],
			readsContext: false,
		});
	});

	test('goes on from the last image before an ARG, so that the next have the same ancestors', () => {
		const plan = planRequest(program, done(0, 1, 2, 3), 4);
		expect(plan.dockerfile.split('\n').slice(2, -1)).toEqual([
			'FROM sha256:1 AS a',
			'ARG X=1',
			'COPY . /',
			String.raw`RUN two \ `.trim(),
			'  && more',
		]);
		expect(plan).toMatchObject({
			steps: [null, null, 2, 3, 4],
			repeated: [2, 3],
			readsContext: true,
		});
	});

	test('goes on from the very last image, with ARG once more, when the cache can’t be trusted', () => {
		const plan = planRequest(program, done(0, 1, 2, 3), 4, {exact: true});
		expect(plan.dockerfile).toContain('FROM sha256:3 AS a\nARG X=1\nRUN two');
		expect(plan).toMatchObject({
			steps: [null, null, null, 4],
			repeated: [],
			readsContext: false,
		});
	});

	test('has a stage that is done as its image', () => {
		const plan = planRequest(program, done(0, 1, 2, 3, 4, 5, 6), 7);
		expect(plan.dockerfile.split('\n').slice(2, -1)).toEqual([
			'FROM sha256:4 AS a',
			'FROM sha256:6',
			'COPY --from=a /x /',
		]);
		expect(plan).toMatchObject({
			steps: [null, null, null, 7],
			readsContext: false,
		});
	});
});

test('a step that runs again takes along what depends on it, and nothing else', () => {
	expect(forgottenBy(program, 3)).toEqual([3, 4, 7]);
	expect(forgottenBy(program, 6)).toEqual([6, 7]);
});
