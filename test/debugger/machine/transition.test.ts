import {describe, expect, test} from 'vitest';
import {breakpointPositions} from '../../../source/debugger/machine/breakpoints/breakpoints.js';
import {canRun, isAtEnd} from '../../../source/debugger/machine/transition.js';
import {UsageError} from '../../../source/errors.js';
import {
	Session,
	failureOf,
	program,
	realProgramOf,
	stepWith,
} from '../programs.js';

const make = stepWith('RUN make');
const copySource = stepWith('COPY . /src');
const copyFinal = stepWith('--from=builder');

describe('the policy stage', () => {
	test('pauses before each needed stage and at the end, then finishes', () => {
		const session = new Session();
		expect([session.place, session.state.phase]).toEqual([
			'builder:0',
			{kind: 'paused', reason: 'entry'},
		]);
		session.go('continue');
		expect([session.place, session.state.phase]).toEqual([
			'final:0',
			{kind: 'paused', reason: 'stage'},
		]);
		session.go('continue');
		expect([session.place, session.state.phase]).toEqual([
			'final:end',
			{kind: 'paused', reason: 'end'},
		]);
		expect(isAtEnd(session.state)).toBe(true);
		expect(canRun(session.state)).toBe(false);

		session.tell({type: 'continue'});
		expect(session.state.phase).toEqual({kind: 'finishing'});
		expect(session.takeEffects()).toEqual([{type: 'finish'}]);

		const result = {image: 'sha256:1', tags: ['a']};
		session.tell({type: 'finished', result});
		expect(session.state.phase).toEqual({kind: 'finished', result});
	});

	test('wants exactly the steps run that have something to run', () => {
		const session = new Session();
		session.tell({type: 'continue'});
		expect(session.takeEffects()).toEqual([
			{type: 'run', steps: [0, make, copySource], withoutCache: []},
		]);
		expect(session.state.phase).toMatchObject({
			kind: 'running',
			canceling: false,
		});
	});
});

describe.each(['error', 'never'] as const)('the policy %s', policy => {
	test('goes through to the finish', () => {
		const session = new Session({policy});
		const steps = [0, make, copySource, copyFinal];
		expect(session.takeEffects()).toEqual([
			{type: 'run', steps, withoutCache: []},
		]);
		session.tell({type: 'reached'});
		expect(session.state.phase).toEqual({kind: 'finishing'});
		expect(session.takeEffects()).toEqual([{type: 'finish'}]);
	});

	test('pauses at a breakpoint', () => {
		const session = new Session({policy, breakpoints: ['builder:3']});
		session.tell({type: 'reached'});
		expect([session.place, session.state.phase]).toEqual([
			'builder:3',
			{kind: 'paused', reason: 'breakpoint'},
		]);
	});

	test('pauses at a breakpoint at the very start', () => {
		const session = new Session({policy, breakpoints: ['builder']});
		expect(session.state.phase).toEqual({kind: 'paused', reason: 'entry'});
		expect(session.effects).toEqual([]);
	});

	test('finishes at once when there is nothing to run', () => {
		const session = new Session({
			policy,
			program: realProgramOf('FROM scratch\nCMD ["/app"]'),
		});
		expect(session.state.phase).toEqual({kind: 'finishing'});
		expect(session.takeEffects()).toEqual([{type: 'finish'}]);
		expect(session.state.steps.map(({kind}) => kind)).toEqual(['done', 'done']);
	});
});

describe('next', () => {
	test('takes one instruction after the other, over those with nothing to run', () => {
		const session = new Session();
		const places = [];
		while (canRun(session.state)) {
			places.push(session.go('next').place);
		}

		expect(places).toEqual([
			'builder:1',
			'builder:2',
			'builder:3',
			'builder:end',
			'final:0',
			'final:1',
			'final:2',
			'final:end',
		]);
	});

	test('runs nothing for an instruction that only changes the configuration', () => {
		const session = new Session().go('next');
		session.tell({type: 'next'});
		expect(session.takeEffects()).toEqual([]);
		expect(session.place).toBe('builder:2');
		expect(session.state.steps[1]).toEqual({kind: 'done', seconds: null});
	});

	test('does nothing at the end', () => {
		const {state} = new Session().go('continue').go('continue');
		const after = new Session().go('continue').go('continue').go('next');
		expect(after.state).toEqual(state);
	});
});

describe('end of stage', () => {
	test('stops behind the last instruction, and from there at the next stage', () => {
		const session = new Session().go('end-of-stage');
		expect([session.place, session.state.phase]).toEqual([
			'builder:end',
			{kind: 'paused', reason: 'step'},
		]);
		expect(session.go('end-of-stage').place).toBe('final:0');
		expect(session.go('end-of-stage').place).toBe('final:end');
	});

	test('stops at a breakpoint before that', () => {
		const session = new Session({breakpoints: ['builder:2']});
		session.go('end-of-stage');
		expect([session.place, session.state.phase]).toEqual([
			'builder:2',
			{kind: 'paused', reason: 'breakpoint'},
		]);
		expect(session.go('end-of-stage').place).toBe('builder:end');
	});
});

describe('breakpoints', () => {
	test('are set and cleared where there is an instruction, and nowhere else', () => {
		const session = new Session();
		const positions = () => [...breakpointPositions(session.state.breakpoints)];
		session.tell({type: 'toggle-breakpoint', position: 5});
		session.tell({type: 'toggle-breakpoint', position: 2});
		expect(positions()).toEqual([5, 2]);
		session.tell({type: 'toggle-breakpoint', position: 5});
		expect(positions()).toEqual([2]);

		const before = session.state;
		const endOfBuilder = before.positions.findIndex(({step}) => step === null);
		for (const position of [-1, 99, 1.5, Number.NaN, endOfBuilder]) {
			session.tell({type: 'toggle-breakpoint', position});
			expect(session.state).toBe(before);
		}
	});

	test('that were set while it runs count for the next run', () => {
		const session = new Session().tell({type: 'next'});
		session.tell({type: 'toggle-breakpoint', position: 2});
		session.tell({type: 'reached'});
		session.takeEffects();
		expect(session.go('continue').place).toBe('builder:2');
	});

	test('that can’t be hit end the loading', () => {
		expect(() => new Session({breakpoints: ['tests']})).toThrow(UsageError);
	});
});

describe('an interrupt', () => {
	test('cancels what runs, once, and pauses before the first step that isn’t done', () => {
		const session = new Session({policy: 'never'});
		session.takeEffects();
		session.tell(
			{type: 'cached', step: 0},
			{type: 'started', step: make, at: 5},
			{type: 'interrupt'},
			{type: 'interrupt'},
		);
		expect(session.state.phase).toMatchObject({canceling: true});
		expect(session.takeEffects()).toEqual([{type: 'cancel'}]);

		session.tell({type: 'canceled'});
		expect([session.place, session.state.phase]).toEqual([
			'builder:2',
			{kind: 'paused', reason: 'interrupt'},
		]);
		expect(session.state.steps.slice(0, 3)).toEqual([
			{kind: 'cached'},
			{kind: 'done', seconds: null},
			{kind: 'pending'},
		]);

		session.tell({type: 'continue'});
		expect(session.takeEffects()).toEqual([
			{
				type: 'run',
				steps: [make, copySource, copyFinal],
				withoutCache: [],
			},
		]);
	});

	test('means nothing while nothing runs', () => {
		const session = new Session();
		const {state} = session;
		expect(session.tell({type: 'interrupt'}).state).toBe(state);
		expect(session.effects).toEqual([]);
	});

	test('that comes when everything is built pauses there instead of finishing', () => {
		const session = new Session({policy: 'never'});
		session.tell({type: 'interrupt'}, {type: 'reached'});
		expect([session.place, session.state.phase]).toEqual([
			'final:end',
			{kind: 'paused', reason: 'interrupt'},
		]);
		expect(session.takeEffects().at(-1)).toEqual({type: 'cancel'});
		session.tell({type: 'continue'});
		expect(session.takeEffects()).toEqual([{type: 'finish'}]);
	});
});

describe('a failure', () => {
	test('stands before the step; what runs nothing is done with what was reported', () => {
		const session = new Session({policy: 'never'});
		session.tell(
			{type: 'cached', step: 0},
			{type: 'started', step: make, at: 5},
			{type: 'failed', failure: failureOf(make)},
		);
		expect(session.place).toBe('builder:2');
		expect(session.state.phase).toEqual({
			kind: 'failed',
			failure: failureOf(make),
		});
		expect(session.state.steps.slice(0, 4)).toEqual([
			{kind: 'cached'},
			{kind: 'done', seconds: null},
			{kind: 'failed', seconds: 0.5},
			{kind: 'pending'},
		]);
	});

	test('says nothing of steps before it that weren’t reported', () => {
		const session = new Session({policy: 'never'});
		session.tell({type: 'failed', failure: failureOf(copySource)});
		expect(session.place).toBe('builder:3');
		expect(session.state.steps.slice(0, 4)).toEqual([
			{kind: 'pending'},
			{kind: 'pending'},
			{kind: 'pending'},
			{kind: 'failed', seconds: 0.5},
		]);
	});

	test('runs again once at a time, and an interrupt stops that first', () => {
		const session = new Session({policy: 'never'});
		session.tell({type: 'failed', failure: failureOf(make)});
		session.takeEffects();
		session.tell({type: 'retrace', step: make, at: 7});
		session.tell({type: 'retrace', step: make, at: 8});
		expect(session.takeEffects()).toEqual([{type: 'retrace', step: make}]);
		session.tell({type: 'interrupt'});
		session.tell({type: 'interrupt'});
		expect(session.takeEffects()).toEqual([{type: 'stop-retrace'}]);
		expect(session.state.retraces.get(make)).toEqual({
			kind: 'running',
			since: 7,
			isStopping: true,
		});
		const retrace = {kind: 'refused', reason: 'stopped'} as const;
		session.tell({type: 'retraced', step: make, retrace});
		expect(session.state.retraces.get(make)).toEqual(retrace);
	});

	test('of a COPY says nothing of the steps before it: it looks for its files first', () => {
		const session = new Session({policy: 'never'});
		session.tell(
			{type: 'cached', step: 0},
			{type: 'started', step: make, at: 5},
			{type: 'failed', failure: failureOf(copySource)},
		);
		expect(session.place).toBe('builder:3');
		expect(session.state.steps.slice(0, 4)).toEqual([
			{kind: 'cached'},
			{kind: 'done', seconds: null},
			{kind: 'pending'},
			{kind: 'failed', seconds: 0.5},
		]);
	});

	test('of no step stands where it got to', () => {
		const session = new Session({policy: 'never'});
		session.tell(
			{type: 'done', step: 0, seconds: 1},
			{type: 'failed', failure: failureOf(null)},
		);
		expect(session.place).toBe('builder:2');
		expect(session.state.phase.kind).toBe('failed');
	});

	test.each(['continue', 'next', 'end-of-stage'] as const)(
		'is tried again by %s',
		type => {
			const session = new Session();
			session.tell(
				{type: 'continue'},
				{type: 'cached', step: 0},
				{type: 'started', step: make, at: 5},
				{type: 'failed', failure: failureOf(make)},
			);
			session.takeEffects();
			session.tell({type});
			expect(session.state.phase.kind).toBe('running');
			expect(session.state.steps[make]).toEqual({kind: 'pending'});
			expect(session.state.failures).toEqual([]);
			expect(session.takeEffects()).toEqual([
				{
					type: 'run',
					steps: type === 'next' ? [make] : [make, copySource],
					withoutCache: [],
				},
			]);
		},
	);
});

describe('what the engine reports', () => {
	test('shows in the steps', () => {
		const session = new Session({policy: 'never'});
		session.tell({type: 'started', step: make, at: 5});
		expect(session.state.steps[make]).toEqual({kind: 'running', since: 5});
		session.tell({type: 'done', step: make, seconds: 2});
		expect(session.state.steps[make]).toEqual({kind: 'done', seconds: 2});
		session.tell({type: 'cached', step: copySource});
		expect(session.state.steps[copySource]).toEqual({kind: 'cached'});
	});

	test('too late changes nothing', () => {
		const session = new Session();
		const {state} = session;
		session.tell(
			{type: 'started', step: make, at: 5},
			{type: 'cached', step: make},
			{type: 'done', step: make, seconds: 1},
			{type: 'reached'},
			{type: 'canceled'},
			{type: 'failed', failure: failureOf(make)},
			{type: 'finished', result: {image: null, tags: []}},
			{type: 'loaded', program},
		);
		expect(session.state).toBe(state);
		expect(session.effects).toEqual([]);
	});

	test('may leave out what was cached, but not what it saw start', () => {
		const session = new Session();
		session.tell(
			{type: 'continue'},
			{type: 'started', step: make, at: 5},
			{type: 'reached'},
		);
		expect(session.state.steps[0]).toEqual({kind: 'cached'});
		expect(session.state.steps[make]).toEqual({kind: 'done', seconds: null});
	});

	test('of a step that is done already, for what it shares with another stage, changes nothing', () => {
		const session = new Session().go('continue').tell({type: 'continue'});
		const {state} = session;
		expect(session.tell({type: 'started', step: copySource, at: 5}).state).toBe(
			state,
		);
	});

	test('of a step beyond the goal doesn’t leave it running', () => {
		const session = new Session().tell(
			{type: 'continue'},
			{type: 'started', step: copyFinal, at: 5},
			{type: 'reached'},
		);
		expect(session.state.steps[copyFinal]).toEqual({kind: 'pending'});
	});

	test('isn’t asked for twice', () => {
		const session = new Session();
		// Another stage's work may be done before its turn.
		session.tell(
			{type: 'continue'},
			{type: 'done', step: copyFinal, seconds: 1},
			{type: 'reached'},
		);
		session.takeEffects();
		session.tell({type: 'continue'});
		expect(session.takeEffects()).toEqual([]);
		expect(session.place).toBe('final:end');
	});

	test('is the end of it when the engine is lost', () => {
		const session = new Session({policy: 'never'});
		const error = new Error('gone');
		session.tell({type: 'started', step: make, at: 5}, {type: 'broken', error});
		expect(session.state.phase).toEqual({kind: 'broken', error});
		expect(session.state.steps[make]).toEqual({kind: 'pending'});
		session.takeEffects();
		session.tell({type: 'continue'}, {type: 'next'}, {type: 'interrupt'});
		expect(session.effects).toEqual([]);
	});

	test('may be something thrown that is no error', () => {
		const session = new Session();
		session.tell({type: 'broken', error: 'gone' as unknown as Error});
		expect(session.state.phase).toEqual({
			kind: 'broken',
			error: new Error('gone'),
		});
	});
});

test('a retry first does what an earlier stage still lacks, also one step at a time', () => {
	const session = new Session({
		policy: 'error',
		program: realProgramOf(
			'FROM busybox AS one\nFROM busybox\nRUN a\nCOPY --from=one /a /',
		),
	});
	session.tell(
		{type: 'set-breakpoint', text: 'miss'},
		{type: 'failed', failure: failureOf(2)},
	);
	session.takeEffects();
	session.tell({type: 'continue'});
	expect(session.takeEffects()).toEqual([
		{type: 'run', steps: [0], withoutCache: []},
	]);
	expect(session.state.cursor).toBe(0);
	expect(session.state.phase).toMatchObject({kind: 'running', upTo: 1});
});
