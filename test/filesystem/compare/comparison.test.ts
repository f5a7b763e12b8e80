import {expect, test, vi} from 'vitest';
import {compare} from '../../../source/filesystem/compare/comparison.js';
import type {Entry} from '../../../source/filesystem/tree/entry.js';
import {directory, entry, listing} from '../listings.js';

const nothingDiffers = async () => new Set<never>();

const summary = async (
	from: readonly Entry[],
	to: readonly Entry[],
	options: Partial<Parameters<typeof compare>[2]> = {},
) => {
	const {changes} = await compare(from, to, {
		differing: nothingDiffers,
		...options,
	});
	return changes.map(({path, kind, aspects}) =>
		`${kind} ${path} ${aspects.join(',')}`.trim(),
	);
};

const capabilities = new Map([['security.capability', Uint8Array.of(1, 2)]]);

test.each([
	['a mode', {mode: 0o755}, {mode: 0o4755}, 'mode'],
	['an owner', {uid: 0}, {uid: 1}, 'owner'],
	['a group', {gid: 0}, {gid: 1}, 'owner'],
	['a link target', {linkTarget: 'a'}, {linkTarget: 'b'}, 'link target'],
	['a size', {size: 1}, {size: 2}, 'contents'],
	['capabilities', {}, {xattrs: capabilities}, 'capabilities'],
	[
		'another attribute',
		{xattrs: new Map([['user.x', Uint8Array.of(1)]])},
		{xattrs: new Map([['user.x', Uint8Array.of(2)]])},
		'xattrs',
	],
	[
		'device numbers',
		{kind: 'block-device', device: {major: 8, minor: 0}},
		{kind: 'block-device', device: {major: 8, minor: 1}},
		'device',
	],
	['what it is', {linkTarget: 'a'}, {size: 3}, 'type'],
] as const)('names %s', async (_, from, to, aspect) => {
	await expect(summary([entry('x', from)], [entry('x', to)])).resolves.toEqual([
		`changed x ${aspect}`,
	]);
});

test('says nothing of the mode of a symbolic link', async () => {
	const from = entry('x', {linkTarget: 'a', mode: 0o777});
	const to = entry('x', {linkTarget: 'a', mode: 0o755});
	await expect(summary([from], [to])).resolves.toEqual([]);
});

test('names the attributes of the root', async () => {
	await expect(
		summary([directory('')], [directory('', {mode: 0o700})]),
	).resolves.toEqual(['changed  mode']);
	await expect(summary([directory('')], [])).resolves.toEqual([]);
});

test('a directory in place of a file keeps nothing of what was below it', async () => {
	const tree = listing(
		directory('d'),
		directory('d/e'),
		entry('d/e/f'),
		entry('d.x'),
	);
	await expect(
		summary(tree, listing(entry('d'), entry('d.x'))),
	).resolves.toEqual(['changed d type', 'removed d/e', 'removed d/e/f']);
});

test('time alone is counted, kept on request, and ignored on request', async () => {
	const from = [entry('x', {modified: 5_000_000_001n})];
	const to = [entry('x', {modified: 6_000_000_001n})];
	const differing = nothingDiffers;
	const counted = await compare(from, to, {differing});
	expect(counted).toMatchObject({
		changes: [],
		timeChanges: [],
		timeChangeCount: 1,
	});
	const kept = await compare(from, to, {differing, keepTimes: true});
	expect(kept.timeChanges.map(({aspects}) => aspects)).toEqual([['time']]);
	const ignored = await compare(from, to, {differing, ignoreTimes: true});
	expect(ignored).toMatchObject({timeChangeCount: 0, unchangedCount: 1});
});

test('reads files of one size whose times differ, and only those', async () => {
	const times = {modified: 7_000_000_001n};
	const from = listing(
		entry('empty'),
		entry('other-size', {size: 1}),
		entry('other-time', {size: 5}),
		entry('same', {size: 5}),
	);
	const to = listing(
		entry('empty', times),
		entry('other-size', {size: 2, ...times}),
		entry('other-time', {size: 5, ...times}),
		entry('same', {size: 5}),
	);
	const differing = vi.fn(
		async (candidates: ReadonlyArray<{path: Entry['path']}>) =>
			new Set(candidates.map(({path}) => path)),
	);
	await expect(summary(from, to, {differing})).resolves.toEqual([
		'changed other-size contents,time',
		'changed other-time contents,time',
	]);
	expect(differing.mock.calls).toHaveLength(1);
	expect(differing.mock.calls[0]![0]).toHaveLength(1);

	differing.mockClear();
	await summary(from, to, {differing, compareEverything: true});
	expect(differing.mock.calls[0]![0].map(({path}) => path)).toEqual([
		'other-time',
		'same',
	]);
});

test('a time that an archive cut to seconds may be the same', async () => {
	const from = [entry('x', {size: 1, modified: 5_000_000_000n})];
	const to = [entry('x', {size: 1, modified: 5_123_456_789n})];
	const same = await compare(from, to, {differing: nothingDiffers});
	expect(same).toMatchObject({timeChangeCount: 0, unchangedCount: 1});
	await expect(
		summary(from, to, {
			differing: async () => new Set([from[0]!.path]),
		}),
	).resolves.toEqual(['changed x contents']);
});

test('a name that leaves its file is named, and the bytes count where they are', async () => {
	const linked = listing(
		entry('a', {size: 9}),
		entry('b', {hardLinkTo: 'a'}),
		entry('c', {hardLinkTo: 'a'}),
	);
	const split = listing(
		entry('a', {size: 9}),
		entry('b', {size: 9}),
		entry('c', {hardLinkTo: 'b'}),
	);
	const {changes} = await compare(linked, split, {differing: nothingDiffers});
	expect(
		changes.map(({path, aspects, bytes}) => [path, aspects, bytes]),
	).toEqual([
		['b', ['hard link'], {from: 0, to: 9}],
		['c', ['hard link'], {from: 0, to: 0}],
	]);
});

test('removing one name of a file frees nothing', async () => {
	const linked = listing(entry('a', {size: 9}), entry('b', {hardLinkTo: 'a'}));
	const {changes} = await compare(linked, [entry('b', {size: 9})], {
		differing: nothingDiffers,
	});
	expect(changes.map(({path, bytes}) => [path, bytes])).toEqual([
		['a', {from: 0, to: 0}],
	]);
});

test('ignores names anywhere, paths from the root, and all below them', async () => {
	const from = listing(
		directory('cache'),
		entry('cache/x'),
		directory('src'),
		directory('src/cache'),
		entry('src/cache/y'),
		entry('src/app.pyc'),
		entry('src/app.py'),
	);
	await expect(summary(from, [], {ignore: ['cache']})).resolves.toEqual([
		'removed src',
		'removed src/app.py',
		'removed src/app.pyc',
	]);
	await expect(
		summary(from, [], {ignore: ['/cache/', '*.pyc']}),
	).resolves.toEqual([
		'removed src',
		'removed src/app.py',
		'removed src/cache',
		'removed src/cache/y',
	]);
	await expect(summary(from, [], {ignore: ['src/**']})).resolves.toEqual([
		'removed cache',
		'removed cache/x',
	]);
});

test('refuses a listing that is out of order', async () => {
	const entries = [entry('b'), entry('a')];
	await expect(
		compare(entries, [], {differing: nothingDiffers}),
	).rejects.toThrow("A listing isn't in path order: a came after b.");
});
