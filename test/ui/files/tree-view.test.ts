import {expect, test} from 'vitest';
import {FileTreeBuilder} from '../../../source/filesystem/tree/file-tree.js';
import {
	type TreeView,
	filtered,
	movedTo,
	outOf,
	reordered,
	selectedNode,
	toggled,
	treeViewOf,
} from '../../../source/ui/files/tree-view.js';
import {entryOf} from './entries.js';

function exampleView(): TreeView {
	const builder = new FileTreeBuilder();
	for (const one of [
		entryOf('bin', null),
		entryOf('bin/cat', 5),
		entryOf('bin/ls', 50),
		entryOf('etc', null),
		entryOf('etc/ssl', null),
		entryOf('etc/ssl/cat.pem', 700),
		entryOf('zero', 0),
	]) {
		builder.add(one);
	}

	return treeViewOf(builder.finish());
}

function pathsOf(view: TreeView): readonly string[] {
	return Array.from(view.rows, node => view.tree.paths.path(node) as string);
}

function selectedPath(view: TreeView): string {
	return view.tree.paths.path(selectedNode(view)!);
}

test('directories open and close, and the selection stays on its name', () => {
	const view = exampleView();
	expect(pathsOf(view)).toEqual(['bin', 'etc', 'zero']);
	const open = toggled(movedTo(view, 1), selectedNode(movedTo(view, 1))!);
	expect(pathsOf(open)).toEqual(['bin', 'etc', 'etc/ssl', 'zero']);
	expect(selectedPath(open)).toBe('etc');
	const bin = toggled(open, 1);
	expect(selectedPath(bin)).toBe('etc');
	expect(pathsOf(bin)).toEqual([
		'bin',
		'bin/cat',
		'bin/ls',
		'etc',
		'etc/ssl',
		'zero',
	]);
	expect(pathsOf(outOf(bin))).toEqual([
		'bin',
		'bin/cat',
		'bin/ls',
		'etc',
		'zero',
	]);
	expect(selectedPath(outOf(movedTo(bin, 2)))).toBe('bin');
});

test('the order by size has the largest first', () => {
	const view = reordered(exampleView());
	expect(pathsOf(view)).toEqual(['etc', 'bin', 'zero']);
	expect(pathsOf(toggled(view, 1))).toEqual([
		'etc',
		'bin',
		'bin/ls',
		'bin/cat',
		'zero',
	]);
	expect(pathsOf(reordered(view))).toEqual(['bin', 'etc', 'zero']);
});

test('a filter shows what matches with the way to it, and leaves the way to the selected one open', () => {
	const view = filtered(exampleView(), 'cat');
	expect(view.matches).toBe(2);
	expect(selectedPath(view)).toBe('bin/cat');
	expect(pathsOf(view)).toEqual([
		'bin',
		'bin/cat',
		'etc',
		'etc/ssl',
		'etc/ssl/cat.pem',
	]);
	const back = filtered(movedTo(view, 4), '');
	expect(pathsOf(back)).toEqual([
		'bin',
		'etc',
		'etc/ssl',
		'etc/ssl/cat.pem',
		'zero',
	]);
	expect(selectedPath(back)).toBe('etc/ssl/cat.pem');
	expect(pathsOf(filtered(view, '*.pem'))).toEqual([
		'etc',
		'etc/ssl',
		'etc/ssl/cat.pem',
	]);
	expect(selectedNode(filtered(view, 'nothing like that'))).toBeNull();
});
