import {expect, test} from 'vitest';
import type {Change} from '../../../source/filesystem/compare/change.js';
import {changeTree} from '../../../source/filesystem/compare/change-tree.js';
import {type Entry, noXattrs} from '../../../source/filesystem/tree/entry.js';
import {asBytePath} from '../../../source/text/byte-path.js';
import {
	type ChangesView,
	changesViewOf,
	filteredView,
	movedToChange,
	reorderedChanges,
	toggledChange,
	withNextKind,
} from '../../../source/ui/files/changes-view.js';

function change(kind: Change['kind'], path: string, size: number): Change {
	const entry: Entry = {
		path: asBytePath(path),
		kind: 'file',
		mode: 0o644,
		uid: 0,
		gid: 0,
		size,
		modified: 0n,
		linkTarget: null,
		hardLinkTo: null,
		device: null,
		xattrs: noXattrs,
	};
	const from = kind === 'added' ? null : entry;
	const to = kind === 'removed' ? null : entry;
	return {
		path: entry.path,
		kind,
		from,
		to,
		aspects: kind === 'changed' ? ['contents'] : [],
		bytes: {from: from?.size ?? 0, to: to?.size ?? 0},
	};
}

const example = changesViewOf(
	changeTree([
		change('changed', 'etc/passwd', 100),
		change('removed', 'etc/shadow', 10),
		change('added', 'opt/go/bin', 900),
		change('added', 'opt/go/doc', 20),
		change('added', 'opt/other', 1),
	]),
);

function pathsOf(view: ChangesView): readonly string[] {
	return view.rows.map(({node}) => view.tree.paths.path(node) as string);
}

test('a directory of which all was added is one row, which opens level by level', () => {
	expect(pathsOf(example)).toEqual(['opt', 'etc/passwd', 'etc/shadow']);
	const open = toggledChange(example);
	expect(pathsOf(open)).toEqual([
		'opt',
		'opt/go',
		'opt/other',
		'etc/passwd',
		'etc/shadow',
	]);
	const deeper = toggledChange(movedToChange(open, 1));
	expect(pathsOf(deeper)).toEqual([
		'opt',
		'opt/go',
		'opt/go/bin',
		'opt/go/doc',
		'opt/other',
		'etc/passwd',
		'etc/shadow',
	]);
	expect(deeper.cursor).toBe(1);
	expect(pathsOf(toggledChange(movedToChange(deeper, 0)))).toEqual([
		'opt',
		'etc/passwd',
		'etc/shadow',
	]);
});

test('rows are ordered by name, too, and shown by their kind', () => {
	expect(pathsOf(reorderedChanges(example))).toEqual([
		'etc/passwd',
		'etc/shadow',
		'opt',
	]);
	const added = withNextKind(example);
	expect(pathsOf(added)).toEqual(['opt']);
	const removed = withNextKind(added);
	expect(pathsOf(removed)).toEqual(['etc/shadow']);
	const changed = withNextKind(removed);
	expect(pathsOf(changed)).toEqual(['etc/passwd']);
	expect(pathsOf(withNextKind(changed))).toEqual(pathsOf(example));
});

test('a directory of which only one thing changed gives its row to that', () => {
	const {rows, tree} = changesViewOf(
		changeTree([change('changed', 'etc/ssl/certs', 5)]),
	);
	expect(rows.map(({node}) => tree.paths.path(node))).toEqual([
		'etc/ssl/certs',
	]);
});

test('a filter opens the way to what is named so, and goes away', () => {
	const go = filteredView(example, 'go');
	expect(pathsOf(go)).toEqual(['opt/go']);
	expect(go.matches).toBe(1);
	expect(go.tree.totals(0).added).toEqual({files: 2, bytes: 920});
	expect(pathsOf(filteredView(go, 'passw'))).toEqual(['etc/passwd']);
	expect(pathsOf(withNextKind(filteredView(go, 'passw')))).toEqual([]);
	expect(pathsOf(filteredView(go, ''))).toEqual(pathsOf(example));
});
