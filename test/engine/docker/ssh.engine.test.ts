import process from 'node:process';
import {
	afterAll,
	afterEach,
	beforeAll,
	beforeEach,
	expect,
	onTestFinished,
	test,
	vi,
} from 'vitest';
import {searchEngine} from '../../../source/engine/open-engine.js';
import type {Engine} from '../../../source/engine/port.js';
import {testEngine} from '../test-engine.js';
import {SshServer} from './ssh-server.js';

const {dockerHost, version} = testEngine();
let server: SshServer;

beforeAll(async () => {
	server = await SshServer.start({dockerHost, version});
});

afterAll(async () => {
	await server.stop();
});

beforeEach(async () => {
	await server.configure();
	vi.stubEnv('PATH', `${server.programs}:${process.env['PATH'] ?? ''}`);
});

afterEach(() => {
	vi.unstubAllEnvs();
});

async function search(): Promise<{engine: Engine | null; message: string}> {
	const {engine, error} = await searchEngine(
		{host: server.address},
		{platform: 'linux', environment: {HOME: server.folder}},
	);
	onTestFinished(async () => engine?.close());
	return {engine, message: error?.message ?? ''};
}

/** What a user types to see whether it works. */
const command = (): string =>
	server.address.replace(/^ssh:\/\/(.*):(\d+)$/v, 'ssh -p $2 $1');

const refused = (reason: string): string =>
	`The engine at ${server.address} can't be used: ${reason}`;

test('an engine behind ssh is used as any other', async () => {
	const {engine, message} = await search();
	expect(message).toBe('');
	expect(engine!.description.version).toBe(version.split('+', 1)[0]);
	await expect(engine!.capabilities()).resolves.not.toHaveLength(0);
});

test('a host that is not known is told, and never asked about', async () => {
	await server.configure('own', 'stranger');
	const {message} = await search();
	expect(message).toBe(
		refused(
			`ssh doesn't trust the host's key. Run ${command()} once and see whether the key is the right one.`,
		),
	);
});

test('a key that opens nothing is told', async () => {
	await server.configure('stranger');
	const {message} = await search();
	expect(message).toBe(
		refused(
			`ssh is not let in there without a password. Add your key to ssh-agent, so that ${command()} asks nothing.`,
		),
	);
});

test('a machine without docker, and one whose engine is off, are told apart', async () => {
	onTestFinished(async () => server.serve(await server.remoteDocker()));

	await server.serve('PATH=/nowhere');
	const without = await search();
	expect(without.message).toContain("there is no docker in that user's PATH");

	const own = await server.remoteDocker();
	await server.serve(own.replace(dockerHost, 'unix:///nowhere.sock'));
	const off = await search();
	expect(off.message).toContain('no engine runs there. Start Docker on');
});
