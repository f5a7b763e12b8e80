import {createHash} from 'node:crypto';
import {mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {beforeEach, describe, expect, onTestFinished, test} from 'vitest';
import {
	type EngineChoice,
	listCandidates,
} from '../../source/engine/candidates.js';
import {UsageError} from '../../source/errors.js';

let home: string;

beforeEach(async () => {
	home = await mkdtemp(path.join(tmpdir(), 'mstage-home-'));
	onTestFinished(async () => rm(home, {recursive: true}));
});

/** A Docker configuration as `docker context create` and `docker context use` leave it. */
async function configure({
	contexts = {},
	current,
	tls,
}: {
	readonly contexts?: Readonly<Record<string, string>>;
	readonly current?: string;
	readonly tls?: Readonly<Record<string, string>>;
}): Promise<void> {
	const folder = path.join(home, '.docker');
	await mkdir(folder, {recursive: true});
	await writeFile(
		path.join(folder, 'config.json'),
		JSON.stringify({currentContext: current}),
	);
	for (const [Name, Host] of Object.entries(contexts)) {
		const hash = createHash('sha256').update(Name).digest('hex');
		const meta = path.join(folder, 'contexts/meta', hash);
		const own = path.join(folder, 'contexts/tls', hash, 'docker');
		// eslint-disable-next-line no-await-in-loop -- a few small files
		await mkdir(meta, {recursive: true});
		// eslint-disable-next-line no-await-in-loop -- a few small files
		await mkdir(own, {recursive: true});
		// eslint-disable-next-line no-await-in-loop -- a few small files
		await writeFile(
			path.join(meta, 'meta.json'),
			JSON.stringify({Name, Metadata: {}, Endpoints: {docker: {Host}}}),
		);
		for (const [name, content] of Object.entries(tls ?? {})) {
			// eslint-disable-next-line no-await-in-loop -- a few small files
			await writeFile(path.join(own, name), content);
		}
	}
}

async function found(
	choice: EngineChoice,
	environment: NodeJS.ProcessEnv = {},
	platform: NodeJS.Platform = 'linux',
): Promise<readonly string[]> {
	const {list} = await listCandidates(choice, {
		environment: {HOME: home, ...environment},
		platform,
	});
	return Promise.all(
		list.map(async ({origin, address}) => {
			const {text} = await address();
			return `${origin}: ${text}`;
		}),
	);
}

describe('who names the engine', () => {
	const environment = {
		DOCKER_HOST: 'tcp://from-environment',
		DOCKER_CONTEXT: 'work',
	};

	beforeEach(async () => {
		await configure({
			contexts: {work: 'tcp://work', home: 'ssh://me@home'},
			current: 'home',
		});
	});

	test('the flags come first', async () => {
		expect(await found({host: 'tcp://flag'}, environment)).toEqual([
			'--host: tcp://flag',
		]);
		expect(await found({dockerContext: 'home'}, environment)).toEqual([
			"--docker-context 'home': ssh://me@home",
		]);
	});

	test('then the environment, and the current context last', async () => {
		expect(await found({}, environment)).toEqual([
			'DOCKER_HOST: tcp://from-environment',
		]);
		expect(await found({}, {DOCKER_CONTEXT: 'work'})).toEqual([
			"DOCKER_CONTEXT 'work': tcp://work",
		]);
		expect(await found({})).toEqual([
			"the current context 'home': ssh://me@home",
		]);
	});

	test('the context called default is none', async () => {
		const [first] = await found({dockerContext: 'default'}, environment);
		expect(first).toBe('the default socket: unix:///var/run/docker.sock');
	});

	test('an unknown context is told with the one that is meant', async () => {
		await expect(found({dockerContext: 'wrok'})).rejects.toThrow(
			new UsageError("There is no Docker context 'wrok'. Did you mean 'work'?"),
		);
	});

	test('two flags are one too many', async () => {
		await expect(
			found({host: 'tcp://flag', dockerContext: 'home'}),
		).rejects.toThrow('give one of them');
	});
});

describe('where engines usually are', () => {
	test('on Linux', async () => {
		expect(await found({}, {XDG_RUNTIME_DIR: '/run/user/1'})).toEqual([
			'the default socket: unix:///var/run/docker.sock',
			'rootless Docker: unix:///run/user/1/docker.sock',
			`rootless Docker: unix://${home}/.docker/run/docker.sock`,
			`Docker Desktop: unix://${home}/.docker/desktop/docker.sock`,
			`Colima: unix://${home}/.colima/default/docker.sock`,
			`Colima: unix://${home}/.config/colima/default/docker.sock`,
			`the private engine: unix://${home}/.local/share/mstage/engine/docker.sock`,
		]);
	});

	test('on Windows', async () => {
		expect(await found({}, {}, 'win32')).toEqual([
			'the default pipe: npipe:////./pipe/docker_engine',
			'Docker Desktop: npipe:////./pipe/dockerDesktopLinuxEngine',
		]);
	});
});

describe('TLS', () => {
	async function tlsOf(choice: EngineChoice, environment: NodeJS.ProcessEnv) {
		const {list} = await listCandidates(choice, {
			environment: {HOME: home, ...environment},
			platform: 'linux',
		});
		const address = await list[0]!.address();
		return address.kind === 'tcp' ? address.tls : undefined;
	}

	test('comes with the context', async () => {
		await configure({
			contexts: {work: 'tcp://work'},
			tls: {'ca.pem': 'CA', 'cert.pem': 'CERT', 'key.pem': 'KEY'},
		});
		expect(await tlsOf({dockerContext: 'work'}, {})).toMatchObject({
			ca: 'CA',
			cert: 'CERT',
			key: 'KEY',
			verify: true,
		});
	});

	test('is not there for a context without files', async () => {
		await configure({contexts: {work: 'tcp://work'}});
		expect(await tlsOf({dockerContext: 'work'}, {})).toBeNull();
	});

	test('is what the environment asks for', async () => {
		const folder = path.join(home, 'certificates');
		await mkdir(folder);
		await writeFile(path.join(folder, 'ca.pem'), 'CA');
		const environment = {
			DOCKER_HOST: 'tcp://host',
			DOCKER_CERT_PATH: folder,
		};
		expect(await tlsOf({}, environment)).toBeNull();
		expect(
			await tlsOf({}, {...environment, DOCKER_TLS_VERIFY: '1'}),
		).toMatchObject({ca: 'CA', cert: null, verify: true, folder});
		expect(await tlsOf({}, {...environment, DOCKER_TLS: '1'})).toMatchObject({
			verify: false,
		});
	});

	test('needs both the certificate and its key', async () => {
		await configure({
			contexts: {work: 'tcp://work'},
			tls: {'cert.pem': 'CERT'},
		});
		await expect(tlsOf({dockerContext: 'work'}, {})).rejects.toThrow(
			'has cert.pem without key.pem',
		);
	});
});
