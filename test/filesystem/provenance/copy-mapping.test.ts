import {describe, expect, test} from 'vitest';
import type {CopyOperation} from '../../../source/filesystem/provenance/copies.js';
import {
	type CopyMapping,
	mapCopy,
} from '../../../source/filesystem/provenance/copy-mapping.js';
import type {Look} from '../../../source/filesystem/provenance/copy-paths.js';
import type {Entry} from '../../../source/filesystem/tree/entry.js';
import {parentOf} from '../../../source/filesystem/tree/paths.js';
import {
	bytePathFromText as path,
	textOf,
} from '../../../source/text/byte-path.js';
import {directory, entry as file} from '../listings.js';
import {withParents} from '../made-up-build.js';

const from = {kind: 'stage', stage: 0} as const;

function symlink(at: string, linkTarget: string): Entry {
	return file(at, {linkTarget});
}

function look(entries: readonly Entry[]): Look {
	const all = withParents(entries);
	return {
		async stat(at) {
			return all.find(entry => entry.path === at) ?? null;
		},
		async readDirectory(at) {
			return all.filter(
				entry => entry.path !== '' && parentOf(entry.path) === at,
			);
		},
	};
}

async function mapping(
	operations: ReadonlyArray<Partial<CopyOperation>>,
	source: readonly Entry[],
	after: readonly Entry[],
): Promise<CopyMapping> {
	return mapCopy(
		{
			step: 3,
			operations: operations.map(operation => ({
				from,
				source: '',
				destination: '',
				...operation,
			})),
		},
		() => look(source),
		look(after),
	);
}

function origins(copy: CopyMapping, at: string): readonly string[] {
	return copy
		.originsOf(path(at))
		.map(({path: source, member}) =>
			member === null ? textOf(source) : `${textOf(source)}!${textOf(member)}`,
		);
}

function destinations(copy: CopyMapping, at: string): readonly string[] {
	return copy.destinationsOf(from, path(at)).map(one => textOf(one));
}

test('a file becomes its destination, or goes into it where that is a directory', async () => {
	const source = [file('out/app')];
	const renamed = await mapping(
		[{source: 'out/app', destination: 'bin/tool'}],
		source,
		[file('bin/tool')],
	);
	expect(origins(renamed, 'bin/tool')).toEqual(['out/app']);
	expect(destinations(renamed, 'out/app')).toEqual(['bin/tool']);
	expect(origins(renamed, 'bin/tool/app')).toEqual([]);

	const inside = await mapping(
		[{source: 'out/app', destination: 'bin'}],
		source,
		[file('bin/app')],
	);
	expect(origins(inside, 'bin/app')).toEqual(['out/app']);
	expect(origins(inside, 'bin')).toEqual([]);
});

test('of a directory its contents are copied, under the patterns of --parents and --exclude', async () => {
	const source = [
		file('src/a/x.go'),
		file('src/a/x.md'),
		file('src/.hidden'),
		file('src/skip/y.go'),
	];
	const copy = await mapping(
		[
			{
				source: 'src',
				destination: 'in/',
				included: ['**/*.go', '.h*'],
				excluded: ['skip'],
			},
		],
		source,
		[file('in/a/x.go'), file('in/.hidden')],
	);
	expect(origins(copy, 'in/a/x.go')).toEqual(['src/a/x.go']);
	expect(origins(copy, 'in/.hidden')).toEqual(['src/.hidden']);
	expect(origins(copy, 'in/a/x.md')).toEqual([]);
	expect(destinations(copy, 'src/skip/y.go')).toEqual([]);
	expect(destinations(copy, 'src/a/x.go')).toEqual(['in/a/x.go']);
});

test('globs flatten, and the last match and the last operation win', async () => {
	const source = [
		file('pkg/a/package.json'),
		file('pkg/b/package.json'),
		file('tree/package.json'),
		file('tree/more'),
		symlink('pkg/c', 'a'),
	];
	const copy = await mapping(
		[
			{source: 'tre*', destination: 'out/'},
			{source: 'pkg/*/package.json', destination: 'out/'},
		],
		source,
		[file('out/package.json'), file('out/more')],
	);
	expect(origins(copy, 'out/package.json')).toEqual([
		'pkg/b/package.json',
		'pkg/a/package.json',
		'tree/package.json',
	]);
	expect(origins(copy, 'out/more')[0]).toBe('tree/more');
	const arrivals = copy.arrivalsOf(from, source);
	expect(arrivals.get(path('out/package.json'))).toBe('pkg/b/package.json');
	expect(arrivals.get(path('out/more'))).toBe('tree/more');
});

test.each([
	['[ab].txt', ['a.txt', 'b.txt']],
	['*', ['a.txt', 'b.txt', '{x,y}.txt']],
	['{x,y}.*', ['{x,y}.txt']],
	['!(a)*', []],
	['[', []],
	[String.raw`\a.txt*`, ['a.txt']],
])('%s is a pattern of Go, which matches %j', async (pattern, expected) => {
	const names = ['a.txt', 'b.txt', '{x,y}.txt'];
	const copy = await mapping(
		[{source: `d/${pattern}`, destination: 'o/'}],
		names.map(name => file(`d/${name}`)),
		[file('o/a.txt')],
	);
	expect(copy.placements.map(({root}) => textOf(root).slice(2))).toEqual(
		expected,
	);
});

test('a name that looks like a glob is a name where the builder was told so', async () => {
	const copy = await mapping(
		[{source: '[x]', destination: 'y', isLiteral: true}],
		[file('[x]'), file('x')],
		[file('y')],
	);
	expect(origins(copy, 'y')).toEqual(['[x]']);
});

describe('symbolic links', () => {
	const source = [
		file('real/one'),
		file('real/deep/two'),
		symlink('alias', '/real'),
		symlink('link', 'real/one'),
		symlink('broken', '/none'),
	];

	test('in the source are followed, within it, and give their own name', async () => {
		const copy = await mapping(
			[
				{source: 'alias/one', destination: 'a/one'},
				{source: 'alias', destination: 'b'},
				{source: 'link', destination: 'c/'},
				{source: 'broken', destination: 'd'},
			],
			source,
			[file('a/one'), file('b/one'), file('b/deep/two'), file('c/link')],
		);
		expect(origins(copy, 'a/one')).toEqual(['real/one']);
		expect(origins(copy, 'b/deep/two')).toEqual(['real/deep/two']);
		expect(origins(copy, 'c/link')).toEqual(['real/one']);
		expect(destinations(copy, 'real/one')).toEqual([
			'a/one',
			'b/one',
			'c/link',
		]);
		expect(copy.placements.map(({named}) => named)).toEqual([
			'alias/one',
			'alias',
			'link',
		]);
	});

	test('are matched by a glob only behind its first wildcard as what they are', async () => {
		const copy = await mapping(
			[
				{source: 'alias/o*', destination: 'o/'},
				{source: '*/deep', destination: 'p/'},
			],
			source,
			[file('o/one'), file('p/two')],
		);
		expect(copy.placements.map(({root}) => root)).toEqual([
			'real/one',
			'real/deep',
		]);
	});

	test('in the destination are followed', async () => {
		const copy = await mapping(
			[{source: 'real/one', destination: 'bin/one'}],
			source,
			[file('usr/bin/one'), symlink('bin', 'usr/bin')],
		);
		expect(origins(copy, 'usr/bin/one')).toEqual(['real/one']);
		expect(origins(copy, 'bin/one')).toEqual([]);
	});
});

test('an archive is unpacked where the builder does that, and is a file where it is none', async () => {
	const source = [file('a.tar', {size: 2048}), file('plain.txt', {size: 3})];
	const unpacks = true;
	const copy = await mapping(
		[
			{source: 'a.tar', destination: 'u/', unpacks},
			{source: 'plain.txt', destination: 'u/', unpacks},
		],
		source,
		[file('u/in/side'), file('u/plain.txt', {size: 3})],
	);
	expect(copy.placements.map(({kind}) => kind)).toEqual(['archive', 'file']);
	expect(origins(copy, 'u/in/side')).toEqual(['a.tar!in/side']);
	expect(origins(copy, 'u/plain.txt')).toEqual([
		'plain.txt',
		'a.tar!plain.txt',
	]);
});

test('a folder goes into a destination where the builder does that', async () => {
	const copy = await mapping(
		[{source: 'dir', destination: 'to', keepsFolder: true}],
		[file('dir/x')],
		[file('to/dir/x'), directory('to')],
	);
	expect(origins(copy, 'to/dir/x')).toEqual(['dir/x']);
});

test('a listing of tens of thousands is mapped in one go', async () => {
	const source = Array.from({length: 50_000}, (_, index) =>
		file(`src/${index % 100}/${index}`),
	);
	const copy = await mapCopy(
		{step: 1, operations: [{from, source: 'src', destination: 'to/'}]},
		() => look([file('src/x')]),
		look([file('to/x')]),
	);
	const start = performance.now();
	expect(copy.arrivalsOf(from, source).size).toBe(50_000);
	expect(performance.now() - start).toBeLessThan(2000);
	expect(copy.arrivalsOf({kind: 'stage', stage: 1}, source).size).toBe(0);
});
