import {describe, expect, test} from 'vitest';
import {Session, failureOf, realProgramOf, stepWith} from './programs.js';

const make = stepWith('RUN make');
const copySource = stepWith('COPY . /src');
const copyFinal = stepWith('--from=builder');

describe('the policy instruction', () => {
	test('pauses before each instruction, at the end of each stage and of all', () => {
		const session = new Session({policy: 'instruction'});
		const places = [session.place];
		while (session.go('continue').state.phase.kind === 'paused') {
			places.push(session.place);
		}

		expect(places).toEqual([
			'builder:0',
			'builder:1',
			'builder:2',
			'builder:3',
			'builder:end',
			'final:0',
			'final:1',
			'final:2',
			'final:end',
		]);
		expect(session.state.phase.kind).toBe('finishing');
	});
});

describe('a breakpoint on misses', () => {
	const atMake = (): Session =>
		new Session({policy: 'never', breakpoints: ['miss']}).tell(
			{type: 'started', step: 0, at: 1},
			{type: 'done', step: 0, seconds: 1},
			{type: 'reached'},
		);

	test('runs step by step, and stops before one that starts for real', () => {
		const session = atMake();
		expect(session.takeEffects()).toEqual([
			{type: 'run', steps: [0], withoutCache: []},
			{type: 'run', steps: [make], withoutCache: []},
		]);
		session.tell({type: 'started', step: make, at: 2});
		expect(session.takeEffects()).toEqual([{type: 'cancel'}]);
		session.tell({type: 'canceled'});
		expect([session.place, session.state.phase]).toEqual([
			'builder:2',
			{kind: 'paused', reason: 'miss'},
		]);
		expect(session.state.steps[make]).toEqual({kind: 'pending'});
	});

	test.each(['reached', 'failed'] as const)(
		'stops before it also when it had %s',
		type => {
			const session = atMake().tell(
				{type: 'started', step: make, at: 2},
				{type: 'done', step: make, seconds: 0},
				type === 'reached' ? {type} : {type, failure: failureOf(make)},
			);
			expect([session.place, session.state.phase]).toEqual([
				'builder:2',
				{kind: 'paused', reason: 'miss'},
			]);
			expect(session.state.steps[make]).toEqual({kind: 'pending'});
		},
	);

	test('lets it run when the build goes on from there', () => {
		const session = atMake().tell(
			{type: 'started', step: make, at: 2},
			{type: 'canceled'},
		);
		session.takeEffects();
		session.tell(
			{type: 'continue'},
			{type: 'started', step: make, at: 3},
			{type: 'done', step: make, seconds: 1},
			{type: 'reached'},
			{type: 'cached', step: copySource},
			{type: 'reached'},
			{type: 'cached', step: copyFinal},
			{type: 'reached'},
		);
		expect(session.takeEffects()).toEqual([
			{type: 'run', steps: [make], withoutCache: []},
			{type: 'run', steps: [copySource], withoutCache: []},
			{type: 'run', steps: [copyFinal], withoutCache: []},
			{type: 'finish'},
		]);
	});

	test('that is disabled changes nothing', () => {
		const session = new Session({breakpoints: ['miss']});
		session.tell({type: 'enable-breakpoint', id: 1, enabled: false});
		session.tell({type: 'continue'});
		expect(session.takeEffects()).toEqual([
			{type: 'run', steps: [0, make, copySource], withoutCache: []},
		]);
	});
});

describe('running again', () => {
	test('a step: without cache, and what builds on it is to do', () => {
		const session = new Session().go('continue').go('end-of-stage');
		session.tell({type: 'rerun', step: make, onward: false});
		expect(session.takeEffects()).toEqual([
			{type: 'run', steps: [make], withoutCache: [make]},
		]);
		session.tell({type: 'reached'});
		expect(session.place).toBe('builder:3');
		expect(session.state.steps[copySource]).toEqual({kind: 'pending'});
		expect(session.state.steps[copyFinal]).toEqual({kind: 'pending'});
		session.tell({type: 'continue'});
		expect(session.takeEffects()).toEqual([
			{type: 'run', steps: [copySource], withoutCache: []},
		]);
	});

	test('everything from a step on, up to where it stood, and what comes later too', () => {
		const session = new Session().go('continue');
		session.tell({type: 'rerun', step: make, onward: true});
		expect(session.takeEffects()).toEqual([
			{
				type: 'run',
				steps: [make, copySource],
				withoutCache: [make, copySource],
			},
		]);
		session.tell({type: 'reached'});
		expect(session.place).toBe('final:0');
		session.tell({type: 'continue'});
		expect(session.takeEffects()).toEqual([
			{type: 'run', steps: [copyFinal], withoutCache: [copyFinal]},
		]);
	});

	test('the step that failed', () => {
		const session = new Session().tell(
			{type: 'continue'},
			{type: 'started', step: make, at: 1},
			{type: 'failed', failure: failureOf(make)},
		);
		session.takeEffects();
		session.tell({type: 'rerun', step: 0, onward: true});
		expect(session.takeEffects()).toEqual([
			{type: 'run', steps: [0, make], withoutCache: [0, make]},
		]);
	});

	test('a step of a finished build, which is then to be finished again', () => {
		const session = new Session({policy: 'never'}).tell(
			{type: 'continue'},
			{type: 'reached'},
			{type: 'finished', result: {image: null, tags: []}},
		);
		session.takeEffects();
		session.tell({type: 'rerun', step: make, onward: true});
		expect(session.takeEffects()).toEqual([
			{
				type: 'run',
				steps: [make, copySource, copyFinal],
				withoutCache: [make, copySource, copyFinal],
			},
		]);
		session.tell({type: 'reached'}, {type: 'continue'});
		expect(session.takeEffects()).toEqual([{type: 'finish'}]);
	});

	test('means nothing for what runs nothing, isn’t built, or while something runs', () => {
		const session = new Session();
		const {state} = session;
		session.tell({type: 'rerun', step: 1, onward: false});
		session.tell({type: 'rerun', step: stepWith('RUN test'), onward: true});
		expect(session.state).toBe(state);
		session.tell({type: 'continue'});
		session.takeEffects();
		session.tell({type: 'rerun', step: 0, onward: false});
		expect(session.takeEffects()).toEqual([]);
	});
});

describe('what runs nothing', () => {
	const program = realProgramOf(
		[
			'FROM busybox AS a',
			'ENV A=1',
			'RUN one',
			'USER app',
			'FROM a AS b',
			'RUN two',
			'FROM scratch',
			'COPY --from=b /x /',
		].join('\n'),
	);
	const kinds = (session: Session): string =>
		session.state.steps.map(({kind}) => kind[0]).join('');

	test('is reached once what is before it is, in its stage and in the one that this starts from', () => {
		const session = new Session({policy: 'never', program});
		session.tell({type: 'done', step: 0, seconds: 1});
		expect(kinds(session)).toBe('ddppppdp');
		session.tell({type: 'started', step: 2, at: 1});
		expect(kinds(session)).toBe('ddrpppdp');
		session.tell({type: 'cached', step: 2});
		expect(kinds(session)).toBe('ddcddpdp');
	});

	test('is not reached beyond where a run goes', () => {
		const session = new Session({policy: 'instruction', program});
		session.go('next').go('next').tell({type: 'next'});
		session.tell({type: 'done', step: 2, seconds: 1}, {type: 'reached'});
		expect([session.place, kinds(session)]).toEqual(['a:3', 'dddppppp']);
	});
});

describe('several failures', () => {
	const program = realProgramOf(
		[
			'FROM busybox AS a',
			'RUN one',
			'FROM busybox AS b',
			'RUN two',
			'FROM scratch',
			'COPY --from=a /x /',
			'COPY --from=b /y /',
		].join('\n'),
	);
	const [one, two] = ['RUN one', 'RUN two'].map(
		text => program.steps.find(step => step.text === text)!.id,
	) as [number, number];
	const fail = (): Session =>
		new Session({policy: 'never', program}).tell(
			{type: 'started', step: one, at: 1},
			{type: 'started', step: two, at: 1},
			{type: 'failed', failure: failureOf(two), others: [failureOf(one)]},
		);

	test('show the first, and list the others', () => {
		const {state, place} = fail();
		expect(place).toBe('b:1');
		expect(state.failures).toEqual([failureOf(two), failureOf(one)]);
		expect([state.steps[one]!.kind, state.steps[two]!.kind]).toEqual([
			'failed',
			'failed',
		]);
	});

	test('can be looked at one by one', () => {
		const session = fail().tell({type: 'select-failure', index: 1});
		expect(session.place).toBe('a:1');
		expect(session.state.phase).toEqual({
			kind: 'failed',
			failure: failureOf(one),
		});
		const {state} = session;
		expect(session.tell({type: 'select-failure', index: 2}).state).toBe(state);
	});

	test('are all tried again', () => {
		const session = fail();
		session.takeEffects();
		session.tell({type: 'continue'});
		const [effect] = session.takeEffects();
		expect(effect).toMatchObject({
			steps: expect.arrayContaining([one, two]) as number[],
		});
	});
});
