import {describe, expect, test} from 'vitest';
import type {Failure} from '../../source/engine/port.js';
import {shellPoint} from '../../source/ui/shell-point.js';
import {currentPlace} from '../../source/ui/place.js';
import {failureWith} from './failures.js';
import {type SceneOptions, done, now, stateOf} from './scene.js';

const stage = (index: number) => ({kind: 'stage', stage: index}) as const;
const step = (id: number) => ({kind: 'step', step: id}) as const;

const halfway: SceneOptions = {
	events: [{type: 'next'}, ...done(0), {type: 'next'}, ...done(1)],
};
const failure = failureWith({step: 3});

function failedWith(changes: Partial<Failure>): SceneOptions {
	return {
		policy: 'error',
		events: [
			...done(0, 1, 2).slice(0, -1),
			{type: 'failed', failure: {...failure, ...changes}},
		],
	};
}

describe('a shell opens', () => {
	test.each([
		['after a step that is done', halfway, step(1), {kind: 'after', step: 1}],
		[
			'before the step that comes next',
			halfway,
			step(2),
			{kind: 'before', step: 2},
		],
		[
			'after the furthest step of a stage',
			halfway,
			stage(0),
			{kind: 'after', step: 1},
		],
		[
			'in the base, before the first step',
			{},
			stage(0),
			{kind: 'before', step: 0},
		],
		[
			'at the end of a stage',
			{events: [{type: 'continue'}, ...done(0, 1, 2, 3)]},
			stage(0),
			{kind: 'stage', stage: 0},
		],
		['where it failed', failedWith({}), step(3), {kind: 'failed'}],
		[
			'before what failed, when the state is not kept',
			failedWith({state: {kept: false, reason: 'no'}}),
			step(3),
			{kind: 'before', step: 3},
		],
		[
			'after what was done before it failed',
			failedWith({}),
			step(2),
			{kind: 'after', step: 2},
		],
		[
			'after the furthest step of the stage that failed',
			failedWith({}),
			stage(0),
			{kind: 'after', step: 2},
		],
		[
			'before what runs',
			{
				events: [
					{type: 'end-of-stage'},
					...done(0).slice(0, -1),
					{type: 'started', step: 1, at: now},
				],
			},
			step(1),
			{kind: 'before', step: 1},
		],
		[
			'after a step of a finished build',
			{
				target: 'builder',
				policy: 'never',
				events: [
					...done(0, 1, 2, 3),
					{type: 'finished', result: {image: null, tags: []}},
				],
			},
			step(1),
			{kind: 'after', step: 1},
		],
		[
			'where a FROM failed',
			{
				policy: 'error',
				events: [
					{
						type: 'failed',
						failure: {...failure, step: 0, state: {kept: false, reason: 'no'}},
					},
				],
			},
			stage(0),
			{kind: 'before', step: 0},
		],
	] as const)('%s', (_, options, selection, point) => {
		expect(shellPoint(stateOf(options as SceneOptions), selection)).toEqual(
			point,
		);
	});

	test('where the build stands, when nothing is selected', () => {
		const state = stateOf(halfway);
		expect(shellPoint(state, currentPlace(state))).toEqual({
			kind: 'before',
			step: 2,
		});
	});
});

describe('no shell opens', () => {
	test.each([
		[
			'before the program is there',
			{events: null},
			null,
			/still being loaded/v,
		],
		[
			'where the build has not been',
			halfway,
			step(3),
			/has not reached builder:3: run up to it/v,
		],
		[
			'in a stage that is yet to come',
			halfway,
			stage(2),
			/has not reached final:0/v,
		],
		[
			'in a stage that is not needed',
			halfway,
			step(5),
			/does not need the stage tests/v,
		],
		[
			'when the engine is gone',
			{events: [{type: 'broken', error: new Error('gone')}]},
			step(1),
			/not there any more/v,
		],
	] as const)('%s', (_, options, selection, reason) => {
		expect(shellPoint(stateOf(options as SceneOptions), selection)).toEqual({
			reason: expect.stringMatching(reason) as string,
		});
	});
});
