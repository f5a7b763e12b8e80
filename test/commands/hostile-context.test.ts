import {Buffer} from 'node:buffer';
import {execFileSync} from 'node:child_process';
import {existsSync, statSync} from 'node:fs';
import {mkdir, readFile, symlink, truncate, writeFile} from 'node:fs/promises';
import {createServer} from 'node:net';
import path from 'node:path';
import {Readable} from 'node:stream';
import {gzipSync} from 'node:zlib';
import {describe, expect, onTestFinished, test, vi} from 'vitest';
import {
	type BuildPlace,
	findBuild,
	type PlaceFlags,
} from '../../source/commands/build-place.js';
import {readDockerfile} from '../../source/commands/read-dockerfile.js';
import {printTree} from '../../source/commands/tree.js';
import {
	findIgnoreFile,
	readExclusions,
} from '../../source/engine/context/context-listing.js';
import {readGraph} from '../../source/engine/read-graph.js';
import {packContext} from '../../source/engine/legacy/run/context-tar.js';
import {UsageError} from '../../source/errors.js';
import {makeTree} from '../engine/context/temporary-tree.js';
import {run} from '../engine/process.js';

/** What none of these may ever show. */
const hostText = 'FROM text-of-the-machine';

/** A folder with a file of the machine beside it. */
async function makeContext(
	contents: Readonly<Record<string, string>>,
): Promise<{readonly root: string; readonly outside: string}> {
	const outer = await makeTree({'host/file': `${hostText}\n`});
	const root = path.join(outer, 'context');
	await mkdir(root);
	for (const [name, text] of Object.entries(contents)) {
		const file = path.join(root, name);
		// eslint-disable-next-line no-await-in-loop
		await mkdir(path.dirname(file), {recursive: true});
		// eslint-disable-next-line no-await-in-loop
		await (text.startsWith('→ ')
			? symlink(text.slice(2).replace('OUTSIDE', `${outer}/host`), file)
			: writeFile(file, text));
	}

	return {root, outside: path.join(outer, 'host')};
}

async function fromTar(
	root: string,
	flags: Partial<PlaceFlags>,
): Promise<BuildPlace> {
	const archive = execFileSync('tar', ['-cC', root, '.']);
	return findBuild({context: '-', ...flags}, Readable.from([archive]));
}

async function fromGit(
	root: string,
	flags: Partial<PlaceFlags>,
): Promise<BuildPlace> {
	const git = async (...args: string[]) =>
		run('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], {
			cwd: root,
		});
	await git('init', '--quiet', '--initial-branch=main');
	await git('add', '.');
	await git('commit', '--quiet', '--message=one');
	vi.stubEnv('GIT_CONFIG_COUNT', '1');
	vi.stubEnv('GIT_CONFIG_KEY_0', `url.file://${root}.insteadOf`);
	vi.stubEnv('GIT_CONFIG_VALUE_0', 'https://example.test/app.git');
	onTestFinished(() => {
		vi.unstubAllEnvs();
	});
	return findBuild(
		{context: 'https://example.test/app.git', ...flags},
		Readable.from([]),
	);
}

const ways = {'a tar archive': fromTar, 'a Git repository': fromGit};

describe.each(Object.entries(ways))('in %s', (_, fetch) => {
	test.each<[string, Record<string, string>, string | undefined]>([
		['an absolute link', {Dockerfile: '→ OUTSIDE/file'}, undefined],
		['a link upwards', {Dockerfile: '→ ../host/file'}, undefined],
		['a link far upwards', {Dockerfile: `→ ${'../'.repeat(30)}etc/passwd`}, ''],
		[
			'a chain of links',
			{Dockerfile: '→ one', one: '→ two', two: '→ OUTSIDE/file'},
			undefined,
		],
		['a link of a folder', {docker: '→ OUTSIDE', x: ''}, 'docker/file'],
		['a link of a folder, and out', {'a/b': '→ ../../host', x: ''}, 'a/b/file'],
		['a name upwards', {Dockerfile: 'FROM scratch\n'}, '../host/file'],
		['a name in and out', {'a/x': ''}, 'a/../../host/file'],
		['an absolute name', {Dockerfile: 'FROM scratch\n'}, '/etc/passwd'],
		['links in a circle', {Dockerfile: '→ other', other: '→ Dockerfile'}, ''],
		['a link to itself', {Dockerfile: '→ Dockerfile'}, undefined],
	])('%s as the Dockerfile is refused', async (__, contents, file) => {
		const {root} = await makeContext(contents);
		const told = await fetch(root, file ? {file} : {}).then(
			() => 'nothing',
			(error: unknown) => {
				expect(error).toBeInstanceOf(UsageError);
				return (error as Error).message;
			},
		);
		expect(told).toMatch(/must be within|There is no|in a circle/v);
		expect(told).not.toContain(hostText);
		expect(told).not.toContain('root:');
	});

	test.each<[string, Record<string, string>, string | undefined, string]>([
		[
			'a link',
			{Dockerfile: '→ docker/real', 'docker/real': 'FROM scratch AS in\n'},
			undefined,
			'FROM scratch AS in\n',
		],
		[
			'an absolute link, whose root is the context',
			{Dockerfile: '→ /docker/real', 'docker/real': 'FROM scratch AS in\n'},
			undefined,
			'FROM scratch AS in\n',
		],
		[
			'a chain, through a folder, upwards',
			{
				'docker/Dockerfile': '→ ../other/one',
				other: '→ deep/er',
				'deep/er/one': '→ ../../two',
				two: 'FROM scratch AS two\n',
			},
			'docker/Dockerfile',
			'FROM scratch AS two\n',
		],
		[
			'a plain file in a folder',
			{'a/b': 'FROM scratch AS b\n'},
			'./a//b',
			'FROM scratch AS b\n',
		],
		[
			'an absolute name',
			{'a/b': 'FROM scratch AS b\n'},
			'/a/b',
			'FROM scratch AS b\n',
		],
	])('%s inside is read', async (__, contents, file, expected) => {
		const {root} = await makeContext({
			...contents,
			[`${file ?? 'Dockerfile'}.dockerignore`]: 'beside\n',
		});
		const place = await fetch(root, file ? {file} : {});
		expect(await readFile(place.dockerfile, 'utf8')).toBe(expected);
		expect(place.dockerfileName).toBe(file ?? 'Dockerfile');
		expect(await readExclusions(place)).toEqual(['beside']);
	});

	test.each(['.dockerignore', 'Dockerfile.dockerignore'])(
		'a link out as %s is none',
		async name => {
			const {root} = await makeContext({
				Dockerfile: 'FROM scratch\n',
				[name]: '→ OUTSIDE/file',
			});
			const place = await fetch(root, {});
			expect(await findIgnoreFile(place)).toBe(null);
			const {stream} = await packContext(place, 'FROM scratch\n');
			const chunks = await stream.toArray();
			expect(chunks.join('')).not.toContain(hostText);
		},
	);

	test('a link as .dockerignore inside is followed', async () => {
		const {root} = await makeContext({
			Dockerfile: 'FROM scratch\n',
			'.dockerignore': '→ /shared/ignore',
			'shared/ignore': 'a\n',
		});
		expect(await readExclusions(await fetch(root, {}))).toEqual(['a']);
	});
});

test('of a context on this machine, Docker’s client for the legacy builder follows an ignore file anywhere', async () => {
	const {root: context, outside} = await makeContext({
		'.dockerignore': '→ OUTSIDE/file',
	});
	// BuildKit looks for it in what it was sent, where the link leads nowhere.
	const dockerfile = path.join(context, 'Dockerfile');
	expect(await readExclusions({context, dockerfile})).toEqual([]);
	expect(await readExclusions({context, dockerfile: null})).toEqual([hostText]);
	expect(existsSync(outside)).toBe(true);
});

test('what is on standard input is for this user alone, and gone at the end', async () => {
	const place = await findBuild(
		{context: '-'},
		Readable.from(['FROM scratch\n']),
	);
	const modeOf = (file: string): string => statSync(file).mode.toString(8);
	expect(modeOf(place.dockerfile)).toBe('100600');
	expect(modeOf(path.dirname(place.dockerfile))).toBe('40700');
});

/** What isn't read as a text is refused at once, in one sentence. */
const unfit: Readonly<
	Record<
		string,
		readonly [(file: string) => Promise<unknown> | unknown, RegExp]
	>
> = {
	'a named pipe': [async file => run('mkfifo', [file]), /it is a named pipe/v],
	'a device': [async file => symlink('/dev/zero', file), /it is a device/v],
	'a folder': [async file => mkdir(file), /it is a folder/v],
	'a socket': [
		async file => {
			const server = createServer().listen(file);
			onTestFinished(() => {
				server.close();
			});
			await new Promise(resolve => {
				server.once('listening', resolve);
			});
		},
		/it is a socket/v,
	],
	'a file of 3 GB': [
		async file => {
			await writeFile(file, '');
			await truncate(file, 3e9);
		},
		/it has more than 16 MiB, which no builder takes/v,
	],
	'a link in a circle': [
		async file => symlink(path.basename(file), file),
		/lead round in a circle/v,
	],
};

describe.each(Object.entries(unfit))('%s', (_, [make, reason]) => {
	test('is no Dockerfile', async () => {
		const context = await makeTree({});
		const dockerfile = path.join(context, 'Dockerfile');
		await make(dockerfile);
		await expect(readDockerfile({context}, Readable.from([]))).rejects.toThrow(
			reason,
		);
		await expect(
			readGraph(
				{
					context,
					dockerfile,
					dockerfileName: 'Dockerfile',
					buildArguments: {},
					secrets: [],
					noCache: false,
					tags: [],
				},
				{platform: 'linux/amd64'},
			),
		).rejects.toThrow(reason);
	});

	test('is no ignore file', async () => {
		const context = await makeTree({});
		await make(path.join(context, '.dockerignore'));
		await expect(readExclusions({context, dockerfile: null})).rejects.toThrow(
			reason,
		);
	});
});

describe('on standard input', () => {
	const give = async (bytes: Uint8Array, flags: Partial<PlaceFlags> = {}) =>
		findBuild({context: '-', ...flags}, Readable.from([bytes]));

	async function tarOf(...options: string[]): Promise<Buffer> {
		const root = await makeTree({
			Dockerfile: 'FROM scratch\n',
			noise: Buffer.from(
				Array.from({length: 60_000}, (_, index) => (index * 7919) % 251),
			).toString('latin1'),
		});
		return execFileSync('tar', ['-c', ...options, '-C', root, '.']);
	}

	test.each([[], ['--gzip'], ['--bzip2'], ['--xz']])(
		'an archive (%j) may come whole, and is told when it is cut off',
		async (...options: string[]) => {
			const archive = await tarOf(...options);
			const place = await give(archive);
			expect(await readFile(place.dockerfile, 'utf8')).toBe('FROM scratch\n');
			await expect(
				give(archive.subarray(0, archive.length / 2)),
			).rejects.toThrow(
				/^The (?:tar|gzip|bzip2|xz) archive on standard input is cut off \(.+\): make it anew/v,
			);
		},
	);

	test.each<[string, Uint8Array, RegExp]>([
		[
			'the start of a gzip archive',
			new Uint8Array([0x1f, 0x8b, 0x08, 0, 1, 2]),
			/The gzip archive on standard input is cut off/v,
		],
		[
			'a compressed Dockerfile',
			gzipSync('FROM scratch\n'),
			/What is compressed with gzip on standard input is no tar archive/v,
		],
		[
			'garbage behind the start of gzip',
			Buffer.concat([
				Buffer.from([0x1f, 0x8b, 0x08, 0, 0, 0, 0, 0, 0, 3]),
				Buffer.alloc(2000, 0xee),
			]),
			/The gzip archive on standard input is damaged/v,
		],
		[
			'a zip archive',
			Buffer.from('PK\u0003\u0004rest'),
			/^Standard input is a zip archive, not a Dockerfile: a tar archive/v,
		],
		[
			'a 7z archive',
			Buffer.from('377abcaf271c0004', 'hex'),
			/is a 7z archive/v,
		],
		['a program', Buffer.from('\u007FELF\u0002\u0001'), /is a program/v],
		[
			'the start of a tar archive',
			Buffer.concat([Buffer.from('Dockerfile'), Buffer.alloc(290)]),
			/neither a Dockerfile nor a whole archive \(it begins with the bytes 44 6f 63 6b\)/v,
		],
		[
			'UTF-16',
			Buffer.from('FROM scratch\n', 'utf16le'),
			/neither a Dockerfile nor a whole archive/v,
		],
	])('%s is told', async (_, bytes, reason) => {
		await expect(give(bytes)).rejects.toThrow(reason);
	});

	test('a Dockerfile without an end is not read to the end', async () => {
		let given = 0;
		async function* endless() {
			for (;;) {
				given++;
				yield Buffer.alloc(1024 * 1024, '# x\n');
			}
		}

		for (const flags of [{context: '-'}, {context: '.', file: '-'}] as const) {
			given = 0;
			// eslint-disable-next-line no-await-in-loop
			await expect(findBuild(flags, Readable.from(endless()))).rejects.toThrow(
				/it has more than 16 MiB/v,
			);
			expect(given).toBeLessThan(40);
		}

		await expect(
			readDockerfile({context: '.', file: '-'}, Readable.from(endless())),
		).rejects.toThrow(/it has more than 16 MiB/v);
	});

	test('an archive is no Dockerfile for --file -', async () => {
		await expect(
			findBuild({context: '.', file: '-'}, Readable.from([await tarOf()])),
		).rejects.toThrow(/^Standard input is a tar archive, not a Dockerfile/v);
	});

	test('the tree of an archive is that of its own Dockerfile', async () => {
		const root = await makeTree({own: 'FROM scratch AS theirs\n'});
		const archive = execFileSync('tar', ['-cC', root, '.']);
		let output = '';
		await printTree(
			{context: '-', file: 'own', format: 'text', color: false},
			{
				stdin: Readable.from([archive]),
				stdout: {
					write(text: string) {
						output += text;
					},
				},
			},
		);
		expect(output).toContain('theirs');
	});
});
