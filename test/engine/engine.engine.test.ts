import {type ChildProcessByStdio, spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdtemp, readFile, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {type Readable} from 'node:stream';
import {
	afterAll,
	beforeAll,
	describe,
	expect,
	onTestFinished,
	test,
} from 'vitest';
import {exists} from './cache.js';
import {type Daemon, endDaemon, startDaemon} from './daemon.js';
import {debianMirror} from './debian.js';
import {
	dockerClient,
	hasImage,
	listContainers,
	removeImage,
	seedBusybox,
} from './engine.js';
import {hasEnded, isAlive, run} from './process.js';
import {freeStaleSlots, readState, type Slot, takenSlots} from './slots.js';
import {testEngine} from './test-engine.js';

const engine = testEngine();
let folder: string;

beforeAll(async () => {
	folder = await mkdtemp(path.join(tmpdir(), 'mstage-engine-'));
});

afterAll(async () => {
	await rm(folder, {recursive: true});
});

/** What an engine would leave on the machine, if it left anything. */
async function traces(slot: Slot): Promise<string[]> {
	const tables = await Promise.all([
		run('ip', ['-br', 'link']),
		run('ip', ['netns']),
		run('iptables-save', []),
	]);
	const mounts = await readFile('/proc/mounts', 'utf8');
	const named = new RegExp(String.raw`\bmstage-${slot.number}\b`, 'v');
	const places = [
		slot.folder,
		slot.data,
		`/sys/fs/cgroup/memory/${slot.cgroup}`,
		`/sys/fs/cgroup/${slot.cgroup}`,
	];
	const found = await Promise.all(
		places.map(async place => ((await exists(place)) ? [place] : [])),
	);
	return [
		...found.flat(),
		...tables
			.flatMap(text => text.split('\n'))
			.filter(line => named.test(line)),
		...mounts.split('\n').filter(line => line.includes(`${slot.data}/`)),
	];
}

async function startSleeper({dockerHost}: Daemon): Promise<void> {
	await seedBusybox({dockerHost});
	const {command, env} = await dockerClient({dockerHost, version: '26.1.5'});
	await run(command, ['run', '-d', 'busybox', 'sleep', '1000'], {env});
	const containers = await listContainers({dockerHost});
	expect(containers).toEqual([
		expect.objectContaining({image: 'busybox', state: 'running'}),
	]);
}

describe('the engine of the run', () => {
	test('is a stock Docker engine with busybox in its store', async () => {
		expect(engine.version).toMatch(/^\d+\.\d+\.\d+$/v);
		expect(await hasImage(engine, 'busybox:latest')).toBe(true);
		expect(await hasImage(engine, 'no-such-image:latest')).toBe(false);
	});

	test('builds from busybox without a registry, and its steps reach the network', async () => {
		const {command, env} = await dockerClient(engine);
		const tag = `mstage-selftest-${process.pid}`;
		await writeFile(
			path.join(folder, 'Dockerfile'),
			[
				'FROM busybox AS fetcher',
				'ARG MIRROR',
				'USER app',
				'RUN wget -q -O /tmp/release "$MIRROR/dists/bookworm/Release" && id -un > /tmp/user',
				'FROM scratch',
				'COPY --from=fetcher /tmp/release /tmp/user /',
				'COPY --from=fetcher /bin/busybox /busybox',
			].join('\n'),
		);
		onTestFinished(async () => removeImage(engine, tag));
		const mirror = `MIRROR=${await debianMirror()}`;
		await run(
			command,
			['build', '--no-cache', '--build-arg', mirror, '-t', tag, folder],
			{env},
		);
		const read = await run(
			command,
			['run', '--rm', tag, '/busybox', 'cat', '/user', '/release'],
			{env},
		);
		expect(read).toMatch(/^app\nOrigin: Debian\n/v);
	});
});

describe('an engine of its own', () => {
	test('runs beside others and leaves nothing when it ends with a container running', async () => {
		const daemon = await startDaemon({version: '26.1.5', detached: false});
		const {engine: first} = await readState(daemon.slot);
		try {
			await startSleeper(daemon);
			expect(await traces(daemon.slot)).not.toEqual([]);
		} finally {
			await endDaemon(daemon.slot);
		}

		expect(isAlive(first!)).toBe(false);
		expect(await traces(daemon.slot)).toEqual([]);
	});

	test('says what dockerd said when it does not start', async () => {
		const socket = path.join(folder, 'x'.repeat(120));
		const start = startDaemon({version: '26.1.5', socket, detached: false});
		await expect(start).rejects.toThrow(
			/dockerd didn't start[\s\S]*can't create unix socket/v,
		);
		const taken = await takenSlots();
		const hosts = taken.map(({state}) => state.dockerHost);
		expect(hosts).not.toContain(`unix://${socket}`);
	});
});

describe('`cli.ts run`', () => {
	type Cli = ChildProcessByStdio<null, Readable, null>;

	/** Runs a shell command that says its process id and the engine's address first. */
	function runCli(command: string): Cli {
		const script = path.join(import.meta.dirname, 'cli.ts');
		const shell = ['sh', '-c', `echo "$$ $DOCKER_HOST"; ${command}`];
		const args = ['--import', 'tsx', script, 'run', '--', ...shell];
		return spawn(process.execPath, args, {
			stdio: ['ignore', 'pipe', 'inherit'],
			env: {...process.env, MSTAGE_TEST_ENGINE: undefined},
		});
	}

	async function firstLine(cli: Cli): Promise<{pid: number; slot: Slot}> {
		const chunk = await new Promise<unknown>(resolve => {
			cli.stdout.once('data', resolve);
		});
		const [pid, dockerHost] = String(chunk).trim().split(' ');
		const taken = await takenSlots();
		const found = taken.find(({state}) => state.dockerHost === dockerHost);
		return {pid: Number(pid), slot: found!.slot};
	}

	test('hands on the exit code and stops the engine', async () => {
		const cli = runCli('exit 7');
		const closed = once(cli, 'close');
		const {slot} = await firstLine(cli);
		expect(await closed).toEqual([7, null]);
		expect(await traces(slot)).toEqual([]);
	});

	test('stops the engine when it is interrupted', async () => {
		const cli = runCli('exec sleep 1000');
		const closed = once(cli, 'close');
		const {slot} = await firstLine(cli);
		cli.kill('SIGINT');
		expect(await closed).toEqual([130, null]);
		expect(await traces(slot)).toEqual([]);
	});

	test('takes the engine with it when it is killed; the next start removes what is left', async () => {
		const cli = runCli('exec sleep 1000');
		const exited = once(cli, 'exit');
		const {pid, slot} = await firstLine(cli);
		onTestFinished(() => {
			process.kill(pid);
		});
		const {engine: first} = await readState(slot);
		cli.kill('SIGKILL');
		await exited;
		expect(await hasEnded(first!, 20_000)).toBe(true);
		await freeStaleSlots();
		expect(await traces(slot)).toEqual([]);
	});
});
