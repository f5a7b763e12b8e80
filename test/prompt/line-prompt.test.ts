import {Buffer} from 'node:buffer';
import {getEventListeners, once} from 'node:events';
import process from 'node:process';
import {PassThrough} from 'node:stream';
import {text} from 'node:stream/consumers';
import {setImmediate as nextTurn} from 'node:timers/promises';
import {describe, expect, test, vi} from 'vitest';
import type {DebuggerStore} from '../../source/debugger/session/store.js';
import type {Point, ShellOptions, Snapshot} from '../../source/engine/port.js';
import {withResolvers} from '../../source/engine/with-resolvers.js';
import {EngineError, UsageError} from '../../source/errors.js';
import type {PromptContext} from '../../source/prompt/command.js';
import {findCommand, promptCommands} from '../../source/prompt/commands.js';
import {runLinePrompt} from '../../source/prompt/line-prompt.js';
import {PromptRoom} from '../../source/prompt/prompt-room.js';
import type {Entry} from '../../source/filesystem/tree/entry.js';
import {Script} from '../../source/prompt/script.js';
import {CommandUnderWay} from '../../source/prompt/under-way.js';
import {sanitise} from '../../source/text/sanitise.js';
import {
	type StoreOptions,
	failureOf,
	openStore,
	reachPhase,
	realProgramOf,
	shellThat,
} from '../debugger/programs.js';
import {entryOf} from '../ui/files/entries.js';

type Prompt = {
	readonly store: DebuggerStore;
	readonly input: PassThrough;
	readonly abort: AbortController;
	readonly underWay: CommandUnderWay;

	/** What was printed so far, without what the terminal shows. */
	readonly printed: () => string;

	/** What was printed of files as they are. */
	readonly bytes: PassThrough;
	readonly ended: Promise<boolean>;
};

type Options = StoreOptions & {
	readonly input?: string;
	readonly terminal?: PassThrough;
	readonly strict?: boolean;
	readonly history?: string[];
	readonly edit?: (line: number) => Promise<void>;
	readonly attach?: Parameters<typeof runLinePrompt>[0]['attach'];
};

const unexpected = async (): Promise<never> => {
	throw new Error('No files are looked at here');
};

const unexpectedly = (): never => {
	throw new Error('That is not asked for here');
};

/** How a pipe prints. */
const plainStyle = {color: false, unicode: true, columns: null, room: 40};

/** A filesystem with one file in it. */
const oneFile: Snapshot = {
	async readDirectory() {
		return [entryOf('app', 9)];
	},
	async stat() {
		return entryOf('app', 9);
	},
	async *readFile() {
		yield Buffer.from('contents\n');
	},
	async *list() {
		yield entryOf('app', 9);
	},
	readFiles: unexpectedly,
	openShell: unexpected,
	openContainer: unexpected,
};

/** A session at the prompt, with input that has ended when it is given here. */
function prompt(options: Options = {}): Prompt {
	const input = new PassThrough();
	const bytes = new PassThrough();
	const abort = new AbortController();
	const underWay = new CommandUnderWay();
	const script = new Script(
		options.terminal ? new PassThrough() : input,
		abort.signal,
	);
	const store = openStore({...options, waits: () => script.hasCommands});
	let printed = '';
	const run = async (): Promise<boolean> => {
		await store.start();
		return runLinePrompt({
			store,
			commands: options.terminal
				? {
						kind: 'terminal',
						input,
						output: options.terminal,
						history: options.history ?? [],
						room: new PromptRoom(),
						underWay,
					}
				: {
						kind: 'script',
						script,
						file: options.strict ? 'commands.txt' : null,
					},
			terminal: options.terminal ? {rows: 24, columns: 80} : null,
			signal: abort.signal,
			bytes,
			style: () => plainStyle,
			refuse(message) {
				printed += `${sanitise(message)}\n`;
			},
			write(text) {
				expect(text.endsWith('\n')).toBe(true);
				printed += text;
			},
			edit: options.edit ?? unexpected,
			attach: options.attach ?? (async shell => shell.exited),
		});
	};

	if (options.input !== undefined) {
		input.end(options.input);
	}

	return {
		store,
		input,
		bytes,
		abort,
		underWay,
		printed: () => printed,
		ended: run(),
	};
}

/** Runs lines on a pipe to their end; returns what was printed. */
async function type(
	lines: readonly string[],
	options: Options = {},
): Promise<string> {
	const {ended, printed} = prompt({
		...options,
		input: [...lines, 'quit', ''].join('\n'),
	});
	await ended;
	return printed();
}

/** Returns what waits until a line is asked for once more. */
function promptsOn(terminal: PassThrough): () => Promise<void> {
	let shown = '';
	let seen = 0;
	terminal.on('data', chunk => {
		shown += String(chunk);
	});
	return async () => {
		seen++;
		await vi.waitFor(() => {
			expect([...shown.matchAll(/(?:^|\r\n)[^\n]*\(mstage\) /gv)].length).toBe(
				seen,
			);
		});
	};
}

describe('on a pipe', () => {
	test('the end of the input continues to the end', async () => {
		const {store, ended, printed} = prompt({input: ''});
		await ended;
		expect(store.state.phase.kind).toBe('finished');
		expect(printed()).toBe('');
	});

	test('a line without an end is a line', async () => {
		const {store, ended} = prompt({input: 'next\nquit'});
		await ended;
		expect(store.state.cursor).toBe(1);
	});

	test('the commands follow one after the other', async () => {
		const {store, ended} = prompt({input: 'n\r\nnext\n\n  # c\n e \nq\nc\n'});
		await ended;
		expect(store.state.cursor).toBe(4);
		expect(store.state.phase.kind).toBe('paused');
	});

	test('a line that is done leaves nothing that waits for the end of the session', async () => {
		const {ended, abort} = prompt({
			input: `${'stages\nshell builder -- true\n'.repeat(20)}quit\n`,
			openShell: async () => shellThat({}),
		});
		await ended;
		expect(getEventListeners(abort.signal, 'abort').length).toBeLessThanOrEqual(
			2,
		);
	});

	test('continue after a failure tries again', async () => {
		const {store, ended, printed} = prompt({
			input: 'continue\ncontinue\n',
			steps: {'RUN make': {exitCode: 1}},
		});
		await ended;
		expect(store.state.phase.kind).toBe('failed');
		expect(printed()).toBe('');
	});

	test('what comes after the end of the build is run there', async () => {
		const {store, ended, printed} = prompt({
			input: 'continue\ncontinue\ncontinue\ncontinue\nnext\nwhere\nnothing\n',
		});
		expect(await ended).toBe(false);
		expect(store.state.phase.kind).toBe('finished');
		expect(printed()).toBe(
			[
				'the build is finished; reload builds again',
				'The build is finished: reload builds again.',
				'⏸ at the end of final (finished)',
				"There is no command 'nothing': help lists them.",
				'',
			].join('\n'),
		);
	});

	test('a lost engine ends the session', async () => {
		const {store, ended} = prompt({
			input: 'continue\nstages\n',
			build: {
				// eslint-disable-next-line require-yield -- it is lost before anything happens
				async *run() {
					throw new EngineError('gone');
				},
			},
		});
		await ended;
		expect(store.state.phase.kind).toBe('broken');
	});

	test('what a build that never pauses is told first comes before it', async () => {
		const {store, ended, printed} = prompt({
			input: '# first\nbreak 3\nwhere\ncontinue\nwhere\nnothing\n',
			policy: 'never',
		});
		expect(await ended).toBe(false);
		expect(store.state.phase.kind).toBe('finished');
		expect(printed()).toBe(
			[
				'1 ● 3  builder:2  RUN make  Dockerfile:3',
				'⏸ before builder:2  RUN make  Dockerfile:3 (at a breakpoint)',
				'⏸ at the end of final (finished)',
				"There is no command 'nothing': help lists them.",
				'',
			].join('\n'),
		);
	});

	test('a build that never pauses waits for nothing on a pipe on which nothing came', async () => {
		const {store, ended} = prompt({policy: 'never'});
		expect(await ended).toBe(true);
		expect(store.state.phase.kind).toBe('finished');
	});

	test('a script that goes on is waited for after the end of the build', async () => {
		const {store, ended, input, printed} = prompt({policy: 'never'});
		input.write('break 3\ncontinue\n');
		await reachPhase(store, 'finished');
		input.end('where\n');
		expect(await ended).toBe(true);
		expect(printed()).toContain('at the end of final (finished)');
	});

	test('a mistake is told, and the next line counts', async () => {
		const printed = await type(["shell 'x", 'frobnicate \u001B', 'where']);
		expect(printed).toBe(
			[
				"A quote or a backslash in 'shell 'x' isn't closed: add the missing one.",
				"There is no command 'frobnicate': help lists them.",
				'⏸ before builder:0  FROM busybox AS builder  Dockerfile:1 (at the start)',
				'',
			].join('\n'),
		);
	});

	test('a mistake with control characters has no effect on the terminal', async () => {
		expect(await type(['\u001B[2J'])).toBe(
			String.raw`There is no command '\x1b[2J': help lists them.` + '\n',
		);
	});

	test('a defect isn’t hidden', async () => {
		const {ended} = prompt({
			input: 'shell 0 -- true\n',
			async openShell() {
				throw new TypeError('defect');
			},
		});
		const {ended: afterStep} = prompt({
			input: 'end\nshell 0 -- true\n',
			async openShell() {
				throw new TypeError('defect');
			},
		});
		await expect(ended).resolves.toBe(false);
		await expect(afterStep).rejects.toThrow(TypeError);
	});
});

describe('a script', () => {
	const lines = (...texts: readonly string[]): string =>
		texts.map(text => `${text}\n`).join('');

	test('stops at the first command that is a mistake', async () => {
		const {ended, printed, store} = prompt({
			strict: true,
			input: lines('next', 'nexxt', 'next'),
		});
		expect(await ended).toBe(false);
		expect(store.state.cursor).toBe(1);
		expect(printed()).toBe(
			[
				"commands.txt:2: There is no command 'nexxt': did you mean next? help lists all.",
				'commands.txt:2: that ends the session; the command after it was not run.',
				'',
			].join('\n'),
		);
	});

	test('stops at a program that fails in a shell', async () => {
		const {ended, store} = prompt({
			strict: true,
			input: lines('next', 'shell -- false', 'next'),
			async openShell() {
				return shellThat({code: 1});
			},
		});
		expect(await ended).toBe(false);
		expect(store.state.cursor).toBe(1);
	});

	test('goes on into what a failed build left', async () => {
		const {ended, printed} = prompt({
			strict: true,
			input: lines('end', 'shell failed -- true', 'where'),
			steps: {'RUN make': {exitCode: 1}},
			async openShell() {
				return shellThat({});
			},
		});
		expect(await ended).toBe(true);
		expect(printed()).toContain('✖ before builder:2');
	});

	test('continues to the end of the build after its last line', async () => {
		const {ended, store} = prompt({strict: true, input: lines('next')});
		expect(await ended).toBe(true);
		expect(store.state.phase.kind).toBe('finished');
	});
});

describe('told to end', () => {
	test('it ends while it waits for a line', async () => {
		const {abort, ended, store} = prompt();
		await reachPhase(store, 'paused');
		abort.abort();
		await ended;
		expect(store.state.phase.kind).toBe('paused');
	});

	test('it ends while something runs', async () => {
		const {abort, ended, store} = prompt({
			input: 'continue\n',
			steps: {'RUN make': {endless: true}},
		});
		await reachPhase(store, 'running');
		abort.abort();
		await ended;
		expect(store.state.phase.kind).toBe('running');
	});

	test('it ends while a program runs in a shell', async () => {
		const onClose = vi.fn<() => void>();
		const attached = new AbortController();
		const {abort, ended} = prompt({
			input: 'next\nshell -- sleep 1000\n',
			async openShell() {
				return shellThat({onClose});
			},
			async attach() {
				attached.abort();
				return new Promise<number>(() => {
					// It goes on until it is closed.
				});
			},
		});
		if (!attached.signal.aborted) {
			await once(attached.signal, 'abort');
		}

		abort.abort();
		await ended;
		expect(onClose).toHaveBeenCalledTimes(1);
	});

	test('it ends before the program is loaded', async () => {
		const {abort, ended, store} = prompt({policy: 'never'});
		abort.abort();
		await ended;
		expect(store.state.phase.kind).not.toBe('broken');
	});
});

describe('next and end', () => {
	test('say at the end what finishes the build', async () => {
		const hint = 'Everything is built: continue finishes the build.\n';
		expect(await type(['continue', 'continue', 'next', 'end'])).toBe(
			hint + hint,
		);
	});
});

describe('breakpoints', () => {
	test('are set, listed, disabled and taken away', async () => {
		expect(
			await type([
				'break',
				'break 3',
				'b RUN',
				'b miss',
				'disable 1',
				'enable 3',
				'clear 2',
				'clear miss',
			]),
		).toBe(
			[
				'no breakpoints',
				'1 ● 3  builder:2  RUN make  Dockerfile:3',
				'1 ● 3  builder:2  RUN make  Dockerfile:3',
				'2 ● RUN  1 place',
				'1 ● 3  builder:2  RUN make  Dockerfile:3',
				'2 ● RUN  1 place',
				'3 ● miss  each step that is not cached',
				'1 ○ 3  builder:2  RUN make  Dockerfile:3',
				'2 ● RUN  1 place',
				'3 ● miss  each step that is not cached',
				'1 ○ 3  builder:2  RUN make  Dockerfile:3',
				'2 ● RUN  1 place',
				'3 ● miss  each step that is not cached',
				'1 ○ 3  builder:2  RUN make  Dockerfile:3',
				'3 ● miss  each step that is not cached',
				'1 ○ 3  builder:2  RUN make  Dockerfile:3',
				'',
			].join('\n'),
		);
	});

	test('stop where a condition holds, and nowhere else', async () => {
		const {store, ended} = prompt({
			input: 'break 3 if A=1\nbreak 4 if A=2\ncontinue\nquit\n',
		});
		await ended;
		expect(store.state.cursor).toBe(2);
		expect(store.state.phase).toEqual({kind: 'paused', reason: 'breakpoint'});
	});

	test.each([
		['break tests', /can never be hit/v],
		['break 14 when A', /There is no place/v],
		['clear', /^Name a breakpoint/v],
		['clear 9', /^There is no breakpoint '9': break lists them\.$/v],
	])('%s is told to be a mistake', async (line, answer) => {
		const printed = await type([line]);
		expect(printed.trim()).toMatch(answer);
	});
});

describe('what was reached', () => {
	test('is gone back to and forward, and looked into', async () => {
		const opened: Point[] = [];
		const printed = await type(
			[
				'end',
				'back',
				'[',
				'shell -- ls',
				'where',
				'forward',
				']',
				'shell -- ls',
			],
			{
				async openShell(point) {
					opened.push(point);
					return shellThat({});
				},
			},
		);
		expect(printed).toBe(
			[
				'selected: builder:3  COPY . /src  Dockerfile:4',
				'selected: builder:2  RUN make  Dockerfile:3',
				'⏸ at the end of builder',
				'  selected: builder:2  RUN make  Dockerfile:3',
				'selected: builder:3  COPY . /src  Dockerfile:4',
				'selected: where the build stands',
				'',
			].join('\n'),
		);
		expect(opened).toEqual([
			{kind: 'after', step: 2},
			{kind: 'stage', stage: 0},
		]);
	});

	test('is forgotten as soon as the build goes on', async () => {
		expect(await type(['n', 'back', 'next', 'where'])).toBe(
			[
				'selected: builder:0  FROM busybox AS builder  Dockerfile:1',
				'⏸ before builder:2  RUN make  Dockerfile:3',
				'',
			].join('\n'),
		);
	});

	test('leads into the stage that a step reads', async () => {
		expect(await type(['into final:1', 'where'])).toBe(
			[
				'0 builder',
				'  builder:0  FROM busybox AS builder  Dockerfile:1',
				'  builder:1  ENV A=1  Dockerfile:2',
				'  builder:2  RUN make  Dockerfile:3',
				'  builder:3  COPY . /src  Dockerfile:4',
				'⏸ before builder:0  FROM busybox AS builder  Dockerfile:1 (at the start)',
				'  selected: builder:3  COPY . /src  Dockerfile:4',
				'',
			].join('\n'),
		);
	});

	test.each([
		['back', 'Nothing was reached before this.'],
		[
			'into builder:2',
			'That step reads no other stage: name a COPY --from, a RUN with a mount of a stage, or a FROM of one.',
		],
		['select final', "'final' is no step: name one, like builder:1."],
	])('%s is told to be a mistake', async (line, answer) => {
		const program = realProgramOf('FROM busybox AS builder\nRUN a\nRUN b');
		expect(await type([line], {program})).toBe(`${answer}\n`);
	});
});

describe('again', () => {
	test('a step is run once more, and so is what builds on it', async () => {
		const ran: number[][] = [];
		const options = {
			onRun(steps: readonly number[]) {
				ran.push([...steps]);
			},
		};
		const {store, ended} = prompt({
			...options,
			input: 'end\nrerun builder:2\nend\nquit\n',
		});
		store.onEvent(event => {
			if (event.type === 'started') {
				ran.push([event.step]);
			}
		});
		await ended;
		expect(ran.flat().filter(step => step === 2)).toHaveLength(2);
		expect(store.state.phase.kind).toBe('paused');
	});

	test.each([
		['rerun a b', 'Name one step: rerun builder:3, or rerun onward.'],
		[
			'rerun builder:1',
			'Nothing of that is run: name a step that runs something, in a stage that the target needs.',
		],
	])('%s is told to be a mistake', async (line, answer) => {
		expect(await type([line])).toBe(`${answer}\n`);
	});
});

describe('list', () => {
	test('shows the Dockerfile around a step, and what is done', async () => {
		expect(await type(['next', 'break 3', 'list'])).toBe(
			[
				'1 ● 3  builder:2  RUN make  Dockerfile:3',
				'  ✔ 1  FROM busybox AS builder',
				' ▶○ 2  ENV A=1',
				'● ○ 3  RUN make',
				'  ○ 4  COPY . /src',
				'    5  ',
				'  ⊘ 6  FROM busybox AS tests',
				'  ⊘ 7  RUN test',
				'',
			].join('\n'),
		);
	});

	test('shows all of it', async () => {
		const printed = await type(['list all']);
		expect(printed.split('\n')).toHaveLength(14);
	});
});

describe('variables', () => {
	test('tells what a step changed, and where all comes from', async () => {
		const program = realProgramOf(
			'ARG V=1\nFROM busybox AS builder\nARG V\nENV A=$V\nUSER me\nRUN a',
		);
		const printed = await type(['variables builder:2', 'v builder:3'], {
			program,
		});
		expect(printed).toContain('  * A = 1  (ENV line 4)\n');
		expect(printed).toContain('    V = 1  (global, line 1)\n');
		expect(printed).toContain('  * user = me  (USER line 5)\n');
	});
});

describe('failures', () => {
	test('are listed and chosen', async () => {
		const build = {
			async *run() {
				yield {
					type: 'failed',
					failure: failureOf(2),
					others: [failureOf(3)],
				} as const;
			},
		};
		expect(
			await type(['end', 'failures', 'failures 2', 'where', 'failures 3'], {
				build,
			}),
		).toBe(
			[
				'1 ✖ failed in builder:2  RUN make  Dockerfile:3',
				'  exited with code 1',
				'  shell failed -- COMMAND looks into the state it left',
				'2 ✖ failed in builder:3  COPY . /src  Dockerfile:4',
				'  exited with code 1',
				'  shell failed -- COMMAND looks into the state it left',
				'✖ before builder:3  COPY . /src  Dockerfile:4 (failed)',
				'There is no failure 3: give a number from 1 to 2.',
				'',
			].join('\n'),
		);
	});

	test('are none before anything has failed', async () => {
		expect(await type(['failures'])).toBe('Nothing has failed.\n');
	});
});

describe('stages', () => {
	test('shows what is done and where it stands', async () => {
		expect(
			await type(['end', 'stages'], {steps: {'RUN make': {exitCode: 1}}}),
		).toBe(
			[
				'0 builder',
				'   ✔ builder:0  FROM busybox AS builder  Dockerfile:1',
				'   ✔ builder:1  ENV A=1  Dockerfile:2',
				' ▶ ✖ builder:2  RUN make  Dockerfile:3',
				'   ○ builder:3  COPY . /src  Dockerfile:4',
				'1 tests  not needed',
				'   ⊘ tests:0  FROM busybox AS tests  Dockerfile:6',
				'   ⊘ tests:1  RUN test  Dockerfile:7',
				'2 final',
				'   ○ final:0  FROM scratch AS final  Dockerfile:10',
				'   ○ final:1  COPY --from=builder /src   /bin  Dockerfile:11',
				'   ○ final:2  CMD ["/bin/app"]  Dockerfile:13',
				'',
			].join('\n'),
		);
	});
});

describe('log', () => {
	const steps = {
		'RUN make': {output: 'a\tb\n\u001B[31mred\n'},
		'COPY . /src': {output: 'copied'},
	};
	const made = 'a\tb\n' + String.raw`\x1b[31mred` + '\n';

	test('is of the step that ran last', async () => {
		expect(await type(['n', 'n', 'n', 'log'], {steps})).toBe(made);
		expect(await type(['end', 'log'], {steps})).toBe('copied\n');
	});

	test('is of the step that failed', async () => {
		const failing = {'COPY . /src': {output: 'oh', message: 'no'}};
		expect(await type(['end', 'log'], {steps: {...steps, ...failing}})).toBe(
			'oh\n',
		);
	});

	test('is of the step that is named', async () => {
		expect(
			await type(['end', 'log builder:2', 'log :4', 'log builder'], {steps}),
		).toBe(`${made}copied\ncopied\n`);
	});

	test('isn’t of what only changes the configuration', async () => {
		const program = realProgramOf('FROM busybox\nRUN make\nENV A=1\nCMD x');
		expect(await type(['n', 'n', 'n', 'log'], {program, steps})).toBe(made);
	});

	test('says what was let go', async () => {
		const printed = await type(['end', 'log builder:2'], {
			steps: {'RUN make': {output: `${'x'.repeat(999)}\n`.repeat(2000)}},
		});
		const lines = printed.split('\n');
		const gap = lines.findIndex(line => line.startsWith('…'));
		const dropped = 2000 - (lines.length - 2);
		expect(lines[gap]).toBe(`… ${dropped} lines were let go …`);
		expect(gap).toBeGreaterThan(60);
		expect(lines.length - gap).toBeGreaterThan(1000);
	});

	test.each([
		['log', 'No step has run yet, so there is no log.'],
		['log final', "'final' is no step: name one, like builder:1."],
		['log failed', "'failed' is no step: name one, like builder:1."],
	])('%s', async (line, answer) => {
		expect(await type([line])).toBe(`${answer}\n`);
	});
});

describe('shell', () => {
	const opened: Array<readonly [Point, ShellOptions]> = [];
	const withShells = {
		async openShell(point: Point, options: ShellOptions) {
			opened.push([point, options]);
			return shellThat({code: point.kind === 'failed' ? 3 : 0});
		},
	};

	async function openedBy(
		lines: readonly string[],
		options: Options = {},
	): Promise<ReadonlyArray<readonly [Point, ShellOptions]>> {
		opened.length = 0;
		await type(lines, {...withShells, ...options});
		return [...opened];
	}

	async function openedAt(
		lines: readonly string[],
		options: Options = {},
	): Promise<readonly Point[]> {
		const shells = await openedBy([...lines, 'shell -- ls'], options);
		return shells.map(([point]) => point);
	}

	test('runs a command at a point, with words as a shell has them', async () => {
		expect(
			await openedBy(['end', `shell builder:2 -- sh -c 'echo "$A" --'`]),
		).toEqual([
			[
				{kind: 'after', step: 2},
				{command: ['sh', '-c', 'echo "$A" --'], terminal: null},
			],
		]);
	});

	test('that is opened, or a command that runs, is given up by Ctrl-C, and closed once it is there', async () => {
		const terminal = new PassThrough();
		const prompted = promptsOn(terminal);
		const opening = withResolvers<void>();
		const attached = withResolvers<void>();
		const closed: string[] = [];
		const {input, ended, underWay, printed} = prompt({
			terminal,
			async openShell(_point, {command}) {
				const isCommand = command !== undefined && command.length > 0;
				if (!isCommand) {
					await opening.promise;
				}

				return shellThat({
					onClose() {
						closed.push(isCommand ? 'command' : 'shell');
					},
				});
			},
			async attach() {
				attached.resolve();
				return new Promise(() => {
					// It runs for ever.
				});
			},
		});
		await prompted();
		input.write('next\n');
		await prompted();
		input.write('shell\n');
		await vi.waitFor(() => {
			expect(underWay.giveUp()).toBe(true);
		});
		await prompted();
		expect(closed).toEqual([]);
		opening.resolve();
		await vi.waitFor(() => {
			expect(closed).toEqual(['shell']);
		});
		input.write('shell -- sleep 9\n');
		await attached.promise;
		expect(underWay.giveUp()).toBe(true);
		await prompted();
		expect(closed).toEqual(['shell', 'command']);
		expect(printed().match(/Canceled\./gv)).toHaveLength(2);
		input.write('quit\n');
		await ended;
	});

	test('opens where the build stands', async () => {
		expect(await openedAt(['next', 'next'])).toEqual([
			{kind: 'before', step: 2},
		]);
		expect(await openedAt(['end'])).toEqual([{kind: 'stage', stage: 0}]);
		expect(await openedAt(['continue'])).toEqual([{kind: 'before', step: 6}]);
	});

	test('opens in the failed state, and tells the exit code', async () => {
		const steps = {'RUN make': {exitCode: 1}};
		const lines = ['end', 'shell -- ls'];
		expect(await openedBy(lines, {steps})).toEqual([
			[
				{kind: 'failed', step: 2},
				{command: ['ls'], terminal: null},
			],
		]);
		expect(await type(lines, {...withShells, steps})).toBe(
			'exited with code 3\n',
		);
	});

	test('opens before the failed step where its state wasn’t kept', async () => {
		const state = {kept: false as const, reason: 'no'};
		const steps = {'RUN make': {exitCode: 1, state}};
		expect(await openedAt(['end'], {steps})).toEqual([
			{kind: 'before', step: 2},
		]);
	});

	test('comes back to the last one of the point, unless a fresh one is wanted', async () => {
		const terminal = new PassThrough();
		const {input, ended, store} = prompt({
			terminal,
			openShell: async () => shellThat({}),
		});
		const opening = vi.spyOn(store, 'openShell');
		for (const line of ['next', 'shell', 'shell fresh', 'quit']) {
			input.write(`${line}\n`);
		}

		await ended;
		expect(opening.mock.calls.map(([, {fresh}]) => fresh)).toEqual([
			false,
			true,
		]);
	});

	test('is closed also when it couldn’t be used', async () => {
		const onClose = vi.fn<() => void>();
		const printed = await type(['next', 'shell -- nothing'], {
			async openShell() {
				return shellThat({
					code: new UsageError('There is no nothing.'),
					onClose,
				});
			},
		});
		expect(printed).toBe('There is no nothing.\n');
		expect(onClose).toHaveBeenCalledTimes(1);
	});

	test.each([
		[
			'shell',
			'Without a terminal, a shell needs a command: shell POINT -- COMMAND.',
		],
		[
			'shell builder --',
			'Without a terminal, a shell needs a command: shell POINT -- COMMAND.',
		],
		[
			'shell builder -- ls',
			"The build hasn't reached builder yet: continue to it first.",
		],
		['shell failed -- ls', 'There is no failed state: nothing has failed.'],
	])('%s is refused', async (line, answer) => {
		expect(await type([line])).toBe(`${answer}\n`);
	});
});

describe('an engine that is lost while nothing is asked', () => {
	const error = new EngineError('The engine is gone.');

	test('ends what waits for a command on a pipe', async () => {
		const {store, ended} = prompt();
		store.onEvent(({type: name}) => {
			if (name === 'loaded') {
				setImmediate(() => {
					store.dispatch({type: 'broken', error});
				});
			}
		});
		await ended;
		expect(store.state.phase.kind).toBe('broken');
	});

	test('is told at once on a terminal, once, and quit ends the session', async () => {
		const {store, input, ended, printed} = prompt({
			terminal: new PassThrough(),
		});
		await vi.waitFor(() => {
			expect(input.listenerCount('data')).toBeGreaterThan(0);
		});
		store.dispatch({type: 'broken', error});
		const told =
			'The engine is gone.\nreload tries again, quit ends the session\n';
		expect(printed()).toBe(told);
		input.write('quit\n');
		await ended;
		expect(printed()).toBe(told);
	});
});

describe('edit', () => {
	test('opens the Dockerfile where the build stands, and loads it again', async () => {
		const edited: number[] = [];
		const {input, store, ended} = prompt({
			terminal: new PassThrough(),
			async edit(line) {
				edited.push(line);
			},
		});
		const heard: string[] = [];
		store.onEvent(({type: name}) => {
			heard.push(name);
		});
		for (const line of ['next', 'edit', 'quit']) {
			input.write(`${line}\n`);
		}

		await ended;
		expect(edited).toEqual([2]);
		expect(heard).toContain('reload');
	});

	test('says what went wrong, and loads nothing', async () => {
		const {input, store, ended, printed} = prompt({
			terminal: new PassThrough(),
			async edit() {
				throw new UsageError('The editor exited with code 3.');
			},
		});
		const heard: string[] = [];
		store.onEvent(({type: name}) => {
			heard.push(name);
		});
		input.write('edit\nquit\n');
		await ended;
		expect(printed()).toContain('The editor exited with code 3.\n');
		expect(heard).not.toContain('reload');
	});

	test('needs a terminal', async () => {
		expect(await type(['edit'])).toBe(
			'Without a terminal there is no editor: edit the Dockerfile elsewhere, then reload.\n',
		);
	});
});

describe('files', () => {
	const build = {snapshot: async () => oneFile};

	test('are listed and printed at the points that are reached', async () => {
		const {ended, printed, bytes} = prompt({
			build,
			input: 'end\nls builder:/\ncat 0:/app --wrong\ncat 0:/app\nls final\n',
			policy: 'never',
			breakpoints: ['builder:1'],
		});
		await ended;
		expect(printed()).toBe(
			[
				'-rw-r--r--  0:0  9  1970-01-01 00:00  app',
				'That is none of its flags: cat POINT:PATH.',
				"The build hasn't reached final yet: continue to it first.",
				'',
			].join('\n'),
		);
		expect(await text(bytes.end())).toBe('contents\n');
	});

	test('are looked at until Ctrl-C gives that up, and the session goes on', async () => {
		const asked = withResolvers<void>();
		const answer = withResolvers<never[]>();
		const slow: Snapshot = {
			...oneFile,
			async readDirectory() {
				asked.resolve();
				return answer.promise;
			},
		};
		const {input, ended, printed, underWay} = prompt({
			build: {snapshot: async () => slow},
			terminal: new PassThrough(),
		});
		expect(underWay.giveUp()).toBe(false);
		input.write('end\n');
		input.write('ls builder:/\n');
		await asked.promise;
		expect(underWay.giveUp()).toBe(true);
		input.write('where\n');
		answer.resolve([]);
		input.write('quit\n');
		await ended;
		expect(printed()).toMatch(/Canceled\.\n[\s\S]*builder/v);
	});

	test('that were looked at just before Ctrl-C, or given up just before a second one, take it', async () => {
		const looks = [withResolvers<void>(), withResolvers<void>()];
		const answers = [
			withResolvers<readonly Entry[]>(),
			withResolvers<readonly Entry[]>(),
		];
		let asked = 0;
		const terminal = new PassThrough();
		const prompted = promptsOn(terminal);
		const {input, ended, underWay} = prompt({
			build: {
				snapshot: async () => ({
					...oneFile,
					async readDirectory() {
						const index = asked++;
						looks[index]!.resolve();
						return answers[index]!.promise;
					},
				}),
			},
			terminal,
		});
		await prompted();
		input.write('end\n');
		await prompted();
		input.write('ls builder:/\n');
		await looks[0]!.promise;
		answers[0]!.resolve([entryOf('app', 9)]);
		// The signal that a key sends is told in a turn of its own, when the terminal has gone over to the line already.
		await nextTurn();
		expect(underWay.giveUp()).toBe(true);
		await prompted();
		expect(underWay.giveUp()).toBe(false);
		input.write('ls builder:/\n');
		await looks[1]!.promise;
		expect(underWay.giveUp()).toBe(true);
		await nextTurn();
		expect(underWay.giveUp()).toBe(true);
		await prompted();
		expect(underWay.giveUp()).toBe(false);
		input.write('quit\n');
		await ended;
		expect(underWay.giveUp()).toBe(false);
	});

	test('of a point that there is not are told with those that there are', async () => {
		expect(await type(['ls nowhere:/', 'why', 'cp a'], {build})).toBe(
			[
				"There is no point 'nowhere' in Dockerfile: give a stage (builder, tests, final), an instruction of a stage (builder:1), a line (Dockerfile:14), final, failed, source, context or an image (image:NAME).",
				'It takes other words: why [STAGE:]PATH [--json].',
				'It takes other words: cp POINT:PATH DESTINATION [--force].',
				'',
			].join('\n'),
		);
	});
});

describe('the pause policy', () => {
	test('is told, and holds for what runs from then on', async () => {
		const {store, ended, printed} = prompt({
			input: 'pause\npause instruction\ncontinue\nquit\n',
		});
		await ended;
		expect(printed()).toBe(
			'The build pauses before each stage.\nThe build pauses before each instruction.\n',
		);
		expect(store.state.cursor).toBe(1);
	});

	test('is one of those there are', async () => {
		expect(await type(['pause often'])).toContain(
			'The build can pause at stage, instruction, error, never: pause instruction.\n',
		);
	});
});

test('help lists every command', async () => {
	const printed = await type(['help', '?']);
	const lines = printed.split('\n').slice(0, -1);
	expect(lines).toHaveLength(2 * promptCommands.length);
	for (const [index, {usage, description}] of promptCommands.entries()) {
		expect(lines[index]).toContain(usage);
		expect(lines[index]).toContain(description);
	}

	expect(lines[0]).toBe(
		'  continue                            c   run to the next pause, after a failure again; at the end, finish the build',
	);
});

test('on a terminal of 80 columns no word of the help is broken', async () => {
	let printed = '';
	await findCommand('help').run([], {
		write(text) {
			printed += text;
		},
		terminal: {rows: 24, columns: 80},
	} as PromptContext);
	const lines = printed.split('\n');
	expect(Math.max(...lines.map(line => line.length))).toBeLessThanOrEqual(80);
	const words = printed.replaceAll(/\s+/gv, ' ');
	for (const {description} of promptCommands) {
		expect(words).toContain(description);
	}
});

describe('on a terminal', () => {
	/** Types lines, each key on its own, whenever the prompt waits for a new line. */
	async function typeLines(
		lines: ReadonlyArray<readonly string[]>,
		options: Options = {},
	): Promise<DebuggerStore> {
		const terminal = new PassThrough();
		const prompted = promptsOn(terminal);
		const {input, ended, store} = prompt({...options, terminal});
		for (const keys of lines) {
			// eslint-disable-next-line no-await-in-loop -- one line after the other
			await prompted();
			for (const key of keys) {
				input.write(key);
				// eslint-disable-next-line no-await-in-loop -- keys that come together are a paste
				await nextTurn();
			}
		}

		await ended;
		return store;
	}

	test('a shell without a command has the terminal', async () => {
		const attached: boolean[] = [];
		await typeLines([['next\r'], ['shell\r'], ['shell -- ls\r'], ['quit\r']], {
			async openShell(_point, {command, terminal}) {
				expect(terminal).toEqual(command ? null : {rows: 24, columns: 80});
				return shellThat({});
			},
			async attach(shell, interactive) {
				attached.push(interactive);
				return shell.exited;
			},
		});
		expect(attached).toEqual([true, false]);
	});

	test('the arrow keys bring back earlier lines, Tab completes, Ctrl-C clears', async () => {
		const {state} = await typeLines([
			['ne', '\t', '\r'],
			['\u001B[A', '\r'],
			['garbage', '\u0003', 'next\r'],
			['where\r'],
			['\u001B[A', '\u001B[A', '\r'],
			['qu', '\t', '\r'],
		]);
		expect(state.cursor).toBe(4);
	});

	test('the arrow keys bring back what earlier sessions typed', async () => {
		const history = ['next'];
		const {state} = await typeLines([['\u001B[A', '\r'], ['quit\r']], {
			history,
		});
		expect(state.cursor).toBe(1);
		expect(history).toEqual(['quit', 'next', 'next']);
	});

	test('pasted lines are all run', async () => {
		const {state} = await typeLines([['next\rnext\rquit\r']]);
		expect(state.cursor).toBe(2);
	});

	test('what is pasted waits for Enter, line by line', async () => {
		const {state} = await typeLines([
			['\u001B[20', '0~next\r\nnext\nquit\n\u001B[201~', '\r'],
			['\r'],
			['\r'],
		]);
		expect(state.cursor).toBe(2);
	});

	test('Ctrl-C gives up what is pasted', async () => {
		const {state} = await typeLines([
			['\u001B[200~next\nnext\nnext\u001B[201~', '\u0003', 'quit\r'],
		]);
		expect(state.cursor).toBe(0);
	});

	test.each([
		['marked', '\u001B[200~', '\u001B[201~'],
		['not marked', '', ''],
	])(
		'a megabyte without an end, %s, is no work, and the line says what it takes',
		async (_name, before, after) => {
			const terminal = new PassThrough();
			let shown = '';
			terminal.on('data', chunk => {
				shown += String(chunk);
			});
			const {input, ended} = prompt({terminal});
			await vi.waitFor(() => {
				expect(shown).toContain('(mstage)');
			});
			const began = process.cpuUsage();
			input.write(before);
			for (let index = 0; index < 256; index++) {
				input.write('quit\u009B31m\u{E0041}'.repeat(372));
				// eslint-disable-next-line no-await-in-loop -- as a terminal sends it
				await nextTurn();
			}

			input.write(after);
			await vi.waitFor(() => {
				expect(shown).toContain('A line takes 4,096 characters');
			});
			const {user, system} = process.cpuUsage(began);
			expect((user + system) / 1e6).toBeLessThan(2);
			expect(shown).toContain(String.raw`quit\u009b31m\u{e0041}quit`);
			// All at once: what the line takes is asked of the emptied one.
			input.write('\u0003quit\r');
			await ended;
			expect(shown).not.toMatch(/[\u0080-\u009F\u{E0000}-\u{E007F}]/v);
		},
	);

	test('what is typed is shown in the spelling that is safe, and so is what is wrong with it', async () => {
		const terminal = new PassThrough();
		let shown = '';
		terminal.on('data', chunk => {
			shown += String(chunk);
		});
		const {input, ended, printed} = prompt({terminal});
		await vi.waitFor(() => {
			expect(shown).toContain('(mstage)');
		});
		input.write('no\u009B31m\u202E\u{E0041}\uFE01\r');
		await vi.waitFor(() => {
			expect(printed()).toContain('There is no command');
		});
		await vi.waitFor(() => {
			expect(shown.split('(mstage)').length).toBeGreaterThan(2);
		});
		input.write('quit\r');
		await ended;
		expect(shown + printed()).not.toMatch(
			/[\u0080-\u009F\u202E\u{E0000}-\u{E007F}]|\uFE01/v,
		);
	});

	test('a finished build can be looked into until the user quits', async () => {
		const opened: Point[] = [];
		const {state} = await typeLines([['shell builder -- ls\r'], ['\u0004']], {
			policy: 'never',
			async openShell(point) {
				opened.push(point);
				return shellThat({});
			},
		});
		expect(state.phase.kind).toBe('finished');
		expect(opened).toEqual([{kind: 'stage', stage: 0}]);
	});

	test('Ctrl-D continues to the end', async () => {
		const {state} = await typeLines([['\u0004']]);
		expect(state.phase.kind).toBe('finished');
	});
});
