import {describe, expect, test, vi} from 'vitest';
import {breakpointPositions} from '../../source/debugger/machine/breakpoints/breakpoints.js';
import {keyTable} from '../../source/ui/keys.js';
import {failureWith} from './failures.js';
import {startSession} from './session.js';

const log = Array.from(
	{length: 100},
	(_, line) => `line ${line}${line % 40 === 7 ? ' match' : ''}\n`,
).join('');
const failing = {
	policy: 'error',
	steps: {'go build': {output: log, exitCode: 2}},
} as const;

describe('the build', () => {
	test('n, e and c run it; the selection goes along', async () => {
		const {store, views, type, settled} = await startSession();
		type('down', 'n');
		await settled();
		expect(store.state).toMatchObject({
			cursor: 1,
			phase: {kind: 'paused', reason: 'step'},
		});
		expect(views.getView().selection).toBeNull();
		type('e');
		await settled();
		expect(store.state.positions[store.state.cursor]).toEqual({
			stage: 0,
			step: null,
		});
		type('c');
		await settled();
		expect(store.state).toMatchObject({
			phase: {kind: 'paused', reason: 'stage'},
		});
		type('c');
		await settled();
		type('c');
		await settled();
		expect(store.state.phase.kind).toBe('finished');
	});

	test('a key that can not be used says why', async () => {
		const {views, type, settled} = await startSession(failing);
		await settled();
		type('B', 'x');
		expect(views.getView().message).toEqual({
			kind: 'note',
			text: 'There is no breakpoint: b sets one before what is selected, a adds one by its text.',
		});
		type('j');
		expect(views.getView().message).toBeNull();
	});

	test('b sets and clears a breakpoint before what is selected', async () => {
		const {store, views, type} = await startSession();
		type('down', 'down', 'b');
		expect([...breakpointPositions(store.state.breakpoints)]).toEqual([2]);
		type('b');
		expect(store.state.breakpoints).toEqual([]);
		type('up', 'up', 'b');
		expect([...breakpointPositions(store.state.breakpoints)]).toEqual([0]);
		type('G', 'up', 'b');
		expect([...breakpointPositions(store.state.breakpoints)]).toEqual([0]);
		expect(views.getView().message?.text).toContain('can never stop here');
	});

	test('s lends the terminal for what is selected', async () => {
		const {lent, views, type, settled} = await startSession(failing);
		await settled();
		type('s');
		type('up', 's');
		expect(lent).toEqual([{kind: 'failed'}, {kind: 'after', step: 2}]);
		type('G', 's');
		expect(lent).toHaveLength(2);
		expect(views.getView().message?.text).toContain('has not reached final:0');
	});

	test('C lends it for what a failed COPY looked in, and means nothing else', async () => {
		const {lent, type, settled} = await startSession({
			policy: 'error',
			steps: {
				'COPY go.mod': {
					message: 'not found',
					state: {kept: false, reason: 'no'},
					missing: {
						point: {kind: 'context'},
						wanted: 'go.mod',
						directory: '',
						names: [],
						nearMisses: [],
					},
				},
			},
		});
		await settled();
		type('s', 'C');
		expect(lent).toEqual([{kind: 'before', step: 2}, {kind: 'context'}]);
		const other = await startSession(failing);
		await other.settled();
		other.type('C');
		expect(other.lent).toEqual([]);
	});

	test('R runs what is selected again, and asks first when much hangs on it', async () => {
		const {store, views, type, settled} = await startSession({
			dockerfile: [
				'FROM busybox AS base',
				...['one', 'two', 'three', 'four'].map(name => `RUN ${name}`),
				'FROM base',
				'RUN five',
				'',
			].join('\n'),
		});
		const heard: unknown[] = [];
		store.onEvent(event => {
			if (event.type === 'rerun') {
				heard.push(event);
			}
		});
		type('e');
		await settled();
		type('[', 'R');
		await settled();
		expect(heard).toEqual([{type: 'rerun', step: 4, onward: false}]);
		type('g', 'R');
		expect(views.getView().message?.text).toBe(
			'4 instructions that build on it have to be done again, too: R again does it.',
		);
		type('ctrl-r');
		expect(views.getView().message?.text).toBe(
			'5 instructions that are done run again without the cache: Ctrl-R again does it.',
		);
		expect(heard).toHaveLength(1);
		type('ctrl-r');
		await settled();
		expect(heard.at(-1)).toEqual({type: 'rerun', step: 0, onward: true});
		type('g', 'R', 'R');
		await settled();
		expect(heard.at(-1)).toEqual({type: 'rerun', step: 0, onward: false});
	});

	test('p goes through the policies, and says what each means', async () => {
		const {store, views, type} = await startSession();
		const seen = ['p', 'p', 'p'].map(key => {
			type(key);
			return [store.state.policy, views.getView().message?.text];
		});
		expect(seen).toEqual([
			['instruction', 'From now on the build pauses before each instruction.'],
			[
				'error',
				'From now on the build pauses only at failures and breakpoints.',
			],
			['stage', 'From now on the build pauses before each stage.'],
		]);
	});

	test('F goes around the failures, and means nothing with only one', async () => {
		const {store, type} = await startSession({
			policy: 'never',
			steps: {'go build': {endless: true}},
		});
		const [one, two] = [failureWith({step: 1}), failureWith({step: 3})];
		store.dispatch({type: 'failed', failure: one, others: [two]});
		const shown = () =>
			store.state.phase.kind === 'failed' ? store.state.phase.failure : null;
		expect(shown()).toBe(one);
		type('F');
		expect(shown()).toBe(two);
		type('F');
		expect(shown()).toBe(one);
		const single = await startSession(failing);
		await single.settled();
		const before = single.store.state;
		single.type('F');
		expect(single.store.state).toBe(before);
	});
});

describe('leaving', () => {
	test('q at once when nothing runs', async () => {
		const {left, type} = await startSession();
		type('q');
		expect(left).toEqual(['quit']);
	});

	test('q twice while something runs, with nothing between', async () => {
		const {left, views, type} = await startSession({
			policy: 'never',
			steps: {'go build': {endless: true}},
		});
		type('q');
		expect(views.getView().message?.text).toBe(
			'The build is still running: q again cancels it and quits.',
		);
		type('j', 'q');
		expect(left).toEqual([]);
		type('q');
		expect(left).toEqual(['quit']);
	});

	test('Ctrl-C cancels first, then quits', async () => {
		const {left, store, type, settled} = await startSession({
			policy: 'never',
			steps: {'go build': {endless: true}},
		});
		type('ctrl-c');
		expect(store.state.phase).toMatchObject({kind: 'running', canceling: true});
		await settled();
		expect(store.state.phase).toMatchObject({
			kind: 'paused',
			reason: 'interrupt',
		});
		expect(left).toEqual([]);
		type('ctrl-c');
		expect(left).toEqual(['interrupted']);
	});

	test('Ctrl-C stops loading the build again, then quits', async () => {
		const {left, store, type} = await startSession();
		const {phase} = store.state;
		type('r', 'ctrl-c');
		expect(store.state.phase).toMatchObject({kind: 'loading'});
		await vi.waitFor(() => {
			expect(store.state.phase).toEqual(phase);
		});
		expect(store.state.reload?.error).toBeInstanceOf(Error);
		expect(left).toEqual([]);
		type('ctrl-c');
		expect(left).toEqual(['interrupted']);
	});

	test('Ctrl-C while it is canceling quits', async () => {
		const {left, type} = await startSession({
			policy: 'never',
			steps: {'go build': {endless: true}},
		});
		type('ctrl-c', 'ctrl-c');
		expect(left).toEqual(['interrupted']);
	});
});

describe('moving', () => {
	test('in the tree: lines, pages, ends, in and out', async () => {
		const {views, type} = await startSession();
		const at = () => views.getView().selection;
		type('j');
		expect(at()).toEqual({kind: 'step', step: 1});
		type('pagedown');
		expect(at()).toEqual({kind: 'stage', stage: 2});
		type('k', 'up');
		expect(at()).toEqual({kind: 'step', step: 3});
		type('h');
		expect(at()).toEqual({kind: 'stage', stage: 0});
		type('left', 'j');
		expect(at()).toEqual({kind: 'stage', stage: 1});
		type('right', 'j');
		expect(at()).toEqual({kind: 'step', step: 5});
		type('g', 'enter', 'j');
		expect(at()).toEqual({kind: 'step', step: 1});
		type('g', 'enter', 'j');
		expect(at()).toEqual({kind: 'stage', stage: 1});
		type('escape');
		expect(at()).toBeNull();
	});

	test('right goes on into the pane, left comes back', async () => {
		const {views, type} = await startSession();
		type('right');
		expect(views.getView().focus).toBe('source');
		type('right', 'left');
		expect(views.getView()).toMatchObject({
			focus: 'source',
			lefts: {source: 0},
		});
		type('left');
		expect(views.getView().focus).toBe('stages');
	});

	test('in the source from instruction to instruction; a page moves only what is visible', async () => {
		const {views, type} = await startSession({rows: 9});
		type('tab', 'j', 'j', 'j', 'j');
		expect(views.getView().selection).toEqual({kind: 'stage', stage: 1});
		type('pagedown');
		expect(views.getView()).toMatchObject({
			selection: {kind: 'stage', stage: 1},
			sourceTop: 7,
		});
		type('j');
		expect(views.getView()).toMatchObject({
			selection: {kind: 'step', step: 5},
			sourceTop: null,
		});
	});

	test('in the log line by line and page by page; at the end it follows again', async () => {
		const {views, type, settled} = await startSession({...failing, rows: 14});
		await settled();
		type('l', 'k');
		expect(views.getView().logTop).toEqual({step: 3, line: 89});
		type('pageup');
		expect(views.getView().logTop).toEqual({step: 3, line: 79});
		type('g');
		expect(views.getView().logTop).toEqual({step: 3, line: 0});
		type('space');
		expect(views.getView().logTop).toEqual({step: 3, line: 10});
		type('G');
		expect(views.getView().logTop).toBeNull();
		type('k', 'j');
		expect(views.getView().logTop).toBeNull();
		type('l');
		expect(views.getView().lefts.log).toBe(8);
	});

	test('Tab goes through the pages that there are, Shift-Tab back', async () => {
		const {views, type, settled} = await startSession(failing);
		await settled();
		const visited = Array.from({length: 11}, () => {
			type('tab');
			return views.getView().focus;
		});
		expect(visited).toEqual([
			'outcome',
			'source',
			'log',
			'files',
			'diff',
			'left-behind',
			'where-from',
			'variables',
			'breakpoints',
			'builders',
			'stages',
		]);
		type('shift-tab');
		expect(views.getView().focus).toBe('builders');
	});

	test('Enter on an instruction shows its log', async () => {
		const {views, type} = await startSession();
		type('j', 'enter');
		expect(views.getView()).toMatchObject({focus: 'log', pane: 'log'});
	});

	test('[ and ] go through what was reached; nothing is run again', async () => {
		const {store, views, type, settled} = await startSession();
		const at = () => views.getView().selection;
		type('[');
		expect(views.getView().message?.text).toBe(
			'Nothing was reached before this.',
		);
		type('e');
		await settled();
		const {state} = store;
		type('[');
		expect(at()).toEqual({kind: 'step', step: 3});
		type('[', '[');
		expect(at()).toEqual({kind: 'step', step: 1});
		type(']');
		expect(at()).toEqual({kind: 'step', step: 2});
		type(']', ']');
		expect(at()).toBeNull();
		type(']');
		expect(views.getView().message?.text).toContain('where the build is');
		expect(store.state).toBe(state);
	});

	test('i goes into the stage that an instruction reads', async () => {
		const {views, type} = await startSession();
		type('G', 'right', 'j');
		expect(views.getView().selection).toEqual({kind: 'step', step: 7});
		type('i');
		expect(views.getView()).toMatchObject({
			selection: {kind: 'stage', stage: 0},
			folds: {0: true},
		});
		type('i');
		expect(views.getView().message?.text).toContain('reads no other stage');
		type('left', 'j', 'i');
		expect(views.getView().selection).toEqual({kind: 'stage', stage: 0});
	});

	test('the help scrolls, and closes', async () => {
		const {views, type} = await startSession({rows: 12});
		type('?', 'j', 'j');
		expect(views.getView().helpTop).toBe(2);
		type('G');
		expect(views.getView().helpTop).toBeGreaterThan(10);
		type('escape');
		expect(views.getView()).toMatchObject({helpTop: null, focus: 'stages'});
		type('?', '?');
		expect(views.getView().helpTop).toBeNull();
	});

	test('before the program is loaded no key does any harm', async () => {
		const {store, left, lent, type} = await startSession({isLoaded: false});
		const keys = keyTable
			.flatMap(binding => binding.keys)
			.filter(key => key !== 'q' && key !== 'ctrl-c');
		type(...keys, ...keys);
		expect(store.state.phase.kind).toBe('loading');
		expect({left, lent}).toEqual({left: [], lent: []});
		type('q');
		expect(left).toEqual(['quit']);
	});
});

describe('searching the log', () => {
	test('finds from the beginning of what is visible, forward and back, around the end', async () => {
		const {views, type, settled} = await startSession({...failing, rows: 14});
		await settled();
		type('l', 'g', '/', 'M', 'backspace', 'm', 'a', 't', 'c', 'h');
		expect(views.getView().typing).toMatchObject({text: 'match'});
		type('enter');
		const at = () => views.getView().logTop?.line;
		expect(at()).toBe(7);
		type('enter');
		expect(at()).toBe(47);
		type(']');
		expect(at()).toBe(87);
		type(']');
		expect(at()).toBe(7);
		type('[');
		expect(at()).toBe(87);
		type('escape');
		expect(views.getView()).toMatchObject({search: null, focus: 'log'});
	});

	test('says when there is nothing', async () => {
		const {views, type, settled} = await startSession(failing);
		await settled();
		type('/', ...'needle', 'enter');
		expect(views.getView().message?.text).toBe("'needle' is not in this log.");
	});

	test('is given up with Escape, Ctrl-C or nothing to search for', async () => {
		const {left, views, type} = await startSession();
		for (const key of ['escape', 'ctrl-c', 'enter', 'backspace']) {
			type('/', key);
			expect(views.getView()).toMatchObject({search: null, typing: null});
		}

		type('/', ...'word', 'ctrl-u', 'space', 'q', 'up');
		expect(views.getView().typing).toMatchObject({text: ' q'});
		expect(left).toEqual([]);
	});
});

test('Ctrl-L draws anew', async () => {
	const {redrawn, type} = await startSession();
	type('ctrl-l');
	expect(redrawn()).toBe(1);
});
