import {Buffer} from 'node:buffer';
import {describe, expect, test} from 'vitest';
import {describePosition, textPrinter} from '../../source/prompt/printer.js';
import {describeStep} from '../../source/report/describe-step.js';
import {initialState} from '../../source/debugger/machine/transition.js';
import type {SessionEvent} from '../../source/debugger/session/news.js';
import type {BuildEvent} from '../../source/engine/port.js';
import {EngineError} from '../../source/errors.js';
import {
	Session,
	type StoreOptions,
	failureOf,
	openStore,
	program,
	reachPhase,
	runToEnd,
	realProgramOf,
	stepWith,
} from '../debugger/programs.js';
import {entryOf} from '../ui/files/entries.js';
import {fakeDescription} from '../ui/fake-engine.js';

const make = stepWith('RUN make');
const escape = '\u001B';

/** Returns what a session prints from its beginning, letting it go on at each pause, until nothing goes on. */
async function print(options: StoreOptions): Promise<string> {
	const store = openStore(options);
	let printed = '';
	store.onEvent(
		textPrinter(text => {
			printed += text;
		}),
	);
	await store.start();
	await runToEnd(store);

	return printed;
}

/** Returns what is printed for log output in these pieces. */
async function printLog(
	...pieces: ReadonlyArray<string | Uint8Array>
): Promise<string> {
	const events: readonly BuildEvent[] = [
		...pieces.map((piece): BuildEvent => ({
			type: 'log',
			step: make,
			data: typeof piece === 'string' ? Buffer.from(piece) : piece,
		})),
		{type: 'done', step: make, seconds: 1},
		{type: 'failed', failure: failureOf(null), others: []},
	];
	const printed = await print({
		build: {
			async *run() {
				yield* events;
			},
		},
	});
	const lines = printed.split('\n');
	return lines
		.slice(1, lines.indexOf('✔ builder:2  1.0 s'))
		.map(line => line.replace(/^ {2}│ /v, ''))
		.join('\n');
}

describe('a session as text', () => {
	test('tells a step that starts again while it runs once, and whose reasons come late', async () => {
		const printed = await print({
			policy: 'never',
			build: {
				async *run() {
					yield {type: 'started', step: make, at: 0};
					yield {type: 'started', step: make, at: 1};
					yield {type: 'failed', failure: failureOf(null), others: []};
				},
			},
		});
		expect(printed.match(/▶ builder:2 /gv)).toHaveLength(1);
	});

	test('names the step of a reason that comes when another has been told of', async () => {
		const store = openStore({policy: 'never'});
		let printed = '';
		const printer = textPrinter(text => {
			printed += text;
		});
		await store.start();
		const {state} = store;
		const tell = (event: SessionEvent) => {
			printer(event, state, state);
		};

		const explained = {type: 'explained', reasons: ['x changed']} as const;
		tell({type: 'done', step: make, seconds: 1});
		tell({...explained, step: make});
		tell({type: 'done', step: make + 1, seconds: 1});
		tell({...explained, step: make});
		expect(printed).toBe(
			[
				'✔ builder:2  1.0 s',
				'  not cached: x changed',
				'✔ builder:3  1.0 s',
				'  builder:2 not cached: x changed',
				'',
			].join('\n'),
		);
		await store.close();
	});

	test('says what it does and where it pauses', async () => {
		expect(
			await print({
				steps: {
					'RUN make': {output: 'one\ntwo\n', seconds: 12.34},
					COPY: {cached: true},
				},
			}),
		).toBe(
			[
				'⏸ before builder:0  FROM busybox AS builder  Dockerfile:1 (at the start)',
				'▶ builder:0  FROM busybox AS builder  Dockerfile:1',
				'✔ builder:0  0.1 s',
				'▶ builder:2  RUN make  Dockerfile:3',
				'  │ one',
				'  │ two',
				'✔ builder:2  12.3 s',
				'✔ builder:3  cached',
				'⏸ before final:0  FROM scratch AS final  Dockerfile:10 (before the next stage)',
				'✔ final:1  cached',
				'⏸ at the end of final (everything is built; continue finishes)',
				'✔ finished: sha256:0123456789abcdef',
				'  tagged example:latest',
				'',
			].join('\n'),
		);
	});

	test('says that nothing was kept', async () => {
		const printed = await print({
			policy: 'never',
			build: {
				async *run() {
					yield {type: 'reached'};
				},
				async finish() {
					return {image: null, tags: []};
				},
			},
		});
		expect(printed).toBe('✔ finished\n');
	});

	test('says where and why it failed, with the output so far', async () => {
		expect(
			await print({
				policy: 'never',
				steps: {'RUN make': {output: 'no rule', exitCode: 2}},
			}),
		).toBe(
			[
				'▶ builder:0  FROM busybox AS builder  Dockerfile:1',
				'✔ builder:0  0.1 s',
				'▶ builder:2  RUN make  Dockerfile:3',
				'  │ no rule',
				'✖ failed in builder:2  RUN make  Dockerfile:3',
				'  exited with code 2',
				'  shell failed -- COMMAND looks into the state it left',
				'',
			].join('\n'),
		);
	});

	test('says why it failed where more is known than its exit code', async () => {
		const printed = await print({
			policy: 'never',
			steps: {
				'RUN make': {
					exitCode: 137,
					message: 'The command was killed (exit code 137).',
				},
			},
		});
		expect(printed).toContain(
			'  exited with code 137\n  The command was killed.\n',
		);
	});

	test('says what is missing where nothing ran', async () => {
		const printed = await print({
			policy: 'never',
			steps: {
				'COPY . /src': {
					message: '"/src": not found',
					state: {kept: false, reason: 'A failed COPY changes nothing.'},
				},
			},
		});
		expect(printed).toContain(
			[
				'✖ failed in builder:3  COPY . /src  Dockerfile:4',
				'  "/src": not found',
				'  A failed COPY changes nothing.',
				'',
			].join('\n'),
		);
	});

	test('says that no step failed', async () => {
		const failure = {...failureOf(null), exitCode: null, message: 'no disk'};
		const printed = await print({
			policy: 'never',
			build: {
				async *run() {
					yield {type: 'failed', failure, others: []};
				},
			},
		});
		expect(printed).toMatch(/^✖ failed\n {2}no disk\n/v);
	});

	test('leaves the error of a lost engine to who reports it', async () => {
		const printed = await print({
			policy: 'never',
			build: {
				// eslint-disable-next-line require-yield -- it is lost before anything happens
				async *run() {
					throw new EngineError('gone');
				},
			},
		});
		expect(printed).toBe('');
	});

	test('tells that a build is finished before the sizes of its stages are known, and those then', async () => {
		let tellListed!: () => void;
		const listed = new Promise<void>(resolve => {
			tellListed = resolve;
		});
		const store = openStore({
			policy: 'never',
			sizePatience: 0,
			async *list() {
				await listed;
				yield entryOf('app', 100);
			},
		});
		let printed = '';
		store.onEvent(
			textPrinter(text => {
				printed += text;
			}),
		);
		await store.start();
		await reachPhase(store, 'finished');
		expect(store.state.sizes).toBe('counting');
		expect(printed).toMatch(/ {2}How much [^\n]* mstage left tells it\.\n$/v);
		const sized = new Promise<void>(resolve => {
			store.onEvent(({type}) => {
				if (type === 'sized') {
					resolve();
				}
			});
		});
		tellListed();
		await sized;
		expect(printed).toMatch(
			/ {2}builder made [^\n]* → final [^\n]*: 100 B left behind, 100 B of it from busybox\n$/v,
		);
	});

	test('begins the output of a step that runs again on a new line', async () => {
		const store = openStore({
			steps: {'RUN make': {output: 'half a line', endless: true}},
		});
		let printed = '';
		store.onEvent(
			textPrinter(text => {
				printed += text;
			}),
		);
		await store.start();
		for (const _ of [1, 2]) {
			store.dispatch({type: 'continue'});
			// eslint-disable-next-line no-await-in-loop -- one run after the other
			await new Promise<void>(resolve => {
				const stop = store.onEvent(event => {
					if (event.type === 'log') {
						stop();
						resolve();
					}
				});
			});
			store.dispatch({type: 'interrupt'});
			// eslint-disable-next-line no-await-in-loop -- one run after the other
			await reachPhase(store, 'paused');
		}

		const interrupted = [
			'▶ builder:2  RUN make  Dockerfile:3',
			'  │ half a line',
			'⏸ before builder:2  RUN make  Dockerfile:3 (interrupted)',
		];
		expect(printed.split('\n').slice(3)).toEqual([
			...interrupted,
			...interrupted,
			'',
		]);
	});
});

describe('log output', () => {
	test.each<readonly [string, ReadonlyArray<string | Uint8Array>, string]>([
		['lines in pieces', ['he', 'llo\nwor', 'ld\n'], 'hello\nworld'],
		['a last line without an end', ['a\nb'], 'a\nb'],
		['CRLF', ['a\r\nb\r\n'], 'a\nb'],
		['a progress bar', ['1%\r50%\r', '100%\ndone\n'], '100%\ndone'],
		['a tab', ['a\tb\n'], 'a\tb'],
		['half a character', [Buffer.from([0xc3]), Buffer.from([0xbc, 10])], 'ü'],
		[
			'colours and titles',
			[`${escape}[31mred${escape}[0m${escape}]0;title\u0007\n`],
			String.raw`\x1b[31mred\x1b[0m\x1b]0;title\x07`,
		],
		['C1 controls', ['\u009B2J\n'], String.raw`\u009b2J`],
		['bidi overrides', ['a\u202Eb\n'], String.raw`a\u202eb`],
	])('with %s', async (_name, pieces, expected) => {
		expect(await printLog(...pieces)).toBe(expected);
	});

	test('without an end is printed in pieces instead of kept', async () => {
		const printed = await printLog(
			...Array.from({length: 20}, () => 'x'.repeat(10_000)),
		);
		const lines = printed.split('\n');
		expect(lines.join('')).toBe('x'.repeat(200_000));
		expect(lines.length).toBeGreaterThan(5);
	});
});

describe('foreign text', () => {
	test('of an engine has no effect on the terminal', async () => {
		const bad = `${escape}[2J\r\n\u202E`;
		const safe = String.raw`\x1b[2J\r\n\u202e`;
		const failed = await print({
			policy: 'never',
			steps: {
				'RUN make': {message: bad, state: {kept: false, reason: bad}},
			},
		});
		expect(failed.split('\n').slice(-3)).toEqual([
			`  ${safe}`,
			`  ${safe}`,
			'',
		]);

		const finished = await print({
			policy: 'never',
			build: {
				async *run() {
					yield {type: 'reached'};
				},
				async finish() {
					return {image: bad, tags: [bad]};
				},
			},
		});
		expect(finished).toBe(`✔ finished: ${safe}\n  tagged ${safe}\n`);
	});

	test('of a Dockerfile has none either', () => {
		const hostile = realProgramOf(`FROM busybox\nRUN echo ${escape}[2J`);
		const named = {
			...hostile,
			graph: {...hostile.graph, filename: `a${escape}b`},
			stages: hostile.stages.map(stage => ({...stage, name: `s${escape}`})),
		};
		expect(describeStep(named, 1)).toBe(
			String.raw`0:1  RUN echo \x1b[2J  a\x1bb:2`,
		);
	});
});

describe('where a build stands', () => {
	test('before anything is loaded', () => {
		const state = initialState({
			engine: fakeDescription,
			policy: 'stage',
			breakpoints: [],
		});
		expect(describePosition(state)).toBe('nothing is loaded yet\n');
	});

	test('after a step', () => {
		const session = new Session({program}).go('next');
		expect(describePosition(session.state)).toBe(
			'⏸ before builder:1  ENV A=1  Dockerfile:2\n',
		);
		expect(describePosition(session.go('end-of-stage').state)).toBe(
			'⏸ at the end of builder\n',
		);
	});

	test('at a breakpoint', () => {
		const session = new Session({program, breakpoints: ['3']}).go('continue');
		expect(describePosition(session.state)).toBe(
			'⏸ before builder:2  RUN make  Dockerfile:3 (at a breakpoint)\n',
		);
	});

	test('after a failure', () => {
		const session = new Session({program}).tell(
			{type: 'continue'},
			{type: 'failed', failure: failureOf(make)},
		);
		expect(describePosition(session.state)).toBe(
			'✖ before builder:2  RUN make  Dockerfile:3 (failed)\n',
		);
	});
});
