import {Buffer} from 'node:buffer';
import {chmod, readFile, writeFile} from 'node:fs/promises';
import {delimiter, join} from 'node:path';
import process from 'node:process';
import {inspect} from 'node:util';
import {afterEach, describe, expect, test, vi} from 'vitest';
import {UsageError} from '../../../../source/errors.js';
import {
	type CredentialStore,
	dockerCredentials,
} from '../../../../source/engine/docker/credentials.js';
import {
	type RegistryCredentials,
	readDockerConfiguration,
} from '../../../../source/engine/docker/configuration.js';
import {makeTree} from '../../context/temporary-tree.js';

const anonymous = {username: '', secret: ''};
const dockerHub = 'registry-1.docker.io';
const dockerHubKey = 'https://index.docker.io/v1/';
const base64 = (text: string): string => Buffer.from(text).toString('base64');

type UserSetup = {
	readonly root: string;
	readonly store: CredentialStore;
};

/** A user with this configuration and these credential helpers (shell scripts), in a directory of its own. */
async function setUp(
	configuration: unknown,
	helpers: Readonly<Record<string, string>> = {},
): Promise<UserSetup> {
	const root = await makeTree({
		'config.json': JSON.stringify(configuration),
	});
	for (const [name, script] of Object.entries(helpers)) {
		const path = join(root, `docker-credential-${name}`);
		// eslint-disable-next-line no-await-in-loop -- there are one or two
		await writeFile(path, `#!/bin/sh\n${script}\n`);
		// eslint-disable-next-line no-await-in-loop
		await chmod(path, 0o755);
	}

	vi.stubEnv('PATH', `${root}${delimiter}${process.env['PATH']}`);
	const store = dockerCredentials(async () =>
		readDockerConfiguration({DOCKER_CONFIG: root}),
	);
	return {root, store};
}

async function find(
	host: string,
	configuration: unknown,
	helpers?: Readonly<Record<string, string>>,
): Promise<RegistryCredentials> {
	const {store} = await setUp(configuration, helpers);
	return store.credentialsFor(host);
}

afterEach(() => {
	vi.unstubAllEnvs();
});

describe('credentials in the configuration', () => {
	test('of a registry', async () => {
		const auths = {'localhost:5000': {auth: base64('user:pass:word\0\0')}};
		expect(await find('localhost:5000', {auths})).toEqual({
			username: 'user',
			secret: 'pass:word',
		});
		expect(await find('localhost', {auths})).toEqual(anonymous);
	});

	test('of Docker Hub, which has another name there', async () => {
		const auths = {[dockerHubKey]: {auth: base64('user:pass')}};
		expect(await find(dockerHub, {auths})).toEqual({
			username: 'user',
			secret: 'pass',
		});
	});

	test('of an address as older versions stored it', async () => {
		const auths = {'https://example.com/v2/': {auth: base64('user:pass')}};
		expect(await find('example.com', {auths})).toEqual({
			username: 'user',
			secret: 'pass',
		});
	});

	test('that are an identity token', async () => {
		const auths = {
			'example.com': {auth: base64('user:'), identitytoken: 'token'},
		};
		expect(await find('example.com', {auths})).toEqual({
			username: '',
			secret: 'token',
		});
	});

	test('that are written out', async () => {
		const auths = {'example.com': {username: 'user', password: 'pass'}};
		expect(await find('example.com', {auths})).toEqual({
			username: 'user',
			secret: 'pass',
		});
	});

	test.each([
		['nothing', {}],
		['null', null],
		['an empty entry, as a helper leaves it', {auths: {'example.com': {}}}],
		['something else', {auths: {'example.com': {auth: 7}}, credsStore: []}],
	])('that are %s', async (_, configuration) => {
		expect(await find('example.com', configuration)).toEqual(anonymous);
	});

	test('that aren’t there, as the user never logged in', async () => {
		const root = await makeTree();
		const store = dockerCredentials(async () =>
			readDockerConfiguration({DOCKER_CONFIG: join(root, 'no')}),
		);
		expect(await store.credentialsFor('example.com')).toEqual(anonymous);
	});

	test('that can’t be read are told, and looked for again', async () => {
		const {root, store} = await setUp({});
		const file = join(root, 'config.json');
		await writeFile(file, '{');
		await expect(store.credentialsFor('example.com')).rejects.toThrow(
			UsageError,
		);
		await expect(store.credentialsFor('example.com')).rejects.toThrow(
			`${file} can't be read: `,
		);
		await writeFile(file, '{}');
		expect(await store.credentialsFor('example.com')).toEqual(anonymous);
	});

	test('that can’t be read are not told themselves', async () => {
		const {root} = await setUp({});
		await writeFile(
			join(root, 'config.json'),
			`{"auths": {"x": {"auth": ${base64('me:secret')}}}}`,
		);
		const error: unknown = await readDockerConfiguration({
			DOCKER_CONFIG: root,
		}).catch((error_: unknown) => error_);
		expect(error).toBeInstanceOf(UsageError);
		expect(inspect(error)).not.toContain(base64('me:secret').slice(0, 6));
	});
});

describe('credential helpers', () => {
	const asks = `cat > "$(dirname "$0")/asked"; echo "$@" > "$(dirname "$0")/arguments"`;
	const answers = `${asks}; echo '{"ServerURL":"x","Username":"user","Secret":"pass"}'`;

	test('are asked for all registries', async () => {
		const {root, store} = await setUp({credsStore: 'all'}, {all: answers});
		expect(await store.credentialsFor(dockerHub)).toEqual({
			username: 'user',
			secret: 'pass',
		});
		expect(await readFile(join(root, 'asked'), 'utf8')).toBe(dockerHubKey);
		expect(await readFile(join(root, 'arguments'), 'utf8')).toBe('get\n');
	});

	test('are asked for single registries before that', async () => {
		const configuration = {
			credsStore: 'all',
			credHelpers: {'example.com': 'one'},
		};
		const helpers = {all: 'exit 1', one: answers};
		expect(await find('example.com', configuration, helpers)).toEqual({
			username: 'user',
			secret: 'pass',
		});
	});

	test('may answer with an identity token', async () => {
		const script = `echo '{"Username":"<token>","Secret":"token"}'`;
		expect(await find('x', {credsStore: 'all'}, {all: script})).toEqual({
			username: '',
			secret: 'token',
		});
	});

	test('may know nothing', async () => {
		const script = 'echo credentials not found in native keychain; exit 1';
		expect(await find('x', {credsStore: 'all'}, {all: script})).toEqual(
			anonymous,
		);
	});

	test('are asked once for questions that come together', async () => {
		const script = `echo >> "$(dirname "$0")/count"; ${answers}`;
		const {root, store} = await setUp({credsStore: 'all'}, {all: script});
		await Promise.all([
			store.credentialsFor('x'),
			store.credentialsFor('x'),
			store.credentialsFor('x'),
		]);
		await store.credentialsFor('x');
		expect(await readFile(join(root, 'count'), 'utf8')).toBe('\n');
	});

	test.each([
		[
			'isn’t there',
			{},
			"docker-credential-all, which FILE names, can't be run: spawn docker-credential-all ENOENT; install it, or take it out of that file.",
		],
		[
			'fails',
			{all: 'echo locked; exit 3'},
			'docker-credential-all, which FILE names, failed for x: locked; log in again with docker login.',
		],
		[
			'fails silently',
			{all: 'exit 3'},
			'docker-credential-all, which FILE names, failed for x: exit code 3; log in again with docker login.',
		],
		[
			'answers nonsense',
			{all: 'echo nonsense'},
			'docker-credential-all answered with something else than JSON; try it with echo HOST | docker-credential-all get.',
		],
	])('one that %s is named', async (_, helpers, message) => {
		const {root, store} = await setUp({credsStore: 'all'}, helpers);
		await expect(store.credentialsFor('x')).rejects.toThrow(
			new UsageError(message.replace('FILE', join(root, 'config.json'))),
		);
	});

	test('one whose name can be no name is told as one that isn’t there', async () => {
		const {store} = await setUp({credsStore: 'a\0b'}, {});
		const refusal = await store
			.credentialsFor('x')
			.catch((error: unknown) => error);
		expect(refusal).toBeInstanceOf(UsageError);
		expect((refusal as UsageError).message).toContain("can't be run");
	});
});
