import {describe, expect, test} from 'vitest';
import {isPointReached} from '../../../source/debugger/points/reached.js';
import {initialState} from '../../../source/debugger/machine/transition.js';
import type {Point} from '../../../source/engine/port.js';
import {fakeDescription} from '../../ui/fake-engine.js';
import {Session, failureOf, realProgramOf, stepWith} from '../programs.js';

const make = stepWith('RUN make');
const all: readonly Point[] = [
	{kind: 'before', step: 0},
	{kind: 'after', step: 0},
	{kind: 'after', step: 1},
	{kind: 'before', step: make},
	{kind: 'after', step: make},
	{kind: 'stage', stage: 0},
	{kind: 'stage', stage: 1},
	{kind: 'before', step: stepWith('--from=builder')},
	{kind: 'final'},
	{kind: 'failed'},
];

/** Returns which of the points are reached. */
function reached({state}: Session): readonly Point[] {
	return all.filter(point => isPointReached(state, point));
}

describe('of the points, those are reached', () => {
	test('none before the program is loaded', () => {
		const state = initialState({
			engine: fakeDescription,
			policy: 'stage',
			breakpoints: [],
		});
		expect(isPointReached(state, {kind: 'final'})).toBe(false);
	});

	test('at the start, the bases', () => {
		expect(reached(new Session())).toEqual([
			{kind: 'before', step: 0},
			{kind: 'before', step: stepWith('--from=builder')},
		]);
	});

	test('after FROM, that and what only changes its configuration', () => {
		expect(reached(new Session().go('next'))).toEqual([
			{kind: 'before', step: 0},
			{kind: 'after', step: 0},
			{kind: 'after', step: 1},
			{kind: 'before', step: make},
			{kind: 'before', step: stepWith('--from=builder')},
		]);
	});

	test('at the end, all of what is needed', () => {
		expect(reached(new Session().go('continue').go('continue'))).toEqual(
			all.filter(
				point =>
					point.kind !== 'failed' &&
					!(point.kind === 'stage' && point.stage === 1),
			),
		);
	});

	test('after a failure, its state when it was kept', () => {
		const session = new Session().tell(
			{type: 'continue'},
			{type: 'failed', failure: failureOf(make)},
		);
		expect(reached(session)).toContainEqual({kind: 'failed'});
		const lost = new Session().tell(
			{type: 'continue'},
			{
				type: 'failed',
				failure: {...failureOf(make), state: {kept: false, reason: 'no'}},
			},
		);
		expect(reached(lost)).not.toContainEqual({kind: 'failed'});
	});

	test('a stage that adds nothing is as far as its base', () => {
		const program = realProgramOf(
			'FROM busybox AS a\nRUN make\nFROM a AS b\nENV X=1',
		);
		const session = new Session({program}).go('next');
		expect(isPointReached(session.state, {kind: 'stage', stage: 1})).toBe(
			false,
		);
		session.go('next');
		expect(isPointReached(session.state, {kind: 'stage', stage: 1})).toBe(true);
		expect(isPointReached(session.state, {kind: 'before', step: 2})).toBe(true);
	});
});
