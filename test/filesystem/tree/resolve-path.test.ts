import {describe, expect, test} from 'vitest';
import {type Entry, noXattrs} from '../../../source/filesystem/tree/entry.js';
import {resolvePath} from '../../../source/filesystem/tree/resolve-path.js';
import {asBytePath, type BytePath} from '../../../source/text/byte-path.js';

function entry(path: string, linkTarget: string | null): Entry {
	return {
		path: asBytePath(path),
		kind: linkTarget === null ? 'directory' : 'symlink',
		mode: 0o755,
		uid: 0,
		gid: 0,
		size: 0,
		modified: 0n,
		linkTarget: linkTarget === null ? null : asBytePath(linkTarget),
		hardLinkTo: null,
		device: null,
		xattrs: noXattrs,
	};
}

const entries = new Map(
	[
		entry('usr', null),
		entry('usr/lib', null),
		{...entry('usr/lib/libc', null), kind: 'file' as const},
		entry('lib', 'usr/lib'),
		entry('out', '../../../usr'),
		entry('absolute', '/lib/libc'),
		entry('loop', 'pool'),
		entry('gone', 'usr/none/at'),
		entry('chain', 'gone/deep'),
		entry('pool', 'loop'),
	].map(one => [one.path, one]),
);

async function follow(path: string, followLast = true): Promise<unknown> {
	const {kind, ...rest} = await resolvePath(
		asBytePath(path),
		async (real: BytePath) => entries.get(real),
		{followLast},
	);
	return [kind, ...Object.values(rest).slice(0, 1)];
}

describe('resolvePath', () => {
	test.each([
		['', 'found', ''],
		['/usr//lib/', 'found', 'usr/lib'],
		['./usr/../usr/lib/.', 'found', 'usr/lib'],
		['lib/libc', 'found', 'usr/lib/libc'],
		['absolute', 'found', 'usr/lib/libc'],
		['out/lib', 'found', 'usr/lib'],
		['../../usr', 'found', 'usr'],
		['lib/..', 'found', 'usr'],
		['lib/nothing', 'missing', 'usr/lib/nothing'],
		['lib/libc/more', 'missing', 'usr/lib/libc'],
		['loop', 'loop', 'loop'],
	])('follows %j inside the root', async (path, kind, end) => {
		expect(await follow(path)).toEqual([kind, end]);
	});

	test.each([
		['gone', 'gone'],
		['gone/more', 'gone'],
		['chain/more', 'gone'],
		['lib/nothing', undefined],
		['out/none', undefined],
		['none', undefined],
	])('names the link that %j is lost through', async (path, link) => {
		const found = await resolvePath(asBytePath(path), async real =>
			entries.get(real),
		);
		expect(found.kind === 'missing' && found.link?.path).toBe(link);
	});

	test('leaves a link at the end alone when told so', async () => {
		expect(await follow('lib', false)).toEqual(['found', 'lib']);
		expect(await follow('lib/libc', false)).toEqual(['found', 'usr/lib/libc']);
	});
});
