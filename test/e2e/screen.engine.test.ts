import {mkdtemp, readFile, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {
	afterAll,
	afterEach,
	beforeAll,
	beforeEach,
	describe,
	expect,
	test,
} from 'vitest';
import {
	hasImage,
	listContainers,
	removeImage,
	startEngine,
	seedBusybox,
} from '../engine/engine.js';
import {testEngine} from '../engine/test-engine.js';
import {type Cli, prepareCli} from './cli.js';
import {expectGone, expectRunning, uniqueSeconds} from './running.js';
import {shellPrompt} from './shell-prompt.js';

const engine = testEngine();
const examples = path.join(import.meta.dirname, '../../examples');
const ctrlC = '\u0003';
let cli: Awaited<ReturnType<typeof prepareCli>>;
let context: string;

beforeAll(async () => {
	cli = await prepareCli();
});
afterAll(async () => {
	await cli.remove();
});
beforeEach(async () => {
	context = await mkdtemp(path.join(tmpdir(), 'mstage-context-'));
});
afterEach(async () => {
	await rm(context, {recursive: true});
});

/** What a terminal looks like to the next program. */
const restored = {
	alternateScreen: false,
	cursorVisible: true,
	bracketedPaste: false,
	applicationCursorKeys: false,
	mouse: false,
};

async function expectRestored(it: Cli): Promise<void> {
	expect(it.terminal.modes).toEqual(restored);
	const [before, after] = await it.settings();
	expect(after).toBe(before);
}

async function dockerfile(...lines: readonly string[]): Promise<void> {
	await writeFile(path.join(context, 'Dockerfile'), `${lines.join('\n')}\n`);
}

async function debug(
	args: readonly string[],
	options: Parameters<typeof cli.start>[1] = {},
): Promise<Cli> {
	return cli.start(['debug', ...args], {
		...options,
		env: {DOCKER_HOST: engine.dockerHost, ...options.env},
	});
}

describe('a build on the screen', () => {
	test('steps through its stages, and leaves the image that was asked for', async () => {
		const tag = `mstage-e2e:${process.pid}`;
		await using it = await debug([path.join(examples, 'by-name'), '-t', tag], {
			cols: 120,
			rows: 30,
		});
		const {terminal} = it;
		await terminal.waitForText(/paused before \w+:0/v);
		terminal.press('n');
		await terminal.waitForText(/paused before \w+:1/v);
		terminal.press('e');
		await terminal.waitForText(/paused at the end of/v);
		const stages = new Set<string>();
		while (!terminal.text().includes('finished')) {
			const before = terminal.screen()[0]!;
			stages.add(before);
			terminal.press('c');
			// eslint-disable-next-line no-await-in-loop -- one pause after the other
			await terminal.waitForText(
				text =>
					text.includes('finished') ||
					(text.includes('paused') && text.split('\n')[0] !== before),
			);
		}

		expect(stages.size).toBeGreaterThan(1);
		await terminal.waitForText(`tagged  ${tag}`);
		await terminal.waitForText(/→ final [^│]* left/v);
		terminal.press('q');
		expect(await terminal.waitForExit()).toEqual({code: 0, signal: null});
		const [told, sizes, ...rest] = terminal.history().split('\n');
		expect(told).toBe(`mstage: finished, tagged ${tag}`);
		expect(sizes).toMatch(/^.+ → final .+ left behind/v);
		expect(rest).toEqual([]);
		await expectRestored(it);
		expect(await hasImage(engine, tag)).toBe(true);
		await removeImage(engine, tag);
	});

	test('that fails says what, where and why, and opens a shell there', async () => {
		await dockerfile(
			'FROM busybox AS builder',
			'WORKDIR /work',
			'RUN --mount=type=secret,id=token echo half > half-done && echo to the log && exit 7',
		);
		const token = path.join(context, 'token');
		await writeFile(token, 'shibboleth\n');
		await using it = await debug(
			[context, '--pause', 'error', '--secret', `id=token,src=${token}`],
			{cols: 90, rows: 26},
		);
		const {terminal} = it;
		await terminal.waitForText('failed in builder:2 · exit 7');
		const screen = await terminal.waitForText('exited with code 7 after');
		expect(screen).toContain('Dockerfile:3');
		expect(screen).toContain('to the log');
		expect(screen).toContain('s  shell where it failed');

		terminal.press('s');
		await terminal.waitForText(shellPrompt);
		terminal.press('cat half-done; stty size\r');
		await terminal.waitForText(/^half$/mv);
		await terminal.waitForText(/^26 90$/mv);
		terminal.press('cat /run/secrets/token\r');
		await terminal.waitForText(/^shibboleth$/mv);
		terminal.resize(110, 34);
		terminal.press(
			'until [ "$(stty size)" = "34 110" ]; do sleep 0.01; done; echo resized; echo more > half-done\r',
		);
		await terminal.waitForText(/resized$/mv);
		const inside = uniqueSeconds();
		terminal.press(`sleep ${inside}\r`);
		await expectRunning(inside);
		terminal.press(ctrlC);
		await terminal.waitForText(shellPrompt);
		terminal.press('exit 5\r');
		await terminal.waitForText(
			'The shell where builder:2 failed exited with code 5.',
		);
		expect(terminal.modes.alternateScreen).toBe(true);
		expect(terminal.screen()[1]).toHaveLength(110);
		expect(terminal.text()).toContain('exited with code 7 after');

		terminal.press('s');
		await terminal.waitForText('back in the shell where builder:2 failed');
		terminal.press('vi half-done\r');
		await terminal.waitForText(/^- half-done/mv);
		terminal.press('O');
		await terminal.waitForText(/^I half-done/mv);
		terminal.press('changed');
		await terminal.waitForText(/^changed$/mv);
		terminal.press('\u001B');
		await terminal.waitForText(/^- half-done/mv);
		terminal.press(':wq\r');
		await terminal.waitForText(shellPrompt);
		terminal.press('cat half-done\r');
		await terminal.waitForText(/\nchanged\nmore\n\/work #\s*$/v);
		terminal.press('\u0004');
		await terminal.waitForText('The shell');

		terminal.press('S');
		await terminal.waitForText(/back in the shell[\s\S]*What it changes/v);
		terminal.press('echo "fresh: $(cat half-done)"\r');
		await terminal.waitForText(/\nfresh: half\n\/work #\s*$/v);
		terminal.press('\u0004');
		await terminal.waitForText('The shell');
		terminal.press('q');
		expect(await terminal.waitForExit()).toEqual({code: 1, signal: null});
		expect(terminal.history().split('\n').at(-1)).toBe(
			`mstage: the build failed in builder:2 (${context}/Dockerfile:3): exited with code 7`,
		);
		await expectRestored(it);
		expect(await listContainers(engine)).toEqual([]);
	});

	test('opens a shell after any step that is done, with its user and folder', async () => {
		await dockerfile(
			'FROM busybox AS one',
			'RUN echo first > /first',
			'RUN echo second > /second',
			'FROM busybox AS two',
			'COPY --from=one /second /',
			'USER app',
			'WORKDIR /tmp',
		);
		await using it = await debug([context]);
		const {terminal} = it;
		await terminal.waitForText('paused before one:0');
		terminal.press('c');
		await terminal.waitForText('paused before two:0');
		terminal.press('g');
		await terminal.waitForText('▌▸ ✔ 0 one');
		terminal.press('\u001B[C');
		await terminal.waitForText('▾ ✔ 0 one');
		terminal.press('js');
		await terminal.waitForText(shellPrompt);
		terminal.press('top\r');
		await terminal.waitForText(/^ *PID +PPID/mv);
		terminal.press('q');
		await terminal.waitForText(shellPrompt);
		terminal.press('ls /first /second\r');
		await terminal.waitForText('/second: No such file');
		expect(terminal.text()).toMatch(/^\/first$/mv);
		terminal.press('exit\r');
		await terminal.waitForText('The shell after one:1 exited with code');
		terminal.press('q');
		expect(await terminal.waitForExit()).toEqual({code: 0, signal: null});
	});
});

describe('a build that is changed on the way', () => {
	test('is edited after a failure, loaded again and goes on; its variables and breakpoints are there', async () => {
		const lines = [
			'FROM busybox AS builder',
			'ARG VERSION=1',
			'ENV GREETING=hello',
			'RUN echo building $VERSION && exit 3',
			'RUN true',
			'FROM busybox AS final',
			'COPY --from=builder /bin/busybox /copy',
		];
		await dockerfile(...lines);
		const editor = path.join(context, 'nano');
		const edited = path.join(context, 'edited');
		await writeFile(
			editor,
			`#!/bin/sh\necho "$1" > ${edited}\nsed -i 's/exit 3/true/' "$2"\n`,
			{mode: 0o755},
		);
		await using it = await debug([context, '--pause', 'error'], {
			cols: 100,
			rows: 26,
			env: {VISUAL: undefined, EDITOR: editor},
		});
		const {terminal} = it;
		await terminal.waitForText('failed in builder:3 · exit 3');
		await terminal.waitForText('edit Dockerfile:4 and reload');

		terminal.press('v');
		const variables = await terminal.waitForText(
			/GREETING +hello +ENV line 3/v,
		);
		expect(variables).toMatch(/VERSION +1 +default, line 2/v);

		terminal.press('Banowhere\r');
		await terminal.waitForText("There is no place 'nowhere' to break at");
		terminal.press('\u00155 if VERSION=1\r');
		await terminal.waitForText('◆ 5 if VERSION=1');

		terminal.press('E');
		await terminal.waitForText(
			'Reloaded: 1 step changed, the first is builder:3.',
		);
		expect(await readFile(edited, 'utf8')).toBe('+4\n');
		terminal.press('c');
		await terminal.waitForText('breakpoint before builder:4');
		terminal.press('[R');
		await terminal.waitForText('paused before builder:4');

		await dockerfile(...lines.with(4, 'RNU true'));
		terminal.press('r');
		await terminal.waitForText('below is what was loaded last');
		await terminal.waitForText(/5 {2}RNU true.*\n.*\s\^/v);
		await dockerfile(...lines.with(3, 'RUN true'));
		terminal.press('r');
		await terminal.waitForText('reloaded, paused before builder:3');
		terminal.press('xp');
		await terminal.waitForText('pauses before each stage');
		terminal.press('Bxc');
		await terminal.waitForText('paused before final:0');
		terminal.press('q');
		expect(await terminal.waitForExit()).toEqual({code: 0, signal: null});
		await expectRestored(it);
	});

	test('shows each of several failures', async () => {
		await dockerfile(
			'FROM busybox AS tests',
			'RUN sleep 1; exit 3',
			'FROM busybox AS lint',
			'RUN sleep 1; exit 4',
			'FROM busybox',
			'COPY --from=tests /etc/group /tests',
			'COPY --from=lint /etc/group /lint',
		);
		await using it = await debug([context, '--pause', 'never']);
		const {terminal} = it;
		const first = await terminal.waitForText('failure 1 of 2');
		expect(first).toContain('F  the next failure: ');
		terminal.press('F');
		const second = await terminal.waitForText('failure 2 of 2');
		const codes = [first, second].map(
			text => /exited with code (?<code>\d)/v.exec(text)!.groups!['code'],
		);
		expect(new Set(codes)).toEqual(new Set(['3', '4']));
		terminal.press('q');
		expect(await terminal.waitForExit()).toEqual({code: 1, signal: null});
	});
});

describe('a build that runs', () => {
	let seconds: string;

	async function running(
		options: Parameters<typeof debug>[1] = {},
	): Promise<Cli> {
		seconds = uniqueSeconds();
		await dockerfile(
			'FROM busybox',
			'RUN true',
			`RUN echo going on; sleep ${seconds}`,
		);
		const it = await debug([context, '--pause', 'error'], options);
		await it.terminal.waitForText('running 0:2');
		it.terminal.press('l');
		await expectRunning(seconds);
		return it;
	}

	test('is canceled with Ctrl-C and pauses; it can go on, and Ctrl-C twice quits', async () => {
		await using it = await running();
		const {terminal} = it;
		terminal.press(ctrlC);
		await terminal.waitForText('paused before 0:2');
		await expectGone(seconds);
		terminal.press('c');
		await terminal.waitForText('running 0:2');
		terminal.press(ctrlC + ctrlC);
		expect(await terminal.waitForExit()).toEqual({code: 130, signal: null});
		await expectRestored(it);
		expect(terminal.history()).toMatch(/^mstage: [^\n]+$/v);
		await expectGone(seconds);
	});

	test('q twice quits', async () => {
		await using it = await running();
		const {terminal} = it;
		terminal.press('q');
		await terminal.waitForText('q again cancels it and quits');
		terminal.press('q');
		expect(await terminal.waitForExit()).toEqual({code: 0, signal: null});
		await expectRestored(it);
		expect(terminal.history()).toMatch(/^mstage: [^\n]+$/v);
		await expectGone(seconds);
	});

	test.each([
		['SIGTERM', 143],
		['SIGHUP', 129],
	] as const)('%s ends it', async (signal, code) => {
		await using it = await running();
		const {terminal} = it;
		await it.signal(signal);
		expect(await terminal.waitForExit()).toEqual({code, signal: null});
		await expectRestored(it);
		expect(terminal.history()).toMatch(/^mstage: [^\n]+$/v);
		await expectGone(seconds);
	});

	test('closing the terminal ends it', async () => {
		await using it = await running();
		it.terminal.hangUp();
		expect(await it.terminal.waitForExit()).toEqual({code: 129, signal: null});
		await expectGone(seconds);
	});

	test('closing the terminal ends a line prompt that waits', async () => {
		await dockerfile('FROM busybox', 'RUN true');
		await using it = await debug([context, '--plain']);
		await it.terminal.waitForText(/\n\(mstage\)\s*$/v);
		it.terminal.hangUp();
		expect(await it.terminal.waitForExit()).toEqual({code: 129, signal: null});
	});

	test('SIGTERM ends it while a shell has the terminal', async () => {
		await using it = await running();
		const {terminal} = it;
		terminal.press('s');
		await terminal.waitForText(shellPrompt);
		const inside = uniqueSeconds();
		terminal.press(`sleep ${inside}\r`);
		await expectRunning(inside);
		await it.signal('SIGTERM');
		expect(await terminal.waitForExit()).toEqual({code: 143, signal: null});
		await expectRestored(it);
		await expectGone(seconds);
		await expectGone(inside);
	});

	test('an error that nobody caught ends it', async () => {
		const defect = `process.on('SIGURG', () => { throw new Error('something unforeseen'); })`;
		await using it = await running({
			env: {
				NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(defect)}`,
			},
		});
		const {terminal} = it;
		await it.signal('SIGURG');
		expect(await terminal.waitForExit()).toEqual({code: 1, signal: null});
		await expectRestored(it);
		expect(terminal.history().replaceAll('\n', '')).toContain(
			'something unforeseen',
		);
		await expectGone(seconds);
	});

	test('the loss of the engine is told; what it ends with says so, too', async () => {
		const own = await startEngine({version: '26.1.5'});
		try {
			await seedBusybox(own);
			await using it = await running({env: {DOCKER_HOST: own.dockerHost}});
			const {terminal} = it;
			await own.stop();
			await terminal.waitForText('r  connect again, and load the build');
			terminal.press('q');
			expect(await terminal.waitForExit()).toEqual({code: 3, signal: null});
			await expectRestored(it);
			expect(terminal.history().replaceAll('\n', '')).toMatch(
				/^mstage: [^.]+engine/v,
			);
		} finally {
			await own.stop();
		}
	});
});
