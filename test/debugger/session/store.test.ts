import {setImmediate as nextTurn} from 'node:timers/promises';
import {describe, expect, test, vi} from 'vitest';
import {exitCodeOf} from '../../../source/debugger/machine/exit-code.js';
import type {SessionEvent} from '../../../source/debugger/session/news.js';
import type {BuildEvent, Point} from '../../../source/engine/port.js';
import {withResolvers} from '../../../source/engine/with-resolvers.js';
import {EngineError, UsageError} from '../../../source/errors.js';
import {
	failureOf,
	openStore,
	reachPhase,
	shellThat,
	startStore,
	stepWith,
} from '../programs.js';

const make = stepWith('RUN make');
const pipes = {terminal: null};

describe('a session', () => {
	test('loads, runs, finishes, and tells each event in order', async () => {
		const store = openStore({
			steps: {'RUN make': {output: 'made\n'}, COPY: {cached: true}},
			policy: 'never',
		});
		const heard: string[] = [];
		store.onEvent((event, state, before) => {
			const phase =
				state.phase.kind === before.phase.kind ? '' : ` → ${state.phase.kind}`;
			const step = 'step' in event ? ` ${event.step}` : '';
			heard.push(`${event.type}${step}${phase}`);
		});
		expect(store.state.phase.kind).toBe('loading');
		await store.start();
		await reachPhase(store, 'finished');
		expect(heard).toEqual([
			'loaded → running',
			'started 0',
			'done 0',
			'started 2',
			'log 2',
			'done 2',
			'cached 3',
			'cached 7',
			'reached → finishing',
			'finished → finished',
		]);
		expect(store.log(make).line(0)).toBe('made');
		expect(store.log(0).lineCount).toBe(0);
		expect(exitCodeOf(store.state)).toBe(0);
	});

	test('stops telling who no longer listens', async () => {
		const store = await startStore();
		const events: SessionEvent[] = [];
		const stop = store.onEvent(event => {
			events.push(event);
		});
		store.dispatch({type: 'toggle-breakpoint', position: 2});
		stop();
		store.dispatch({type: 'toggle-breakpoint', position: 3});
		expect(events).toEqual([{type: 'toggle-breakpoint', position: 2}]);
	});

	test('fails with exit code 1', async () => {
		const store = await startStore({steps: {'RUN make': {exitCode: 3}}});
		store.dispatch({type: 'continue'});
		await reachPhase(store, 'failed');
		expect(store.state.phase).toMatchObject({
			failure: {step: make, exitCode: 3},
		});
		expect(exitCodeOf(store.state)).toBe(1);
	});

	test('cancels what runs, and goes on with it', async () => {
		const store = await startStore({steps: {'RUN make': {endless: true}}});
		const started = new Promise<void>(resolve => {
			store.onEvent(event => {
				if (event.type === 'started' && event.step === make) {
					resolve();
				}
			});
		});
		store.dispatch({type: 'continue'});
		await started;
		store.dispatch({type: 'interrupt'});
		await reachPhase(store, 'paused');
		expect(store.state.phase).toEqual({kind: 'paused', reason: 'interrupt'});
		expect(store.state.cursor).toBe(make);
		store.dispatch({type: 'next'});
		expect(store.state.phase).toMatchObject({kind: 'running', goal: make + 1});
		expect(exitCodeOf(store.state)).toBe(0);
	});

	test('is broken by a breakpoint that can’t be hit', async () => {
		const store = await startStore({breakpoints: ['nowhere']});
		expect(store.state.phase).toMatchObject({
			kind: 'broken',
			error: {name: 'UsageError'},
		});
		expect(exitCodeOf(store.state)).toBe(2);
	});

	test('is broken when the engine is lost while something runs', async () => {
		const lost = Promise.reject(new EngineError('It is gone.'));
		lost.catch(() => undefined);
		const store = await startStore({
			lost,
			steps: {'RUN make': {endless: true}},
		});
		store.dispatch({type: 'continue'});
		await reachPhase(store, 'broken');
		expect(exitCodeOf(store.state)).toBe(3);
	});

	test('is broken when the engine is lost while it finishes', async () => {
		const store = await startStore({
			policy: 'never',
			build: {
				async finish() {
					throw new EngineError('It is gone.');
				},
			},
		});
		await reachPhase(store, 'broken');
		expect(exitCodeOf(store.state)).toBe(3);
	});

	test('is broken when its program can’t be loaded again for the engine, whenever the build there knows', async () => {
		const gone = new EngineError('It is gone.');
		const engine = withResolvers<EngineError>();
		const store = await startStore({
			build: {lost: engine.promise},
			opens: [gone],
		});
		const heard: string[] = [];
		store.onEvent(({type}) => {
			heard.push(type);
		});
		store.reload();
		await reachPhase(store, 'broken');
		engine.resolve(new EngineError('It was cut.'));
		await nextTurn();
		expect(heard).toEqual(['reload', 'broken']);
		expect(store.state.phase).toEqual({kind: 'broken', error: gone});
		expect(exitCodeOf(store.state)).toBe(3);
	});

	test('tells once that the engine was lost while its program is loaded again', async () => {
		const engine = withResolvers<EngineError>();
		const opening = withResolvers<void>();
		const store = await startStore({
			build: {lost: engine.promise},
			opens: [opening.promise, new EngineError('Nothing listens there.')],
		});
		const heard: string[] = [];
		store.onEvent(({type}) => {
			heard.push(type);
		});
		store.reload();
		engine.resolve(new EngineError('It was cut.'));
		await reachPhase(store, 'broken');
		opening.reject(new EngineError('Nothing listens there.'));
		await nextTurn();
		expect(heard).toEqual(['reload', 'broken']);
		store.reload();
		// Who quits while it connects again has lost the engine all the same.
		expect(store.state.phase.kind).toBe('loading');
		expect(exitCodeOf(store.state)).toBe(3);
	});

	test('stays finished when the engine is lost, also while it is loaded again', async () => {
		const engine = withResolvers<EngineError>();
		const store = await startStore({
			policy: 'never',
			build: {lost: engine.promise},
			opens: [new EngineError('Nothing listens there.')],
		});
		await reachPhase(store, 'finished');
		store.reload();
		engine.resolve(new EngineError('It was cut.'));
		await reachPhase(store, 'finished');
		await nextTurn();
		expect(store.state.phase.kind).toBe('finished');
		expect(exitCodeOf(store.state)).toBe(0);
	});

	test('goes on with what it had when loading it again is interrupted, and closes what comes late', async () => {
		const opening = withResolvers<void>();
		const closed = vi.fn<() => void>();
		const store = await startStore({
			build: {
				async close() {
					closed();
				},
			},
			opens: [opening.promise, undefined],
		});
		const {phase} = store.state;
		store.reload();
		store.dispatch({type: 'interrupt'});
		await reachPhase(store, 'paused');
		expect(store.state.phase).toEqual(phase);
		expect(store.state.reload?.error).toBeInstanceOf(UsageError);
		expect(closed).not.toHaveBeenCalled();
		opening.resolve();
		await vi.waitFor(() => {
			expect(closed).toHaveBeenCalledOnce();
		});
		expect(store.state.phase).toEqual(phase);
		store.reload();
		await reachPhase(store, 'paused');
		expect(store.state.reload?.error).toBe(null);
	});

	test('stays broken with what broke it when connecting again is interrupted', async () => {
		const store = await startStore({opens: [withResolvers<void>().promise]});
		const error = new EngineError('It is gone.');
		store.dispatch({type: 'broken', error});
		store.reload();
		store.dispatch({type: 'interrupt'});
		await reachPhase(store, 'broken');
		expect(store.state.phase).toEqual({kind: 'broken', error});
	});

	test('can’t be interrupted while it is loaded for the first time', async () => {
		const store = openStore();
		const starting = store.start();
		const {phase} = store.state;
		store.dispatch({type: 'interrupt'});
		expect(store.state.phase).toBe(phase);
		await starting;
	});

	test('is broken when the engine is lost while a failed command runs again', async () => {
		const store = await startStore({
			steps: {'RUN make': {exitCode: 3}},
			async retraceStep() {
				throw new EngineError('It is gone.');
			},
		});
		store.dispatch({type: 'continue'});
		await reachPhase(store, 'failed');
		const heard: string[] = [];
		store.onEvent(({type}) => {
			heard.push(type);
		});
		store.dispatch({type: 'retrace', step: make, at: 0});
		await reachPhase(store, 'broken');
		expect(heard).toEqual(['retrace', 'retraced', 'broken']);
		expect(exitCodeOf(store.state)).toBe(3);
	});

	test('is broken by a defect with exit code 1', async () => {
		const store = await startStore();
		store.dispatch({type: 'broken', error: new TypeError('defect')});
		expect(exitCodeOf(store.state)).toBe(1);
	});
});

describe('the view', () => {
	test('is one object until something changes, and changes once per frame', async () => {
		const store = await startStore();
		const [early, late] = [vi.fn<() => void>(), vi.fn<() => void>()];
		const stop = store.subscribe(early);
		const before = store.getView();
		expect(store.getView()).toBe(before);
		store.dispatch({type: 'toggle-breakpoint', position: 1});
		store.dispatch({type: 'toggle-breakpoint', position: 2});
		expect(store.getView()).toBe(before);
		await vi.waitFor(() => {
			expect(early).toHaveBeenCalledTimes(1);
		});
		expect(store.getView().state).toBe(store.state);
		expect(store.getView().state.breakpoints).toHaveLength(2);

		stop();
		store.subscribe(late);
		store.dispatch({type: 'toggle-breakpoint', position: 1});
		await vi.waitFor(() => {
			expect(late).toHaveBeenCalledTimes(1);
		});
		expect(early).toHaveBeenCalledTimes(1);
	});

	test('is up to date at once while nobody subscribes', async () => {
		const store = await startStore();
		store.dispatch({type: 'toggle-breakpoint', position: 1});
		expect(store.getView().state).toBe(store.state);
	});

	test('counts log output', async () => {
		const store = await startStore({steps: {'RUN make': {output: 'x'}}});
		const {logVersion} = store.getView();
		store.dispatch({type: 'continue'});
		await reachPhase(store, 'paused');
		expect(store.getView().logVersion).toBe(logVersion + 1);
	});

	test('has the movements that go on', async () => {
		const report = (id: string, finished: boolean): BuildEvent => ({
			type: 'progress',
			step: null,
			progress: {id, label: 'layer', current: 1, total: 2, finished},
		});
		const store = await startStore({
			build: {
				async *run() {
					yield report('a', false);
					yield report('b', false);
					yield report('a', true);
					yield {type: 'reached'};
				},
			},
		});
		store.dispatch({type: 'next'});
		await reachPhase(store, 'paused');
		expect(store.getView().progress.map(({id}) => id)).toEqual(['b']);
	});
});

describe('a shell', () => {
	test('opens where the build has been, and is closed with the session', async () => {
		const opened: Point[] = [];
		const onClose = vi.fn<() => void>();
		const store = await startStore({
			async openShell(point) {
				opened.push(point);
				return shellThat({onClose});
			},
		});
		store.dispatch({type: 'continue'});
		await reachPhase(store, 'paused');
		const first = await store.openShell({kind: 'after', step: make}, pipes);
		await store.openShell({kind: 'stage', stage: 0}, pipes);
		expect(opened).toEqual([
			{kind: 'after', step: make},
			{kind: 'stage', stage: 0},
		]);
		await store.closeShell(first);
		expect(onClose).toHaveBeenCalledTimes(1);
		await store.close();
		expect(onClose).toHaveBeenCalledTimes(2);
	});

	test.each<readonly [Point, string]>([
		[
			{kind: 'after', step: make},
			'The build hasn’t reached builder:2 yet: continue to it first.',
		],
		[
			{kind: 'final'},
			'The build hasn’t reached final yet: continue to it first.',
		],
		[
			{kind: 'stage', stage: 1},
			'The target doesn’t need the stage tests, so it isn’t built: name another target with --target.',
		],
		[{kind: 'failed'}, 'There is no failed state: nothing has failed.'],
	])('isn’t opened at %o before the build is there', async (point, reason) => {
		const store = await startStore();
		await expect(store.openShell(point, pipes)).rejects.toThrow(
			new UsageError(reason.replaceAll('’', "'")),
		);
	});

	test('isn’t opened in a failed state that wasn’t kept', async () => {
		const reason = 'docker 20.10.24 keeps no state of a failed RUN.';
		const store = await startStore({
			steps: {'RUN make': {exitCode: 3, state: {kept: false, reason}}},
		});
		store.dispatch({type: 'continue'});
		await reachPhase(store, 'failed');
		await expect(store.openShell({kind: 'failed'}, pipes)).rejects.toThrow(
			new UsageError(reason),
		);
	});

	test('isn’t opened before the program is loaded', async () => {
		await expect(openStore().openShell({kind: 'final'}, pipes)).rejects.toThrow(
			UsageError,
		);
	});
});

describe('closing', () => {
	test('cancels what runs, drops the build once, and tells nothing more', async () => {
		const close = vi.fn(async () => undefined);
		const store = await startStore({
			steps: {'FROM busybox': {endless: true}},
			build: {close},
		});
		store.dispatch({type: 'continue'});
		await Promise.all([store.close(), store.close()]);
		await store.close();
		expect(close).toHaveBeenCalledTimes(1);
		expect(store.state.phase.kind).not.toBe('broken');
	});

	test('gives up the loading, and a build that comes too late', async () => {
		const close = vi.fn(async () => undefined);
		const store = openStore({build: {close}, policy: 'never'});
		const started = store.start();
		await store.close();
		await started;
		expect(close).toHaveBeenCalledTimes(1);
		expect(store.state.phase.kind).toBe('loading');
	});

	test('makes an error of the engine nobody’s', async () => {
		const store = await startStore({
			build: {
				async *run(_steps, signal) {
					yield {type: 'started', step: 0, at: 1};
					if (!signal.aborted) {
						await new Promise(resolve => {
							signal.addEventListener('abort', resolve);
						});
					}

					throw new EngineError('It is gone.');
				},
			},
		});
		store.dispatch({type: 'continue'});
		await store.close();
		expect(store.state.phase.kind).toBe('running');
	});

	test('is possible after a failure', async () => {
		const store = await startStore();
		store.dispatch({type: 'continue'});
		store.dispatch({type: 'failed', failure: failureOf(make)});
		await store.close();
		expect(exitCodeOf(store.state)).toBe(1);
	});
});
