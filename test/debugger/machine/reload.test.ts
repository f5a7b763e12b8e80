import {describe, expect, test} from 'vitest';
import type {Program} from '../../../source/engine/port.js';
import {DockerfileError} from '../../../source/errors.js';
import {Session, dockerfile, program, realProgramOf} from '../programs.js';

/** A session whose build is loaded again. */
function reload(
	session: Session,
	text: string,
	changedInputs: readonly number[] = [],
): Session {
	return session.tell(
		{type: 'reload'},
		{type: 'reloaded', program: realProgramOf(text), changedInputs},
	);
}

/** Returns the texts of the steps that are done. */
function reached({state}: Session): readonly string[] {
	return state
		.program!.steps.filter(({id}) =>
			/^(?:cached|done)$/v.test(state.steps[id]!.kind),
		)
		.map(({text}) => text);
}

/** Returns the texts of the steps that are told to have changed. */
function changed({state}: Session): readonly string[] {
	return state.reload!.changed.map(id => state.program!.steps[id]!.text);
}

/** A program whose steps have keys that depend on their text and on what they build on, as BuildKit's do. */
function keyedProgramOf(text: string): Program {
	const keyless = realProgramOf(text);
	const keys: string[] = [];
	return {
		...keyless,
		steps: keyless.steps.map(step => {
			const before = step.index > 0 ? keys[step.id - 1]! : '';
			const counts = step.executes || step.keyword === 'ENV';
			keys.push(counts ? `${before}/${step.text}` : before);
			return {...step, key: step.executes ? keys.at(-1)! : null};
		}),
	};
}

describe('loading again', () => {
	test('asks for it, and keeps everything where nothing changed', () => {
		const session = new Session().go('continue').go('next');
		const {steps, cursor} = session.state;
		session.tell({type: 'reload'});
		expect(session.state.phase).toEqual({
			kind: 'loading',
			from: {kind: 'paused', reason: 'step'},
		});
		expect(session.takeEffects()).toEqual([{type: 'load'}]);
		session.tell({
			type: 'reloaded',
			program: realProgramOf(dockerfile),
			changedInputs: [],
		});
		expect(session.state).toMatchObject({
			steps,
			cursor,
			phase: {kind: 'paused', reason: 'reload'},
			reload: {changed: [], error: null},
		});
	});

	test('stands before the first step that changed, and does only what builds on it again', () => {
		const session = new Session().go('continue').go('end-of-stage');
		reload(session, dockerfile.replace('RUN make', 'RUN make all'));
		expect(session.place).toBe('builder:2');
		expect(changed(session)).toEqual(['RUN make all']);
		expect(reached(session)).toEqual([
			'FROM busybox AS builder',
			'ENV A=1',
			'FROM scratch AS final',
		]);
	});

	test('takes back what runs nothing behind what is to be done again, also in stages that start there', () => {
		const text = [
			'FROM busybox AS base',
			'RUN one',
			'USER app',
			'FROM base',
			'LABEL a=b',
			'RUN two',
		].join('\n');
		const session = new Session({
			policy: 'never',
			program: realProgramOf(text),
			breakpoints: ['6'],
		}).tell({type: 'reached'});
		expect(reached(session)).toHaveLength(5);
		reload(session, text.replace('RUN one', 'RUN other'));
		expect(reached(session)).toEqual(['FROM busybox AS base']);
	});

	test('stays where it was when only a later step changed', () => {
		const session = new Session().go('next').go('next');
		reload(session, dockerfile.replace('/src \\', '/source \\'));
		expect(session.place).toBe('builder:2');
		expect(reached(session)).toEqual(['FROM busybox AS builder', 'ENV A=1']);
	});

	test('stays at the end of a stage', () => {
		const session = new Session().go('end-of-stage');
		reload(session, `# a comment\n${dockerfile}`);
		expect(session.place).toBe('builder:end');
	});

	test('does again what reads files that changed, and what builds on that', () => {
		const session = new Session().go('end-of-stage');
		const copy = program.steps.find(({text}) => text === 'COPY . /src')!.id;
		reload(session, dockerfile, [copy]);
		expect(session.place).toBe('builder:3');
		expect(changed(session)).toEqual(['COPY . /src']);
	});

	test('goes by the keys where there are some', () => {
		const text = [
			'FROM busybox',
			'LABEL a=1',
			'RUN one',
			'ENV B=1',
			'RUN two',
		].join('\n');
		const session = new Session({program: keyedProgramOf(text)});
		session.go('end-of-stage');
		const next = text.replace('a=1', 'a=2').replace('B=1', 'B=2');
		session.tell(
			{type: 'reload'},
			{type: 'reloaded', program: keyedProgramOf(next), changedInputs: []},
		);
		expect(changed(session)).toEqual(['LABEL a=2', 'ENV B=2', 'RUN two']);
		expect(reached(session)).toEqual(['FROM busybox', 'RUN one']);
	});

	test('follows stages and instructions that moved', () => {
		const session = new Session().go('continue').go('next');
		const moved = dockerfile
			.replace('FROM busybox AS builder', 'FROM alpine AS first\n\n$&')
			.replace('ENV A=1', 'ENV A=1\nLABEL b=2');
		reload(session, moved);
		expect(session.place).toBe('builder:2');
		expect(changed(session)).toEqual(['LABEL b=2']);
	});

	test('makes what failed ready to be tried again', () => {
		const session = new Session();
		session.tell(
			{type: 'continue'},
			{type: 'cached', step: 0},
			{
				type: 'failed',
				failure: {
					step: 2,
					kind: 'command',
					message: 'no',
					advice: null,
					missing: null,
					exitCode: 1,
					seconds: 1,
					state: {kept: true},
					rerun: false,
				},
			},
		);
		session.takeEffects();
		reload(session, dockerfile.replace('RUN make', 'RUN make better'));
		expect(session.place).toBe('builder:2');
		expect(session.state.failures).toEqual([]);
		session.takeEffects();
		session.tell({type: 'next'});
		expect(session.takeEffects()).toEqual([
			{type: 'run', steps: [2], withoutCache: []},
		]);
	});

	test('that fails leaves everything as it was, with the error beside it', () => {
		const session = new Session().go('continue');
		const {phase, cursor} = session.state;
		const error = new DockerfileError('no such instruction', 'Dockerfile', 3);
		session.tell({type: 'reload'}, {type: 'reload-failed', error});
		expect(session.state).toMatchObject({
			phase,
			cursor,
			program,
			reload: {changed: [], error},
		});
		reload(session, dockerfile);
		expect(session.state.reload).toEqual({changed: [], error: null});
	});

	test('connects a broken session again', () => {
		const session = new Session().go('continue');
		session.tell({type: 'broken', error: new Error('gone')});
		reload(session, dockerfile);
		expect([session.place, session.state.phase]).toEqual([
			'final:0',
			{kind: 'paused', reason: 'reload'},
		]);
	});

	test('isn’t possible while something runs', () => {
		const session = new Session().tell({type: 'continue'});
		const {state} = session;
		expect(session.tell({type: 'reload'}).state).toBe(state);
	});
});

describe('breakpoints move with their instruction', () => {
	test.each([
		['3', '# one\n# two\n', '5'],
		['builder:2', '# one\n', 'builder:2'],
		['12', '# one\n', '13'],
		['RUN', '# one\n', 'RUN'],
		['3 if A=1', '# one\n', '4 if A=1'],
		['3 if A=2', '# one\n', '4 if A=2'],
	])('%s behind %j is %s', (text, added, moved) => {
		const session = new Session({breakpoints: [text]});
		reload(session, `${added}${dockerfile}`);
		const [breakpoint] = session.state.breakpoints;
		expect(breakpoint!.text).toBe(moved);
	});

	test('also within their stage', () => {
		const session = new Session({breakpoints: ['builder:2']});
		reload(session, dockerfile.replace('ENV A=1', 'ENV A=1\nENV B=2\nENV C=3'));
		expect(session.state.breakpoints[0]).toMatchObject({
			text: 'builder:4',
			positions: [4],
		});
	});

	test('and say when they can’t be hit any more', () => {
		const session = new Session({breakpoints: ['final:2']});
		reload(session, dockerfile.replace('CMD ["/bin/app"]', ''));
		expect(session.state.breakpoints[0]).toMatchObject({
			text: 'final:2',
			positions: [],
		});
		expect(session.state.breakpoints[0]!.note).toMatch(/no place 'final:2'/v);
	});
});
