import {once} from 'node:events';
import {mkdtemp, readFile, rm, writeFile} from 'node:fs/promises';
import {type AddressInfo, connect, createServer, type Socket} from 'node:net';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {createServer as createTlsServer} from 'node:tls';
import {afterAll, beforeAll, expect, onTestFinished, test} from 'vitest';
import {searchEngine} from '../../../source/engine/open-engine.js';
import {prepareCli} from '../../e2e/cli.js';
import {type Daemon, endDaemon, startDaemon} from '../daemon.js';
import {innerAddress} from '../network.js';
import {run} from '../process.js';
import {parseVersion} from '../versions.js';
import {Authority} from './certificates.js';

let folder: string;
let own: Authority;
let other: Authority;
let daemon: Daemon;
let port: number;

beforeAll(async () => {
	folder = await mkdtemp(path.join(tmpdir(), 'mstage-tls-'));
	own = await Authority.make(path.join(folder, 'own'));
	other = await Authority.make(path.join(folder, 'other'));
	const server = await own.issue('server', 'server');
	daemon = await startDaemon({
		version: parseVersion('26.1.5'),
		detached: false,
		args: [
			'--host=tcp://0.0.0.0:2376',
			'--tlsverify',
			`--tlscacert=${server}/ca.pem`,
			`--tlscert=${server}/cert.pem`,
			`--tlskey=${server}/key.pem`,
		],
	});
	port = await forward(2376, innerAddress(daemon.slot.number));
});

afterAll(async () => {
	for (const close of closing) {
		close();
	}

	await endDaemon(daemon.slot);
	await rm(folder, {recursive: true});
});

const closing: Array<() => void> = [];

/** The certificate is for 127.0.0.1: brings what comes there to the engine's namespace. */
async function forward(to: number, host: string): Promise<number> {
	const server = createServer(incoming => {
		const outgoing = connect(to, host);
		for (const socket of [incoming, outgoing]) {
			socket.on('error', () => {
				incoming.destroy();
				outgoing.destroy();
			});
		}

		incoming.pipe(outgoing).pipe(incoming);
	});
	return listen(server);
}

async function listen(
	server: ReturnType<typeof createServer>,
): Promise<number> {
	const sockets = new Set<Socket>();
	server.on('connection', socket => {
		sockets.add(socket);
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	closing.push(() => {
		server.close();
		for (const socket of sockets) {
			socket.destroy();
		}
	});
	return (server.address() as AddressInfo).port;
}

/** What becomes of the engine there with the certificates of a folder, or without TLS. */
async function open(certificates: string | null, at = port): Promise<string> {
	const {engine, error} = await searchEngine(
		{host: `tcp://127.0.0.1:${at}`},
		{
			platform: 'linux',
			environment: {
				HOME: folder,
				...(certificates !== null && {
					DOCKER_TLS_VERIFY: '1',
					DOCKER_CERT_PATH: certificates,
				}),
			},
		},
	);
	if (!engine) {
		return error!.message;
	}

	onTestFinished(async () => engine.close());
	const capabilities = await engine.capabilities();
	return `${engine.description.version} with ${capabilities.length > 0 ? 'BuildKit' : 'nothing'}`;
}

const refused = (reason: string, at = port): string =>
	`The engine at tcp://127.0.0.1:${at} can't be used: ${reason}`;

test('an engine that wants certificates is used with those of its authority', async () => {
	expect(await open(await own.issue('client', 'client'))).toBe(
		'26.1.5 with BuildKit',
	);
});

test.each(['buildkit', 'legacy'] as const)(
	'a build reads its Dockerfile and its context over TLS: %s',
	async builder => {
		const context = await mkdtemp(path.join(folder, 'context-'));
		await writeFile(path.join(context, 'file'), 'a');
		const dockerfile = path.join(context, 'Dockerfile');
		await writeFile(dockerfile, 'FROM scratch\nCOPY file /\n');
		const cli = await prepareCli();
		onTestFinished(async () => cli.remove());
		const flags = ['--plain', '--pause', 'never', '--builder', builder];
		const told = await run(
			process.execPath,
			[cli.path, 'debug', ...flags, context],
			{
				env: {
					...process.env,
					DOCKER_HOST: `tcp://127.0.0.1:${port}`,
					DOCKER_TLS_VERIFY: '1',
					DOCKER_CERT_PATH: await own.issue(`of-${builder}`, 'client'),
				},
			},
		);
		expect(told).toContain('✔ finished');
	},
);

test('an engine of another authority is not trusted', async () => {
	const stranger = await other.issue('stranger', 'client');
	expect(await open(stranger)).toBe(
		refused(
			`its certificate is not one of the authority in ${stranger}/ca.pem. Put the engine's own ca.pem there.`,
		),
	);
});

test('a certificate of ours that the engine does not take is named', async () => {
	const foreign = await other.issue('foreign', 'client');
	const wrong = await own.issue('wrong', 'client');
	await Promise.all(
		['cert.pem', 'key.pem'].map(async name =>
			rm(path.join(wrong, name)).then(async () =>
				run('cp', [path.join(foreign, name), wrong]),
			),
		),
	);
	expect(await open(wrong)).toBe(
		refused(
			`it refuses the certificate ${wrong}/cert.pem. Take one that was made by the authority of the engine.`,
		),
	);
});

test('one that has expired is named', async () => {
	const expired = await own.issue('expired', 'client', -1);
	expect(await open(expired)).toBe(
		refused(
			`the certificate ${expired}/cert.pem has expired. Have a new one made.`,
		),
	);
});

test('without one the engine says that it wants one', async () => {
	const none = await own.issue('none', 'client');
	await Promise.all(
		['cert.pem', 'key.pem'].map(async name => rm(path.join(none, name))),
	);
	expect(await open(none)).toBe(
		refused(
			`it wants a certificate of ours, and there is none. Put cert.pem and key.pem into ${none}.`,
		),
	);
});

test('without TLS the engine says that it wants it', async () => {
	expect(await open(null)).toContain('it wants TLS. Set DOCKER_TLS_VERIFY=1');
});

test('an engine whose certificate has expired is not trusted', async () => {
	const client = await own.issue('another', 'client');
	const late = await own.issue('late', 'server', -1);
	const at = await listen(
		createTlsServer({
			cert: await readFile(path.join(late, 'cert.pem')),
			key: await readFile(path.join(late, 'key.pem')),
		}).on('tlsClientError', () => undefined),
	);
	expect(await open(client, at)).toBe(
		refused(
			'its certificate has expired. Have a new one made on the engine.',
			at,
		),
	);
});

test('an engine without TLS is told from one with it', async () => {
	const at = await listen(
		createServer(socket => {
			socket.on('error', () => undefined);
			socket.once('data', () => {
				socket.end('HTTP/1.1 400 Bad Request\r\n\r\n');
			});
		}),
	);
	expect(await open(await own.issue('plain', 'client'), at)).toContain(
		'it does not speak TLS',
	);
});
