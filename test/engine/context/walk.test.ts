import {chmod, link, lutimes, rmdir, unlink, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {
	asBytePath,
	readableOf,
	textOf,
} from '../../../source/text/byte-path.js';
import {diskTree} from '../../../source/engine/context/disk-tree.js';
import {goFileMode} from '../../../source/engine/context/file-mode.js';
import {Filter} from '../../../source/engine/context/filter.js';
import {PatternMatcher} from '../../../source/text/ignore-patterns.js';
import {type Tree} from '../../../source/engine/context/tree.js';
import {walk, type WalkedEntry} from '../../../source/engine/context/walk.js';
import {makeTree} from './temporary-tree.js';

const noFilter = new Filter({includePatterns: [], excludePatterns: []});

async function entriesOf(
	tree: Tree,
	filter: Filter = noFilter,
): Promise<WalkedEntry[]> {
	const entries: WalkedEntry[] = [];
	for await (const entry of walk(tree, filter)) {
		entries.push(entry);
	}

	return entries;
}

async function pathsOf(
	root: string,
	filter: Filter = noFilter,
): Promise<string[]> {
	const entries = await entriesOf(diskTree(root), filter);
	return entries.map(({path}) => textOf(path));
}

const excluding = (...excludePatterns: string[]): Filter =>
	new Filter({includePatterns: [], excludePatterns});
const including = (...includePatterns: string[]): Filter =>
	new Filter({includePatterns, excludePatterns: []});

describe('walking a directory', () => {
	test('comes to a directory before its entries, and to names in the order of their bytes', async () => {
		const root = await makeTree({
			'a.b/x': '',
			'a/z': '',
			'a/b/c': '',
			'a-b': '',
			Z: '',
			é: '',
			'😀': '',
			'\uFFFD': '',
			'empty/': '',
		});
		expect(await pathsOf(root)).toEqual([
			'Z',
			'a',
			'a/b',
			'a/b/c',
			'a/z',
			'a-b',
			'a.b',
			'a.b/x',
			'empty',
			'é',
			'\uFFFD',
			'😀',
		]);
	});

	test('says what each entry is', async () => {
		const root = await makeTree({
			file: 'hello',
			'dir/': '',
			link: '→ no/where',
		});
		await chmod(join(root, 'file'), 0o4751);
		await lutimes(join(root, 'file'), 1, 1_700_000_000.25);
		await lutimes(join(root, 'link'), 1, 1000.5);
		const [directory, file, symbolicLink] = await entriesOf(diskTree(root));
		expect(directory!.status).toMatchObject({
			mode: goFileMode.directory + 0o755,
			size: 0n,
			linkTarget: '',
			hardLinkKey: null,
		});
		expect(file!.status).toEqual({
			mode: goFileMode.setUserId + 0o751,
			size: 5n,
			modTime: 1_700_000_000_250_000_000n,
			linkTarget: '',
			hardLinkKey: null,
			inode: expect.any(BigInt) as bigint,
			device: null,
		});
		expect(symbolicLink!.status).toMatchObject({
			mode: goFileMode.symbolicLink + 0o777,
			modTime: 1_000_500_000_000n,
			linkTarget: 'no/where',
		});
	});

	test('knows the names of one file from each other’s', async () => {
		const root = await makeTree({a: 'same', b: 'same'});
		await link(join(root, 'a'), join(root, 'c'));
		const [a, b, c] = await entriesOf(diskTree(root));
		expect(a!.status.hardLinkKey).not.toBeNull();
		expect(c!.status.hardLinkKey).toBe(a!.status.hardLinkKey);
		expect(b!.status.hardLinkKey).toBeNull();
	});

	test('follows no link in it, but one to it', async () => {
		const root = await makeTree({'dir/file': '', link: '→ dir'});
		expect(await pathsOf(join(root, 'link'))).toEqual(['file']);
		expect(await pathsOf(root)).toEqual(['dir', 'dir/file', 'link']);
	});

	test('gives the event loop its turns', async () => {
		const root = await makeTree();
		const tree: Tree = {
			...diskTree(root),
			readDirectory: path =>
				path === '' ? [{name: asBytePath('d'), isDirectory: true}] : endless,
		};
		let turns = 0;
		const timer = setInterval(() => {
			turns++;
		});
		for await (const {path} of walk(tree, excluding('**', '!**/never'))) {
			expect.unreachable(`${path} is excluded`);
		}

		clearInterval(timer);
		expect(turns).toBeGreaterThan(0);
	});
});

// Enough entries that deciding about them takes longer than a time slice.
const endless = Array.from({length: 50_000}, (_, index) => ({
	name: asBytePath(String(index)),
	isDirectory: false,
}));

describe('a filter', () => {
	test('leaves out what is excluded, and a directory with everything in it', async () => {
		const root = await makeTree({'a/b/c': '', 'b/a': '', c: ''});
		expect(await pathsOf(root, excluding('a'))).toEqual(['b', 'b/a', 'c']);
	});

	test('takes only what is included, with the directories above it', async () => {
		const root = await makeTree({'a/b/c': '', 'a/d': '', 'ab/c': '', c: ''});
		expect(await pathsOf(root, including('a/b'))).toEqual([
			'a',
			'a/b',
			'a/b/c',
		]);
		expect(await pathsOf(root, including('**/c'))).toEqual([
			'a',
			'a/b',
			'a/b/c',
			'ab',
			'ab/c',
			'c',
		]);
	});

	test('brings an excluded directory back for an exception in it', async () => {
		const root = await makeTree({'a/b/keep': '', 'a/b/no': '', 'a/c/no': ''});
		expect(await pathsOf(root, excluding('a', '!a/b/keep'))).toEqual([
			'a',
			'a/b',
			'a/b/keep',
		]);
	});

	test('keeps the walk out of directories that hold nothing for it', async () => {
		const root = await makeTree({
			'a/b/c': '',
			'no/b/c': '',
			'node_modules/x/y': '',
		});
		const visited: string[] = [];
		const tree = diskTree(root);
		const spy: Tree = {
			...tree,
			readDirectory(path) {
				visited.push(path);
				return tree.readDirectory(path);
			},
		};
		await entriesOf(spy, including('a/b/**'));
		expect(visited).toEqual(['', 'a', 'a/b']);
		visited.length = 0;
		await entriesOf(spy, excluding('**', '!a/b/*'));
		expect(visited).toEqual(['', 'a', 'a/b']);
	});

	test('doesn’t find what only a trailing */** means, as Docker doesn’t', async () => {
		const root = await makeTree({'a/b/c': '', 'a/d': ''});
		expect(await pathsOf(root, including('a/*/**'))).toEqual([]);
		expect(await pathsOf(root, excluding('a', '!a/*/**'))).toEqual([]);
	});

	test('never keeps the walk out of a directory that holds something', async () => {
		const names = ['a', 'b', 'ab'];
		const directories = names.flatMap(x => names.map(y => `d${x}/d${y}`));
		const files = directories.flatMap(directory =>
			names.map(name => `${directory}/${name}`),
		);
		const root = await makeTree(Object.fromEntries(files.map(f => [f, ''])));
		const all = await pathsOf(root);
		const element = fc.constantFrom(
			'da',
			'db',
			'a',
			'b',
			'*',
			'd?',
			'**',
			'dab',
		);
		const pattern = fc
			.tuple(
				fc.constantFrom('', '', '!'),
				fc.array(element, {minLength: 1, maxLength: 3}),
			)
			.map(([exception, elements]) => exception + elements.join('/'))
			.filter(text => !text.endsWith('/*/**'));
		const patterns = fc.array(pattern, {maxLength: 3});
		await fc.assert(
			fc.asyncProperty(patterns, patterns, async (included, excluded) => {
				const filter = new Filter({
					includePatterns: included,
					excludePatterns: excluded,
				});
				expect(await pathsOf(root, filter)).toEqual(
					wantedOf(all, included, excluded),
				);
			}),
			{numRuns: 300},
		);
	});
});

/** What of some paths is wanted, with the directories above it, by asking about each. */
function wantedOf(
	paths: readonly string[],
	included: readonly string[],
	excluded: readonly string[],
): string[] {
	const include = new PatternMatcher(included);
	const exclude = new PatternMatcher(excluded);
	const wanted = paths.filter(
		path =>
			(included.length === 0 || include.isMatched(path)) &&
			!exclude.isMatched(path),
	);
	return paths.filter(path =>
		wanted.some(other => `${other}/`.startsWith(`${path}/`)),
	);
}

describe('trouble', () => {
	const failing = (tree: Tree, path: string, code: string): Tree => ({
		...tree,
		readDirectory(directory) {
			if (directory === path) {
				throw Object.assign(new Error(`${code}: refused`), {code});
			}

			return tree.readDirectory(directory);
		},
	});

	test('an entry that vanishes is left out, and so is what was in it', async () => {
		const root = await makeTree({'a/x': '', 'b/x': '', c: '', d: ''});
		const tree = diskTree(root);
		const seen: string[] = [];
		for await (const {path} of walk(tree, noFilter)) {
			if (seen.length === 0) {
				await unlink(join(root, 'b/x'));
				await rmdir(join(root, 'b'));
				await unlink(join(root, 'c'));
			}

			seen.push(path);
		}

		expect(seen).toEqual(['a', 'a/x', 'd']);
	});

	test('a directory that has become something else is not entered', async () => {
		const root = await makeTree({'a/x': '', 'b/x': ''});
		const seen: string[] = [];
		for await (const {path} of walk(diskTree(root), noFilter)) {
			seen.push(path);
			if (path === 'b') {
				await unlink(join(root, 'b/x'));
				await rmdir(join(root, 'b'));
				await writeFile(join(root, 'b'), '');
			}
		}

		expect(seen).toEqual(['a', 'a/x', 'b']);
	});

	test('a directory that may not be read is named', async () => {
		const root = await makeTree({'a/b/c': ''});
		await expect(
			entriesOf(failing(diskTree(root), 'a/b', 'EACCES')),
		).rejects.toThrow(
			`${root}/a/b can't be sent to the engine: you may not read it; change its permissions or exclude it in .dockerignore.`,
		);
	});

	test('one that is excluded doesn’t matter', async () => {
		const root = await makeTree({'a/b/c': '', d: ''});
		const tree = failing(diskTree(root), 'a', 'EACCES');
		const entries = await entriesOf(tree, excluding('a', '!a/x'));
		expect(entries.map(({path}) => readableOf(path))).toEqual(['d']);
	});

	test('any other error is told with what the system says', async () => {
		const root = await makeTree({'a/b': ''});
		await expect(
			entriesOf(failing(diskTree(root), 'a', 'EIO')),
		).rejects.toThrow(`${root}/a can't be sent to the engine: EIO: refused;`);
	});

	test('a context that isn’t there is named', async () => {
		const root = await makeTree();
		await rmdir(root);
		await expect(entriesOf(diskTree(root))).rejects.toThrow(
			`${root} was deleted before it could be sent to the engine; run the build again.`,
		);
	});
});
