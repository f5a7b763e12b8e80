import {type ChildProcess, spawn} from 'node:child_process';
import {once} from 'node:events';
import {chmod, mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises';
import {connect, createServer, type AddressInfo} from 'node:net';
import {tmpdir, userInfo} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {
	afterAll,
	afterEach,
	beforeAll,
	beforeEach,
	expect,
	inject,
	onTestFinished,
	test,
	vi,
} from 'vitest';
import {searchEngine} from '../../../source/engine/open-engine.js';
import type {Engine} from '../../../source/engine/port.js';
import {dockerClient} from '../engine.js';
import {run, watchFor} from '../process.js';

const {dockerHost, version} = inject('engine');
const user = userInfo().username;
let folder: string;
let sshd: ChildProcess;
let port: number;

beforeAll(async () => {
	folder = await mkdtemp(path.join(tmpdir(), 'mstage-ssh-'));
	for (const name of ['host', 'own', 'stranger']) {
		// eslint-disable-next-line no-await-in-loop -- a few keys
		await run('ssh-keygen', [
			'-q',
			'-t',
			'ed25519',
			'-N',
			'',
			'-f',
			path.join(folder, name),
		]);
	}

	port = await freePort();
	// What sshd wants on every machine (sshd(8), "privilege separation").
	await mkdir('/run/sshd', {recursive: true});
	await serve(await remoteDocker());
	sshd = spawn(
		'/usr/sbin/sshd',
		['-D', '-e', '-f', path.join(folder, 'sshd')],
		{
			stdio: ['ignore', 'ignore', 'inherit'],
		},
	);
	expect(await watchFor(answers, 10_000)).toBe(true);
});

afterAll(async () => {
	sshd.kill();
	await once(sshd, 'close');
	await rm(folder, {recursive: true});
});

beforeEach(async () => {
	await configure('own', `[127.0.0.1]:${port} ${await publicKey('host')}`);
	vi.stubEnv('PATH', `${folder}/bin:${process.env['PATH'] ?? ''}`);
});

afterEach(() => {
	vi.unstubAllEnvs();
});

async function freePort(): Promise<number> {
	const server = createServer().listen(0, '127.0.0.1');
	await once(server, 'listening');
	const {port: free} = server.address() as AddressInfo;
	server.close();
	return free;
}

async function answers(): Promise<true | undefined> {
	return new Promise(resolve => {
		const socket = connect(port, '127.0.0.1', () => {
			socket.destroy();
			resolve(true);
		}).on('error', () => {
			resolve(undefined);
		});
	});
}

async function publicKey(name: string): Promise<string> {
	const text = await run('ssh-keygen', ['-y', '-f', path.join(folder, name)]);
	return text.trim();
}

/** Docker's own client, as it is on the other machine. */
async function remoteDocker(): Promise<string> {
	const {command} = await dockerClient({dockerHost, version});
	return `PATH=${path.dirname(command)}:$PATH DOCKER_HOST=${dockerHost}`;
}

/** What ssh runs there has this environment. */
async function serve(environment: string): Promise<void> {
	const script = path.join(folder, 'remote');
	await writeFile(
		script,
		`#!/bin/sh\n${environment} exec sh -c "$SSH_ORIGINAL_COMMAND"\n`,
	);
	await chmod(script, 0o755);
	await writeFile(
		path.join(folder, 'authorized_keys'),
		`restrict,command="${script}" ${await publicKey('own')}\n`,
	);
	await writeFile(
		path.join(folder, 'sshd'),
		[
			`Port ${port}`,
			'ListenAddress 127.0.0.1',
			`HostKey ${folder}/host`,
			`AuthorizedKeysFile ${folder}/authorized_keys`,
			'PidFile none',
			'StrictModes no',
			'UsePAM no',
			'PasswordAuthentication no',
			'KbdInteractiveAuthentication no',
			'PermitRootLogin yes',
			'LogLevel QUIET',
		].join('\n'),
	);
}

/** The user's own ssh, with a configuration that isn't this machine's. */
async function configure(key: string, knownHosts: string): Promise<void> {
	const bin = path.join(folder, 'bin');
	await mkdir(bin, {recursive: true});
	await writeFile(path.join(folder, 'known_hosts'), `${knownHosts}\n`);
	await writeFile(
		path.join(bin, 'ssh'),
		`#!/bin/sh\nexec /usr/bin/ssh -F none -i ${folder}/${key} -o IdentitiesOnly=yes -o IdentityAgent=none -o UserKnownHostsFile=${folder}/known_hosts -o GlobalKnownHostsFile=none "$@"\n`,
	);
	await chmod(path.join(bin, 'ssh'), 0o755);
}

async function search(): Promise<{engine: Engine | null; message: string}> {
	const {engine, error} = await searchEngine(
		{host: `ssh://${user}@127.0.0.1:${port}`},
		{platform: 'linux', environment: {HOME: folder}},
	);
	onTestFinished(async () => engine?.close());
	return {engine, message: error?.message ?? ''};
}

const refused = (reason: string): string =>
	`The engine at ssh://${user}@127.0.0.1:${port} can't be used: ${reason}`;

test('an engine behind ssh is used as any other', async () => {
	const {engine, message} = await search();
	expect(message).toBe('');
	expect(engine!.description.version).toBe(version.split('+', 1)[0]);
	await expect(engine!.capabilities()).resolves.not.toHaveLength(0);
});

test('a host that is not known is told, and never asked about', async () => {
	await configure('own', `[127.0.0.1]:${port} ${await publicKey('stranger')}`);
	const {message} = await search();
	expect(message).toBe(
		refused(
			`ssh doesn't trust the host's key. Run ssh -p ${port} ${user}@127.0.0.1 once and see whether the key is the right one.`,
		),
	);
});

test('a key that opens nothing is told', async () => {
	await configure('stranger', `[127.0.0.1]:${port} ${await publicKey('host')}`);
	const {message} = await search();
	expect(message).toBe(
		refused(
			`ssh is not let in there without a password. Add your key to ssh-agent, so that ssh -p ${port} ${user}@127.0.0.1 asks nothing.`,
		),
	);
});

test('a machine without docker, and one whose engine is off, are told apart', async () => {
	onTestFinished(async () => serve(await remoteDocker()));

	await serve('PATH=/nowhere');
	const without = await search();
	expect(without.message).toContain("there is no docker in that user's PATH");

	const own = await remoteDocker();
	await serve(own.replace(dockerHost, 'unix:///nowhere.sock'));
	const off = await search();
	expect(off.message).toContain('no engine runs there. Start Docker on');
});
