import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {expect, onTestFinished, test} from 'vitest';
import {defaultPlatform} from '../../source/commands/build-flags.js';
import {withPassedOn} from '../../source/commands/passed-on.js';
import type {BuildRequest} from '../../source/engine/port.js';

const address = 'unix:///e.sock';

const proxies = {
	default: {httpProxy: 'http://d:1', noProxy: 'a,b', allProxy: 'http://all:1'},
	'tcp://other:1': {httpsProxy: 'http://o:1'},
};

async function passed(
	options: {
		readonly builder?: 'BuildKit' | 'legacy';
		readonly address?: string;
		readonly env?: Readonly<Record<string, string>>;
		readonly given?: Readonly<Record<string, string>>;
	} = {},
): Promise<BuildRequest> {
	const folder = await mkdtemp(path.join(tmpdir(), 'mstage-proxies-'));
	onTestFinished(async () => rm(folder, {recursive: true}));
	await writeFile(path.join(folder, 'config.json'), JSON.stringify({proxies}));
	return withPassedOn(
		{
			context: '/c',
			dockerfile: '/c/Dockerfile',
			dockerfileName: 'Dockerfile',
			buildArguments: options.given ?? {},
			secrets: [],
			noCache: false,
			tags: [],
		},
		{
			builder: options.builder ?? 'BuildKit',
			address: options.address ?? address,
		},
		{DOCKER_CONFIG: folder, ...options.env},
	);
}

test('the proxies of config.json go to BuildKit as buildx passes them', async () => {
	const {buildArguments} = await passed();
	expect(buildArguments).toEqual({HTTP_PROXY: 'http://d:1', NO_PROXY: 'a,b'});
});

test('they go to the legacy builder in both cases, with the one for all', async () => {
	const {buildArguments} = await passed({builder: 'legacy'});
	expect(buildArguments).toEqual({
		HTTP_PROXY: 'http://d:1',
		http_proxy: 'http://d:1',
		NO_PROXY: 'a,b',
		no_proxy: 'a,b',
		ALL_PROXY: 'http://all:1',
		all_proxy: 'http://all:1',
	});
});

test('those of the engine itself take the place of the default ones', async () => {
	const {buildArguments} = await passed({address: 'tcp://other:1'});
	expect(buildArguments).toEqual({HTTPS_PROXY: 'http://o:1'});
});

test('SOURCE_DATE_EPOCH goes to BuildKit alone', async () => {
	const env = {SOURCE_DATE_EPOCH: '1700000000'};
	const {buildArguments} = await passed({env});
	expect(buildArguments).toMatchObject(env);
	const legacy = await passed({env, builder: 'legacy'});
	expect(legacy.buildArguments).not.toHaveProperty('SOURCE_DATE_EPOCH');
	const empty = await passed({env: {SOURCE_DATE_EPOCH: ''}});
	expect(empty.buildArguments).not.toHaveProperty('SOURCE_DATE_EPOCH');
});

test('what --build-arg gives wins', async () => {
	const {buildArguments} = await passed({
		env: {SOURCE_DATE_EPOCH: '1'},
		given: {SOURCE_DATE_EPOCH: '2', HTTP_PROXY: ''},
	});
	expect(buildArguments).toMatchObject({
		SOURCE_DATE_EPOCH: '2',
		HTTP_PROXY: '',
	});
});

test('DOCKER_DEFAULT_PLATFORM is the platform where none is given', async () => {
	const {platform} = await passed({
		env: {DOCKER_DEFAULT_PLATFORM: 'linux/arm64'},
	});
	expect(platform).toBe('linux/arm64');
});

test('a default platform that is none is named with where it comes from', () => {
	const environment = {DOCKER_DEFAULT_PLATFORM: 'a/b/c/d'};
	expect(() => defaultPlatform(undefined, environment)).toThrow(
		/^DOCKER_DEFAULT_PLATFORM: "a\/b\/c\/d" is no valid platform/v,
	);
	expect(() => defaultPlatform('lin@ux', environment)).toThrow(
		/^--platform: "lin@ux" is no valid platform/v,
	);
	expect(defaultPlatform('arm64', environment)).toBe('arm64');
	expect(defaultPlatform(undefined, {DOCKER_DEFAULT_PLATFORM: ''})).toBe(
		undefined,
	);
});
