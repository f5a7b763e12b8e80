import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {text} from 'node:stream/consumers';
import {
	afterAll,
	afterEach,
	beforeAll,
	beforeEach,
	describe,
	expect,
	test,
} from 'vitest';
import {unique} from '../engine/buildkit/builds.js';
import {type FaultyProxy, openFaultyProxy} from '../engine/faulty-proxy.js';
import {testEngine} from '../engine/test-engine.js';
import {type Cli, prepareCli} from './cli.js';
import {expectRunning, uniqueSeconds} from './running.js';
import {shellPrompt} from './shell-prompt.js';

const gone = 'is gone: it was stopped';
const silent = "the engine hasn't answered for 10 s";
const builders = ['buildkit', 'legacy'] as const;

let cli: Awaited<ReturnType<typeof prepareCli>>;
let proxy: FaultyProxy;
let context: string;

beforeAll(async () => {
	cli = await prepareCli();
});
afterAll(async () => {
	await cli.remove();
});
beforeEach(async () => {
	proxy = await openFaultyProxy(testEngine().dockerHost.replace('unix://', ''));
	context = await mkdtemp(path.join(tmpdir(), 'mstage-context-'));
	await writeFile(
		path.join(context, 'Dockerfile'),
		`FROM busybox AS a\nRUN echo ${unique()} > /one\nRUN echo waiting; sleep 1000 # ${unique()}\n`,
	);
});
afterEach(async () => {
	await proxy.close();
	await rm(context, {recursive: true});
});

function environment(): Readonly<Record<string, string>> {
	return {DOCKER_HOST: proxy.address, XDG_CACHE_HOME: context};
}

/** A session on the screen that stands before what waits for ever. */
async function startPaused(builder: string): Promise<Cli> {
	const it = await cli.start(['debug', context, '--builder', builder], {
		cols: 160,
		rows: 30,
		env: environment(),
	});
	await it.terminal.waitForText('paused before a:0');
	it.terminal.press('n');
	await it.terminal.waitForText('paused before a:1');
	it.terminal.press('n');
	await it.terminal.waitForText('paused before a:2');
	return it;
}

/** A session at the prompt whose command waits for an engine that has stalled. */
async function startWaiting(): Promise<Cli> {
	const it = await cli.start(
		['debug', context, '--plain', '--pause', 'error', '--break', 'a:2'],
		{env: environment()},
	);
	const {terminal} = it;
	await terminal.waitForText(/before a:2[\s\S]*\n\(mstage\)/v);
	proxy.fault('stall');
	terminal.press('ls a:1:/\r');
	// No line is being typed any more.
	await terminal.waitFor(() => !terminal.modes.bracketedPaste, 'the command');
	return it;
}

/** What a session is at when the connection fails. */
const phases: Readonly<Record<string, (it: Cli) => Promise<void>>> = {
	async 'at a pause'() {
		// There it is.
	},
	async 'while a step runs'({terminal}) {
		terminal.press('l');
		terminal.press('n');
		await terminal.waitForText(/│ waiting\b/v);
	},
	async 'in a shell'({terminal}) {
		terminal.press('s');
		await terminal.waitForText(shellPrompt);
	},
};

/** While something runs, it is asked whether that is meant. */
async function quit({terminal}: Cli): Promise<void> {
	terminal.press('q');
	await terminal.waitForText('q again');
	terminal.press('q');
}

async function expectEnd(it: Cli, code: number): Promise<void> {
	expect(await it.terminal.waitForExit()).toEqual({code, signal: null});
	expect(it.terminal.modes).toEqual({
		alternateScreen: false,
		cursorVisible: true,
		bracketedPaste: false,
		applicationCursorKeys: false,
		mouse: false,
	});
	const [before, after] = await it.settings();
	expect(after).toBe(before);
}

describe('a connection that stalls', () => {
	const builder = 'buildkit';

	test.each(Object.keys(phases))('%s: SIGTERM ends it', async phase => {
		await using it = await startPaused(builder);
		await phases[phase]!(it);
		proxy.fault('stall');
		await it.signal('SIGTERM');
		await expectEnd(it, 143);
	});

	test('a second SIGTERM ends it at once', async () => {
		await using it = await startPaused(builder);
		await phases['while a step runs']!(it);
		proxy.fault('stall');
		await it.signal('SIGTERM');
		await it.signal('SIGTERM');
		await expectEnd(it, 143);
	});

	test.each(builders)('q ends it (%s)', async kind => {
		await using it = await startPaused(kind);
		await phases['while a step runs']!(it);
		proxy.fault('stall');
		await quit(it);
		await expectEnd(it, 0);
	});

	test.each(builders)('is told while it does (%s)', async kind => {
		await using it = await startPaused(kind);
		await phases['while a step runs']!(it);
		proxy.fault('stall');
		await it.terminal.waitForText(silent);
		proxy.heal();
		await it.terminal.waitFor(
			() => !it.terminal.text().includes(silent),
			'no word of silence',
		);
		await quit(it);
		await expectEnd(it, 0);
	});
});

test('a terminal that goes while a command waits ends the session, though nobody passes its SIGHUP on', async () => {
	await using it = await startWaiting();
	const {terminal} = it;
	const start = performance.now();
	terminal.hangUp();
	expect(await terminal.waitForExit()).toEqual({code: 129, signal: null});
	// Later it would write that the engine is silent, and fail to.
	expect(performance.now() - start).toBeLessThan(10_000);
});

test('Ctrl-C gives up a command of the prompt that waits, and the session goes on', async () => {
	await using it = await startWaiting();
	const {terminal} = it;
	terminal.press('\u0003');
	await terminal.waitForText(/\^C\nCanceled\.\n\(mstage\)/v);
	proxy.heal();
	terminal.press('ls a:1:/\r');
	await terminal.waitForText(/\bone\n[\s\S]*\n\(mstage\)/v);
	terminal.press('quit\r');
	await expectEnd(it, 0);
});

test.each(builders)(
	'Ctrl-C at the prompt gives up a step of which nothing comes, and waits for nothing (%s)',
	async kind => {
		await using it = await cli.start(
			['debug', context, '--plain', '--pause', 'error', '--builder', kind],
			{env: environment()},
		);
		const {terminal} = it;
		await terminal.waitForText('waiting');
		proxy.fault('stall');
		terminal.press('\u0003');
		await terminal.waitForText(/\^C[\s\S]*\n\(mstage\)\s*$/v);
		terminal.press('quit\r');
		await expectEnd(it, 0);
		proxy.heal();
	},
);

describe('a connection that brings garbage', () => {
	test.each(['while a step runs', 'in a shell'])('%s', async phase => {
		await using it = await startPaused('buildkit');
		await phases[phase]!(it);
		proxy.fault('garbage');
		await it.terminal.waitForText(gone);
		proxy.heal();
		it.terminal.press('r');
		await it.terminal.waitForText('reloaded, paused before a:2');
		it.terminal.press('q');
		await expectEnd(it, 0);
	});
});

test.each([
	['reset', []],
	['drop', ['--json']],
	['garbage', []],
] as const)(
	'%s ends a session that waits for a command on a pipe (%j)',
	async (kind, flags) => {
		const child = spawn(
			process.execPath,
			[cli.path, 'debug', context, '--plain', ...flags],
			{env: {...process.env, ...environment()}},
		);
		const errors = text(child.stderr);
		const closed = once(child, 'close');
		child.stdin.write('list\n');
		await once(child.stdout, 'data');
		child.stdout.resume();
		await expect.poll(() => proxy.connections()).toBeGreaterThan(1);
		proxy.fault(kind);
		expect(await closed).toEqual([3, null]);
		expect(await errors).toMatch(
			/^mstage: The engine at .* (?:is gone|can't be used).*\n$/v,
		);
	},
);

test('garbage ends a command on pipes that builds: it has nothing else that keeps it', async () => {
	const seconds = uniqueSeconds();
	await writeFile(
		path.join(context, 'Dockerfile'),
		`FROM busybox\nRUN sleep ${seconds}\n`,
	);
	const child = spawn(
		process.execPath,
		[cli.path, 'cat', 'final:/etc/passwd', '--context', context],
		{env: {...process.env, ...environment()}},
	);
	const errors = text(child.stderr);
	const closed = once(child, 'close');
	child.stdin.end();
	child.stdout.resume();
	await expectRunning(seconds);
	proxy.fault('garbage');
	expect(await closed).toEqual([3, null]);
	expect(await errors).toContain(gone);
});
