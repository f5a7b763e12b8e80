import {Buffer} from 'node:buffer';
import {expect, test} from 'vitest';
import type {Change} from '../../../source/filesystem/compare/change.js';
import type {Entry} from '../../../source/filesystem/tree/entry.js';
import {bytePathFromText} from '../../../source/text/byte-path.js';
import {fileDifference} from '../../../source/ui/files/file-difference.js';
import {entryOf} from './entries.js';

type Side = Readonly<Record<string, Uint8Array | string>>;

const sideOf = (contents: Side) => ({
	async *readFile(
		path: string,
		{offset, length}: {readonly offset?: number; readonly length?: number} = {},
	) {
		const start = offset ?? 0;
		yield Buffer.from(contents[path]!).subarray(
			start,
			length === undefined ? undefined : start + length,
		);
	},
});

async function lines(
	[before, after]: readonly [Side, Side],
	change: Pick<Change, 'from' | 'to' | 'aspects'>,
): Promise<readonly string[]> {
	const found = await fileDifference(
		[sideOf(before), sideOf(after)],
		{
			path: bytePathFromText('a'),
			kind: 'changed',
			bytes: {from: 0, to: 0},
			...change,
		},
		'→',
	);
	return found.map(
		({sign, parts}) => sign + parts.map(({text}) => text).join(''),
	);
}

const file = (other: Partial<Entry> = {}): Entry => entryOf('a', 3, other);

test('what differs apart from the contents comes first, and then that they are the same', async () => {
	expect(
		await lines([{a: 'one'}, {a: 'one'}], {
			from: file({
				xattrs: new Map([
					['security.capability', Buffer.from([1, 2])],
					['user.same', Buffer.from([5])],
				]),
			}),
			to: file({
				mode: 0o600,
				uid: 7,
				xattrs: new Map([
					['user.note', Buffer.from([3])],
					['user.same', Buffer.from([5])],
				]),
			}),
			aspects: ['mode', 'owner', 'xattrs', 'capabilities', 'time'],
		}),
	).toEqual([
		'@mode 644 → 600',
		'@owner 0:0 → 7:0',
		'@xattrs',
		'+user.note 0x03',
		'@capabilities unknown → none',
		'-security.capability 0x0102',
		'@time',
		' The contents are the same.',
	]);
});

test('of bytes that are the same nothing is said to differ, nor of more than was read', async () => {
	const large = Buffer.alloc(1_048_576 + 5);
	const both = [{a: large}, {a: large}] as const;
	const size = large.length;
	const [from, to] = [file({size}), file({size, uid: 1})];
	expect(await lines(both, {from, to, aspects: ['owner']})).toEqual([
		'@owner 0:0 → 1:0',
		' The first 1.0 MB of the contents are the same; the rest is taken for the same.',
	]);
	expect(await lines(both, {from, to, aspects: ['contents']})).toEqual([
		' The first 1.0 MB of the contents are the same; what differs is behind that.',
	]);
	expect(
		await lines([{a: '\0a'}, {a: '\0b'}], {
			from,
			to,
			aspects: ['contents'],
		}),
	).toEqual([
		' A binary file.',
		'-1.0 MB',
		'+1.0 MB',
		' The first byte that differs is at 1 (0x1).',
	]);
});

test('of what is no file only that is told, and each side is read under its own name', async () => {
	const link = {kind: 'symlink', linkTarget: bytePathFromText('x')} as const;
	expect(
		await lines([{}, {}], {
			from: file(link),
			to: file({...link, linkTarget: bytePathFromText('y')}),
			aspects: ['link target'],
		}),
	).toEqual(['@link x → y']);
	expect(
		await lines([{a: 'one\n'}, {b: 'two\n'}], {
			from: file(),
			to: file({path: bytePathFromText('b')}),
			aspects: [],
		}),
	).toEqual(['@@@ -1,1 +1,1 @@', '-one', '+two']);
});
