import {expect, test} from 'vitest';
import type {Entry} from '../../../source/filesystem/tree/entry.js';
import {FileTreeBuilder} from '../../../source/filesystem/tree/file-tree.js';
import {asBytePath, bytePathFromText} from '../../../source/text/byte-path.js';
import {noFiles} from '../../../source/ui/files/files-view.js';
import {originText} from '../../../source/ui/files/origins.js';
import {
	type TreeView,
	filtered,
	revealed,
	treeViewOf,
} from '../../../source/ui/files/tree-view.js';
import {cellsOf} from '../../../source/text/cells.js';
import {presentFiles} from '../../../source/ui/present/files.js';
import {entryOf} from '../files/entries.js';
import {programOf} from '../program.js';
import {dockerfile, sceneOf, textOf, textsOf} from '../scene.js';

function treeOf(...entries: readonly Entry[]): TreeView {
	const builder = new FileTreeBuilder();
	for (const entry of entries) {
		builder.add(entry);
	}

	return treeViewOf(builder.finish());
}

const entries: readonly Entry[] = [
	entryOf('bin', null),
	entryOf('bin/sh', 1_000_000, {mode: 0o4755}),
	entryOf('dev', null),
	entryOf('dev/null', 0, {
		kind: 'character-device',
		mode: 0o666,
		device: {major: 1, minor: 3},
	}),
	entryOf('evil\u001B]0;x\u0007\nname', 5, {uid: 1000, gid: 100}),
	entryOf('link', 0, {
		kind: 'symlink',
		mode: 0o777,
		linkTarget: asBytePath('bin/sh\r'),
	}),
	entryOf('日本', 12, {modified: 1_700_000_000_000_000_000n}),
];

function present(
	tree: TreeView,
	{
		width = 64,
		height = 20,
		origins = new Map<number, string>(),
	}: {
		readonly width?: number;
		readonly height?: number;
		readonly origins?: ReadonlyMap<number, string>;
	} = {},
) {
	return presentFiles(
		sceneOf({
			view: [
				{
					type: 'files',
					files: {
						...noFiles,
						name: 'builder:3',
						status: {kind: 'ready'},
						tree,
						origins,
					},
				},
				{type: 'focus', page: 'files'},
			],
		}),
		width,
		height,
	);
}

test('names, sizes, modes and owners stand in their columns, whatever the names are', () => {
	const {rows, label, position} = present(
		revealed(treeOf(...entries), asBytePath('bin/sh')),
	);
	expect(textsOf(rows)).toEqual([
		' ▾ bin/                            1.0 MB  drwxr-xr-x  0:0',
		'▌    sh                            1.0 MB  -rwsr-xr-x  0:0',
		' ▸ dev/                               0 B  drwxr-xr-x  0:0',
		String.raw`   evil\x1b]0;x\x07\nname             5 B  -rw-r--r--  1000:100`,
		String.raw`   link → bin/sh\r                         lrwxrwxrwx  0:0`,
		'   日本                              12 B  -rw-r--r--  0:0',
	]);
	expect(rows.map(row => cellsOf(row.map(({text}) => text).join('')))).toEqual(
		rows.map(() => 64),
	);
	expect(label).toBe('builder:3');
	expect(position).toBe('2 of 6 · 5 files · 1.0 MB');
});

test('a narrow pane has its modes as numbers, a wide one has times and where files came from', () => {
	const tree = treeOf(...entries);
	expect(textsOf(present(tree, {width: 50}).rows)[2]).toBe(
		String.raw`   evil\x1b]0;x\x07\nn…       5 B  0644  1000:100`,
	);
	const origins = new Map([
		[1, 'builder:0 FROM busy\u001B[2Jbox with a very long reference'],
	]);
	const rows = textsOf(present(tree, {width: 120, origins}).rows);
	expect(rows[0]).toContain('1970-01-01 00:00');
	expect(rows[0]).toMatch(/ ← builder:0 FROM busy\\x1b\[2Jbox wi…$/v);
	expect(rows.at(-1)).toMatch(/12 B {2}-rw-r--r-- {2}0:0 +2023-11-14 22:13$/v);
	expect(textsOf(present(tree, {width: 79, origins}).rows)[0]).not.toContain(
		'builder:0',
	);
});

test('what is neither a file nor a directory is told so where its mode is a number', () => {
	const pipe = treeOf(entryOf('pipe', 0, {kind: 'fifo'}));
	const {rows, position} = present(pipe, {width: 40});
	expect(textsOf(rows)).toEqual(['▌  pipe  fifo                 0644  0:0']);
	expect(position).toBe('1 of 1 · 1 file · 0 B');
});

test('of very many rows only those in sight are drawn', () => {
	const many = treeOf(
		...Array.from({length: 5000}, (_, index) =>
			entryOf(String(index).padStart(5, '0'), 1),
		),
	);
	const {rows, position} = present({...many, cursor: 2500}, {height: 5});
	expect(rows.map(row => textOf(row).slice(0, 8))).toEqual([
		'   02498',
		'   02499',
		'▌  02500',
		'   02501',
		'   02502',
	]);
	expect(position).toBe('2,501 of 5,000 · 5,000 files · 5.0 kB');
});

test('a filter says how much is like it, and when nothing is', () => {
	const tree = treeOf(...entries);
	expect(present(filtered(tree, 'sh')).position).toContain("1 name like 'sh'");
	expect(textsOf(present(filtered(tree, 'x'.repeat(30))).rows)).toEqual([
		' No name is like that: Esc shows all of them.',
	]);
	expect(textsOf(present(treeOf()).rows)).toEqual([' There are no files.']);
});

test('a path is revealed with the way to it open; one that is not there changes nothing', () => {
	const tree = treeOf(...entries);
	const view = revealed(filtered(tree, 'link'), asBytePath('dev/null'));
	expect(view.filter).toBe('');
	expect(view.tree.paths.path(view.rows[view.cursor]!)).toBe('dev/null');
	expect(revealed(tree, bytePathFromText('日'))).toBe(tree);
});

test('a file came from the instruction that wrote it, not from one that only touched it', () => {
	const program = programOf(dockerfile);
	const path = asBytePath('app');
	expect(
		originText(program, [
			{kind: 'touched', step: 7, path},
			{kind: 'written', step: 3, path},
		]),
	).toBe('builder:3 RUN go build -o /app');
	expect(originText(program, [])).toBe('');
});
