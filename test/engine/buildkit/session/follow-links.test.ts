import {describe, expect, test} from 'vitest';
import {diskTree} from '../../../../source/engine/context/disk-tree.js';
import {
	followLinks,
	withoutNested,
} from '../../../../source/engine/buildkit/session/follow-links.js';
import {makeTree} from '../../context/temporary-tree.js';

describe('following links', () => {
	const links = {
		'dir/file': '',
		'other/deep/file': '',
		'dir/up': '→ ../other',
		absolute: '→ /dir/file',
		outside: '→ ../../../dir',
		chain: '→ dir/up/deep',
		loop: '→ loop/x',
		dangling: '→ nowhere/at/all',
		é: '→ dir',
		'many/a': '→ ../dir',
		'many/b': '→ /other',
		'many/c': '',
		root: '→ .',
	};

	test.each([
		['a path without links', ['dir/file'], ['dir/file']],
		['a path that isn’t there', ['no/such'], ['no/such']],
		['a link', ['absolute'], ['absolute', 'dir/file']],
		['a link on the way', ['dir/up/deep/file'], ['dir/up', 'other/deep/file']],
		['a link that leaves the tree', ['outside/file'], ['dir/file', 'outside']],
		['links to links', ['chain'], ['chain', 'dir/up', 'other/deep']],
		['a link to itself', ['loop'], ['loop']],
		['a link to nothing', ['dangling'], ['dangling', 'nowhere/at/all']],
		['a link with a name that isn’t ASCII', ['é/file'], ['dir/file', 'é']],
		['links that wildcards match', ['many/*'], ['dir', 'many/*', 'other']],
		['wildcards that match no link', ['many/[c-z]'], ['many/[c-z]']],
		[
			'wildcards that are meant as they are',
			[String.raw`many/\\*`],
			[String.raw`many/\\*`],
		],
		['wildcards where there is nothing', ['no/*'], ['no/*']],
		['a directory and what is in it', ['dir', 'dir/file'], ['dir']],
		['a path that leaves the tree', ['../../dir/file'], ['dir/file']],
		['an absolute path', ['/dir/file'], ['dir/file']],
		['the root', ['/'], null],
		['a link to the root', ['root'], null],
	])('%s', async (_, paths, expected) => {
		const root = await makeTree(links);
		expect(followLinks(diskTree(root), paths)).toEqual(expected);
	});

	test('of several paths keeps the outer ones', () => {
		expect(withoutNested(['a', 'a/b', 'a/b/c', 'ab', 'b/c'])).toEqual([
			'a',
			'ab',
			'b/c',
		]);
		expect(withoutNested(['a', '.'])).toBeNull();
	});
});
