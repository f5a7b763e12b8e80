import type {Buffer} from 'node:buffer';
import {spawn} from 'node:child_process';
import {randomBytes} from 'node:crypto';
import {mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {buffer} from 'node:stream/consumers';
import {
	afterAll,
	afterEach,
	beforeAll,
	beforeEach,
	expect,
	inject,
	test,
} from 'vitest';
import {prepareCli} from './cli.js';

const {dockerHost} = inject('engine');
let cli: Awaited<ReturnType<typeof prepareCli>>;
let folder: string;
let context: string;

beforeAll(async () => {
	cli = await prepareCli();
});
afterAll(async () => {
	await cli.remove();
});
beforeEach(async () => {
	folder = await mkdtemp(path.join(tmpdir(), 'mstage-features-'));
	context = path.join(folder, 'context');
	await mkdir(context);
});
afterEach(async () => {
	await rm(folder, {recursive: true});
});

async function dockerfile(...lines: readonly string[]): Promise<void> {
	await writeFile(path.join(context, 'Dockerfile'), `${lines.join('\n')}\n`);
}

/** The program on the screen, with a cache folder of the test's own. */
async function debug(...args: readonly string[]) {
	return cli.start(['debug', context, ...args], {
		cols: 100,
		rows: 30,
		env: {DOCKER_HOST: dockerHost, XDG_CACHE_HOME: folder},
	});
}

/** Runs the program on pipes; returns what it prints and its exit code. */
async function onPipe(
	args: readonly string[],
	input: Uint8Array = new Uint8Array(),
): Promise<{
	readonly stdout: Buffer;
	readonly stderr: Buffer;
	readonly code: number;
}> {
	const child = spawn(process.execPath, [cli.path, ...args], {
		env: {...process.env, DOCKER_HOST: dockerHost, XDG_CACHE_HOME: folder},
	});
	child.stdin.end(input);
	const code = new Promise<number>(resolve => {
		child.once('close', resolve);
	});
	const [stdout, stderr] = await Promise.all([
		buffer(child.stdout),
		buffer(child.stderr),
	]);
	return {stdout, stderr, code: await code};
}

test('each instruction is a step, also one that only tells; time goes back and forward, and into what is read', async () => {
	await dockerfile(
		'FROM busybox AS one',
		'ENV COLOUR=blue',
		'RUN echo $COLOUR > /colour && cat /colour',
		'FROM busybox AS two',
		'COPY --from=one /colour /',
		'LABEL done=yes',
	);
	await using it = await debug('--pause', 'instruction');
	const {terminal} = it;
	await terminal.waitForText('paused before one:0');
	for (const place of ['one:1', 'one:2']) {
		terminal.press('c');
		// eslint-disable-next-line no-await-in-loop -- one pause after the other
		await terminal.waitForText(`paused before ${place}`);
	}

	terminal.press('n');
	await terminal.waitForText('paused at the end of one');
	terminal.press('c');
	await terminal.waitForText('paused before two:0');
	terminal.press('n');
	await terminal.waitForText('paused before two:1');
	terminal.press('i');
	await terminal.waitForText(/▌▾ ✔ 0 one/v);
	terminal.press('[');
	await terminal.waitForText(/▌[^\n]*two|▌[^\n]*FROM/v);
	terminal.press(']');
	terminal.press('c');
	await terminal.waitForText('paused before two:2');
	terminal.press('c');
	await terminal.waitForText('paused at the end of two');
	terminal.press('q');
	expect(await terminal.waitForExit()).toEqual({code: 0, signal: null});
});

test('what a failed COPY looked for is told with what is there; files that change load it again', async () => {
	await mkdir(path.join(context, 'dist'));
	await writeFile(path.join(context, 'dist/App'), 'upper');
	await dockerfile('FROM scratch', 'COPY dist/app /app');
	await using it = await debug(
		'--watch',
		'--pause',
		'error',
		'--toolbox',
		'busybox',
	);
	const {terminal} = it;
	await terminal.waitForText('failed in 0:1');
	await terminal.waitForText('App');
	terminal.press('s');
	await terminal.waitForText('What it changes is thrown away');
	terminal.press('echo kept > /mine; echo in the $((1+1))nd\r');
	await terminal.waitForText(/in the 2nd$/mv);
	terminal.press('exit\r');
	await terminal.waitForText('exited with code 0');
	terminal.press('s');
	await terminal.waitForText('with its changes until mstage ends');
	terminal.press('cat /mine\r');
	await terminal.waitForText(/^kept$/mv);
	terminal.press('exit\r');
	await terminal.waitForText('exited with code 0');
	await writeFile(path.join(context, 'dist/app'), 'lower');
	await terminal.waitForText('paused before 0:1');
	await writeFile(path.join(context, 'Dockerfile'), 'FROM scratch\nCOPI x y\n');
	await terminal.waitForText(/COPI/v);
	await dockerfile('FROM scratch', 'COPY dist/app /app', 'LABEL x=y');
	await terminal.waitForText(
		text => !text.includes('COPI') && text.includes('paused before 0:1'),
	);
	terminal.press('c');
	await terminal.waitForText('finished');
	terminal.press('q');
	expect(await terminal.waitForExit()).toEqual({code: 0, signal: null});
});

test('breakpoints are there in the next session; a script of commands ends at the first that fails', async () => {
	await dockerfile(
		'FROM busybox',
		'ARG MODE=fast',
		'RUN echo one',
		'RUN echo two',
	);
	const script = path.join(folder, 'script');
	const session = async (...lines: readonly string[]) => {
		await writeFile(script, `${lines.join('\n')}\n`);
		const {stdout, stderr, code} = await onPipe([
			'debug',
			context,
			'--commands',
			script,
		]);
		return {text: `${stdout.toString()}${stderr.toString()}`, code};
	};

	const first = await session(
		'break 3 if MODE=fast',
		'break 3 if MODE=slow',
		'break COPY',
		'break 4',
		'disable 4',
		'break',
		'quit',
	);
	expect(first).toMatchObject({code: 0});
	const second = await session(
		'break',
		'continue',
		'where',
		'variables',
		'continue',
		'rerun 0:3',
		'quit',
	);
	expect(second.text).toContain('3 if MODE=fast');
	expect(second.text).toContain('3 if MODE=slow');
	expect(second.text).toContain('COPY');
	expect(second.text).toMatch(/before 0:2/v);
	expect(second.text).toContain('MODE');
	expect(second.code).toBe(0);
	const third = await session('continue', 'nonsense', 'continue');
	expect(third.code).toBe(1);
	expect(third.text).toContain('nonsense');
});

test('bytes go through a command both ways as they are', async () => {
	await dockerfile('FROM busybox', 'RUN true');
	const input = randomBytes(1024 * 1024);
	const {stdout, stderr, code} = await onPipe(
		['shell', '0:1', '--context', context, '--', 'cat'],
		input,
	);
	expect([stderr.toString(), code]).toEqual(['', 0]);
	expect(stdout.equals(input)).toBe(true);
});

test('a command in a shell ends by itself on a terminal, whose input never ends', async () => {
	await dockerfile('FROM busybox', 'RUN true');
	await using it = await cli.start(
		['shell', '0:1', '--context', context, '--', 'sh', '-c', 'tty; exit 3'],
		{env: {DOCKER_HOST: dockerHost}},
	);
	expect(await it.terminal.waitForExit()).toEqual({code: 3, signal: null});
	expect(it.terminal.text()).toContain('/dev/pts/');
});
