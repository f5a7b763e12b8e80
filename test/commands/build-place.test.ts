import {readFile, readdir} from 'node:fs/promises';
import path from 'node:path';
import {Readable} from 'node:stream';
import {describe, expect, onTestFinished, test, vi} from 'vitest';
import {
	type BuildPlace,
	findBuild,
	type PlaceFlags,
} from '../../source/commands/build-place.js';
import {
	isGitAddress,
	parseGitAddress,
} from '../../source/commands/git-address.js';
import {makeTree} from '../engine/context/temporary-tree.js';
import {run} from '../engine/process.js';

async function find(
	flags: PlaceFlags,
	input: string | Uint8Array = '',
): Promise<BuildPlace> {
	return findBuild(flags, Readable.from([input]));
}

async function packed(
	contents: Readonly<Record<string, string>>,
	...options: readonly string[]
): Promise<Uint8Array> {
	const root = await makeTree(contents);
	const folder = await makeTree();
	const file = path.join(folder, 'a.tar');
	await run('tar', ['--create', ...options, `--file=${file}`, '-C', root, '.']);
	return readFile(file);
}

describe('where a build is', () => {
	test('in a folder, with the Dockerfile outside of it', async () => {
		const context = await makeTree({'in.txt': ''});
		const other = await makeTree({'Own.dockerfile': 'FROM scratch\n'});
		const file = path.join(other, 'Own.dockerfile');
		expect(await find({context, file})).toEqual({
			context,
			dockerfile: file,
			dockerfileName: file,
			identity: file,
		});
	});

	test('in a folder, with the Dockerfile on standard input', async () => {
		const context = await makeTree({'in.txt': ''});
		const place = await find({context, file: '-'}, 'FROM scratch\n');
		expect(place).toMatchObject({context, dockerfileName: 'Dockerfile'});
		expect(await readFile(place.dockerfile, 'utf8')).toBe('FROM scratch\n');
		const again = await find({context, file: '-'}, 'FROM scratch\n');
		expect(again.identity).toBe(place.identity);
		expect(again.dockerfile).not.toBe(place.dockerfile);
	});

	test('nowhere, with the Dockerfile on standard input', async () => {
		const place = await find({context: '-'}, 'FROM scratch\n');
		expect(await readdir(place.context)).toEqual([]);
		expect(await readFile(place.dockerfile, 'utf8')).toBe('FROM scratch\n');
	});

	test.each([[], ['--gzip']])(
		'in a tar archive on standard input: %j',
		async (...options: readonly string[]) => {
			const archive = await packed(
				{'b/own': 'FROM busybox\n', dockerfile: 'FROM scratch\n'},
				...options,
			);
			const place = await find({context: '-'}, archive);
			expect(await readFile(place.dockerfile, 'utf8')).toBe('FROM scratch\n');
			expect(place.dockerfileName).toBe('dockerfile');
			const own = await find({context: '-', file: 'b/own'}, archive);
			expect(await readFile(own.dockerfile, 'utf8')).toBe('FROM busybox\n');
		},
	);

	test('in a folder of a branch of a Git repository', async () => {
		const root = await makeTree({
			'app.git/docker/Dockerfile': 'FROM scratch\n',
		});
		const repository = path.join(root, 'app.git');
		const git = async (...args: string[]) =>
			run('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], {
				cwd: repository,
			});
		await git('init', '--quiet', '--initial-branch=work');
		await git('add', '.');
		await git('commit', '--quiet', '--message=one');
		// Git's own way to have one address stand for another (git-config(1), "url.<base>.insteadOf").
		vi.stubEnv('GIT_CONFIG_COUNT', '1');
		vi.stubEnv('GIT_CONFIG_KEY_0', `url.file://${root}/.insteadOf`);
		vi.stubEnv('GIT_CONFIG_VALUE_0', 'https://example.test/');
		onTestFinished(() => {
			vi.unstubAllEnvs();
		});
		const place = await find({
			context: 'https://example.test/app.git#work:docker',
		});
		expect(await readdir(place.context)).toEqual(['Dockerfile']);
	});
});

test.each<readonly [PlaceFlags, string | Uint8Array, RegExp]>([
	[{context: '-', file: '-'}, '', /not both: name a folder for one of them/v],
	[{context: '-'}, '', /Standard input is empty/v],
	[{context: '/nowhere'}, '', /There is no build context \/nowhere/v],
	[
		{context: 'https://example.com/a.tar.gz'},
		'',
		/is no Git repository, and other addresses are not fetched: download it/v,
	],
	[
		{context: 'https://127.0.0.1:1/a.git'},
		'',
		/^https:\/\/127\.0\.0\.1:1\/a\.git can't be read \(.+\): correct the address/v,
	],
	[{context: 'https://127.0.0.1:1/a.git#-x'}, '', /names no branch/v],
])('%j is refused', async (flags, input, reason) => {
	await expect(find(flags, input)).rejects.toThrow(reason);
});

test.each([
	['https://example.com/a.git', true],
	['https://example.com/a.git#b:c', true],
	['https://example.com/a.tar.gz', false],
	['git@example.com:a/b', true],
	['git://example.com/a', true],
	['ssh://git@example.com/a', true],
	['github.com/a/b', true],
	['github.com', false],
	['.', false],
])('%s is a Git repository: %j', (text, expected) => {
	expect(isGitAddress(text)).toBe(expected);
});

test('what of a Git repository an address means', () => {
	expect(parseGitAddress('github.com/a/b#v1:/c/d/')).toEqual({
		repository: 'https://github.com/a/b',
		reference: 'v1',
		folder: 'c/d',
	});
	expect(parseGitAddress('git@h:a')).toEqual({
		repository: 'git@h:a',
		reference: 'HEAD',
		folder: '',
	});
});
