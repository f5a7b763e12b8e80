import {expect, test} from 'vitest';
import {
	packListing,
	unpackListing,
} from '../../source/debugger/memory/packed-listing.js';
import {
	type FileTree,
	FileTreeBuilder,
} from '../../source/filesystem/tree/file-tree.js';
import {bytePathFromBytes} from '../../source/text/byte-path.js';
import {entryOf} from '../ui/files/entries.js';

const entries = [
	entryOf('bin', null),
	{
		...entryOf('bin/a', 5, {mode: 0o4755, uid: 7, modified: -1n}),
		xattrs: new Map([['security.capability', new Uint8Array([1, 0, 255])]]),
	},
	entryOf('bin/b', 0, {hardLinkTo: entryOf('bin/a', 0).path}),
	entryOf('bin/dev', 0, {
		kind: 'character-device',
		device: {major: 1, minor: 3},
	}),
	{
		...entryOf('', 0, {kind: 'symlink', linkTarget: entryOf('日', 0).path}),
		path: bytePathFromBytes(new Uint8Array([0xff, 0x0a])),
	},
];

function treeOf(): FileTree {
	const builder = new FileTreeBuilder();
	for (const entry of entries) {
		builder.add(entry);
	}

	return builder.finish();
}

test('a listing is the same after it was packed', async () => {
	const again = await unpackListing(await packListing(treeOf()));
	expect(again!.paths.size).toBe(entries.length + 1);
	for (const entry of entries) {
		// eslint-disable-next-line unicorn/no-array-callback-reference -- a path, not a function
		const found = again!.entry(again!.paths.find(entry.path)!);
		expect({
			...found,
			xattrs: [...found.xattrs].map(([n, v]) => [n, [...v]]),
		}).toEqual({
			...entry,
			xattrs: [...entry.xattrs].map(([n, v]) => [n, [...v]]),
		});
	}
});

test('what is no listing counts as not there', async () => {
	const packed = await packListing(treeOf());
	expect(await unpackListing(packed.subarray(0, -3))).toBeNull();
	expect(await unpackListing(new Uint8Array([1, 2, 3]))).toBeNull();
});
