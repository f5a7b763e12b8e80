import {once} from 'node:events';
import {mkdtemp, readFile, rm, writeFile} from 'node:fs/promises';
import {type AddressInfo, connect} from 'node:net';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {createServer} from 'node:tls';
import {afterAll, beforeAll, expect, onTestFinished, test, vi} from 'vitest';
import {searchEngine} from '../../../source/engine/open-engine.js';
import {dockerClient} from '../engine.js';
import {attempt, run} from '../process.js';
import {testEngine} from '../test-engine.js';
import {Authority} from './certificates.js';
import {SshServer} from './ssh-server.js';

const engine = testEngine();
const nowhere = 'unix:///nowhere.sock';
let folder: string;
let client: string;

beforeAll(async () => {
	folder = await mkdtemp(path.join(tmpdir(), 'mstage-contexts-'));
	({command: client} = await dockerClient(engine));
	await create('here', `host=${engine.dockerHost}`);
	await create('nowhere', `host=${nowhere}`);
});

afterAll(async () => {
	await rm(folder, {recursive: true});
});

/** Has Docker's own client write a context into the configuration folder. */
async function create(name: string, endpoint: string): Promise<void> {
	await run(client, ['context', 'create', name, '--docker', endpoint], {
		env: environmentWith({}),
	});
}

function environmentWith(more: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
	return {
		PATH: process.env['PATH'],
		HOME: folder,
		DOCKER_CONFIG: folder,
		...more,
	};
}

async function ours(
	context: string | undefined,
	more: NodeJS.ProcessEnv,
): Promise<string> {
	const found = await searchEngine(
		{dockerContext: context},
		{platform: 'linux', environment: environmentWith(more)},
	);
	onTestFinished(async () => found.engine?.close());
	return found.engine
		? `${found.probes.at(-1)!.origin} at ${found.engine.description.address}`
		: found.error!.message;
}

/** Whether Docker's own client reaches an engine. */
async function dockerReaches(
	context: string | undefined,
	more: NodeJS.ProcessEnv,
): Promise<boolean> {
	const flags = context === undefined ? [] : ['--context', context];
	const {code} = await attempt(client, [...flags, 'version'], {
		env: environmentWith(more),
	});
	return code === 0;
}

const here = `at ${engine.dockerHost}`;
const lost = `The engine at ${nowhere} can't be used`;

test.each([
	['here', {DOCKER_HOST: nowhere, DOCKER_CONTEXT: 'nowhere'}, here],
	['nowhere', {DOCKER_HOST: engine.dockerHost}, lost],
	[undefined, {DOCKER_HOST: nowhere, DOCKER_CONTEXT: 'here'}, lost],
	[
		undefined,
		{DOCKER_HOST: engine.dockerHost, DOCKER_CONTEXT: 'nowhere'},
		`DOCKER_HOST ${here}`,
	],
	[undefined, {DOCKER_CONTEXT: 'here'}, `DOCKER_CONTEXT 'here' ${here}`],
	[undefined, {DOCKER_CONTEXT: 'nowhere'}, lost],
	['her', {}, "There is no Docker context 'her'. Did you mean 'here'?"],
] as const)(
	'--context %s with %o leads where it leads Docker’s own client',
	async (context, more, expected) => {
		expect(await ours(context, more)).toContain(expected);
		expect(await dockerReaches(context, more)).toBe(expected.endsWith(here));
	},
);

test('the current context is the last that is asked', async () => {
	await run(client, ['context', 'use', 'here'], {env: environmentWith({})});
	onTestFinished(async () => {
		await writeFile(path.join(folder, 'config.json'), '{}');
	});
	const written = await readFile(path.join(folder, 'config.json'), 'utf8');
	expect(JSON.parse(written)).toMatchObject({currentContext: 'here'});
	expect(await ours(undefined, {})).toBe(`the current context 'here' ${here}`);
	expect(await ours(undefined, {DOCKER_CONTEXT: 'nowhere'})).toContain(lost);
	expect(await dockerReaches(undefined, {})).toBe(true);
	expect(await dockerReaches(undefined, {DOCKER_CONTEXT: 'nowhere'})).toBe(
		false,
	);
});

test('a context brings its certificates along', async () => {
	const authority = await Authority.make(path.join(folder, 'authority'));
	const [serverSide, clientSide] = [
		await authority.issue('server', 'server'),
		await authority.issue('client', 'client'),
	];
	const server = createServer(
		{
			ca: await readFile(path.join(serverSide, 'ca.pem')),
			cert: await readFile(path.join(serverSide, 'cert.pem')),
			key: await readFile(path.join(serverSide, 'key.pem')),
			requestCert: true,
			rejectUnauthorized: true,
		},
		incoming => {
			const outgoing = connect(engine.dockerHost.replace('unix://', ''));
			for (const socket of [incoming, outgoing]) {
				socket.on('error', () => undefined);
				socket.on('close', () => {
					incoming.destroy();
					outgoing.destroy();
				});
			}

			incoming.pipe(outgoing).pipe(incoming);
		},
	).listen(0, '127.0.0.1');
	await once(server, 'listening');
	onTestFinished(() => {
		server.close();
	});
	const {port} = server.address() as AddressInfo;
	const host = `tcp://127.0.0.1:${port}`;
	await create(
		'secure',
		`host=${host},ca=${clientSide}/ca.pem,cert=${clientSide}/cert.pem,key=${clientSide}/key.pem`,
	);
	await create('without', `host=${host},ca=${clientSide}/ca.pem`);
	expect(await ours('secure', {})).toBe(`--docker-context 'secure' at ${host}`);
	expect(await dockerReaches('secure', {})).toBe(true);
	expect(await ours('without', {})).toContain('it wants a certificate of ours');
	expect(await dockerReaches('without', {})).toBe(false);
});

test('a context leads through ssh', async () => {
	const server = await SshServer.start(engine);
	vi.stubEnv('PATH', `${server.programs}:${process.env['PATH'] ?? ''}`);
	onTestFinished(async () => {
		vi.unstubAllEnvs();
		await server.stop();
	});
	await create('remote', `host=${server.address}`);
	expect(await ours('remote', {})).toBe(
		`--docker-context 'remote' at ${server.address}`,
	);
	expect(await dockerReaches('remote', {})).toBe(true);
});
