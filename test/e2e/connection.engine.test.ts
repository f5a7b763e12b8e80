import {mkdtemp, readFile, readdir, rm, writeFile} from 'node:fs/promises';
import {createServer, type AddressInfo} from 'node:net';
import {once} from 'node:events';
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
	onTestFinished,
	test,
} from 'vitest';
import {type Daemon, endDaemon, startDaemon} from '../engine/daemon.js';
import {SshServer} from '../engine/docker/ssh-server.js';
import {describeEngine, seedBusybox} from '../engine/engine.js';
import {outerAddress} from '../engine/network.js';
import {defaultVersion} from '../engine/versions.js';
import {type Cli, prepareCli} from './cli.js';
import {shellPrompt} from './shell-prompt.js';

const gone = 'is gone: it was stopped';
const down = 'nothing listens there';
const waiting = [
	'FROM busybox AS a',
	'RUN echo one > /one',
	'RUN echo waiting; sleep 100000',
];

let cli: Awaited<ReturnType<typeof prepareCli>>;
let daemon: Daemon;
let context: string;

beforeAll(async () => {
	cli = await prepareCli();
	daemon = await startDaemon({version: defaultVersion, detached: false});
	await seedBusybox(daemon);
});
afterAll(async () => {
	await endDaemon(daemon.slot);
	await cli.remove();
});
beforeEach(async () => {
	context = await mkdtemp(path.join(tmpdir(), 'mstage-context-'));
	await dockerfile(waiting);
});
afterEach(async () => {
	await rm(context, {recursive: true});
});

async function dockerfile(lines: readonly string[]): Promise<void> {
	await writeFile(path.join(context, 'Dockerfile'), `${lines.join('\n')}\n`);
}

async function start(
	args: readonly string[],
	environment: Readonly<Record<string, string>> = {},
): Promise<Cli> {
	return cli.start(['debug', context, ...args], {
		// Wide enough for the sentences.
		cols: 160,
		rows: 30,
		env: {
			DOCKER_HOST: daemon.dockerHost,
			XDG_CACHE_HOME: context,
			...environment,
		},
	});
}

/** A session that stands before what waits for ever. */
async function startPaused(
	builder: string,
	environment?: Readonly<Record<string, string>>,
): Promise<Cli> {
	const it = await start(['--builder', builder], environment);
	await it.terminal.waitForText('paused before a:0');
	it.terminal.press('n');
	await it.terminal.waitForText('paused before a:1');
	it.terminal.press('n');
	await it.terminal.waitForText('paused before a:2');
	return it;
}

/** One of each builder. */
async function startBoth(): Promise<readonly [Cli, Cli]> {
	return Promise.all([startPaused('buildkit'), startPaused('legacy')]);
}

async function both(
	sessions: readonly Cli[],
	act: (it: Cli) => Promise<unknown>,
): Promise<void> {
	await Promise.all(sessions.map(async it => act(it)));
}

async function connectAgain({terminal}: Cli): Promise<void> {
	terminal.press('r');
	await terminal.waitForText('reloaded, paused before a:2');
}

async function expectQuit(it: Cli, code = 0): Promise<void> {
	it.terminal.press('q');
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

describe('an engine that is lost', () => {
	test('while the build is loaded', async () => {
		const silent = createServer(() => undefined).listen(0, '0.0.0.0');
		await once(silent, 'listening');
		const {port} = silent.address() as AddressInfo;
		const registry = `${outerAddress(daemon.slot.number)}:${port}`;
		await dockerfile([`FROM ${registry}/never`]);
		const asked = once(silent, 'connection');
		await using it = await start([]);
		await it.terminal.waitForText('loading');
		await asked;
		silent.close();
		await daemon.cut();
		await it.terminal.waitForText(gone);
		await it.terminal.waitForText('✖ no engine');

		it.terminal.press('r');
		await it.terminal.waitForText(down);
		await daemon.resume();
		await dockerfile(waiting);
		it.terminal.press('r');
		await it.terminal.waitForText('paused before a:0');
		await expectQuit(it);
	});

	test('while a step runs', async () => {
		const sessions = await startBoth();
		await using first = sessions[0];
		await using second = sessions[1];
		await both(sessions, async ({terminal}) => {
			terminal.press('l');
			terminal.press('n');
			await terminal.waitForText(/│ waiting\b/v);
		});

		await daemon.cut();
		await both(sessions, async ({terminal}) => terminal.waitForText(gone));
		await expectQuit(second, 3);
		await daemon.resume();
		await connectAgain(first);
		await expectQuit(first);
	});

	test('while a shell is open', async () => {
		const sessions = await startBoth();
		await using first = sessions[0];
		await using second = sessions[1];
		await both(sessions, async ({terminal}) => {
			terminal.press('s');
			await terminal.waitForText(shellPrompt);
		});

		await daemon.cut();
		await both(sessions, async ({terminal}) => terminal.waitForText(gone));
		second.terminal.press('r');
		await second.terminal.waitForText(
			/nothing listens there|not reloaded: .* is gone/v,
		);
		await daemon.resume();
		await both([first, second], async it => {
			await connectAgain(it);
			it.terminal.press('s');
			await it.terminal.waitForText(shellPrompt);
			it.terminal.press('exit 4\r');
			await it.terminal.waitForText('exited with code 4');
			await expectQuit(it);
		});
	});

	test('while files are listed', async () => {
		const sessions = await startBoth();
		await using first = sessions[0];
		await using second = sessions[1];
		await daemon.freeze();
		await both(sessions, async ({terminal}) => {
			terminal.press('f');
			await terminal.waitForText('names so far');
		});

		await daemon.cut();
		await both(sessions, async ({terminal}) => terminal.waitForText(gone));
		await daemon.resume();
		await both([first, second], async it => {
			await connectAgain(it);
			it.terminal.press('f');
			await it.terminal.waitForText(/│[▌ ]+one\b/v);
			await expectQuit(it);
		});
	});
});

test('an ssh that is cut', async () => {
	const server = await SshServer.start(await describeEngine(daemon));
	onTestFinished(async () => server.stop());
	const environment = {
		DOCKER_HOST: server.address,
		PATH: `${server.programs}:${process.env['PATH'] ?? ''}`,
	};
	const sessions = await Promise.all([
		startPaused('buildkit', environment),
		startPaused('legacy', environment),
	]);
	await using first = sessions[0];
	await using second = sessions[1];
	first.terminal.press('l');
	first.terminal.press('n');
	await first.terminal.waitForText(/│ waiting\b/v);
	second.terminal.press('s');
	await second.terminal.waitForText(shellPrompt);

	await cutSsh(server.address);
	await both([first, second], async it => {
		await it.terminal.waitForText(`engine at ${server.address} ${gone}`);
		await connectAgain(it);
		await expectQuit(it);
	});
});

/** Ends every ssh that has a connection to there. */
async function cutSsh(address: string): Promise<void> {
	const [, user, port] = /^ssh:\/\/(.*):(\d+)$/v.exec(address)!;
	const names = await readdir('/proc');
	for (const pid of names.filter(name => /^\d+$/v.test(name))) {
		// eslint-disable-next-line no-await-in-loop
		const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(
			() => '',
		);
		const words = command.split('\0');
		if (
			words[0] === '/usr/bin/ssh' &&
			words.includes(port!) &&
			words.includes(user!)
		) {
			process.kill(Number(pid), 'SIGKILL');
		}
	}
}
