import {expect, test} from 'vitest';
import {
	type Look,
	earlierNames,
} from '../../../source/filesystem/provenance/earlier-names.js';
import {bytePathFromText, textOf} from '../../../source/text/byte-path.js';

function look(
	path: string,
	{size = 8, modified = '1', file = path, kind = 'file'}: Partial<Look> = {},
): Look {
	return {path: bytePathFromText(path), kind, size, modified, file};
}

function told(
	before: readonly Look[],
	after: readonly Look[],
): Readonly<Record<string, readonly string[]>> {
	return Object.fromEntries(
		[...earlierNames(before, after)].map(([path, names]) => [
			textOf(path),
			names.map(name => textOf(name)),
		]),
	);
}

test('a file may be what had its name before, whatever the times say', () => {
	expect(
		told(
			[look('touched'), look('grown', {size: 7})],
			[
				look('touched', {modified: '2'}),
				look('grown', {size: 9}),
				look('new', {size: 6}),
			],
		),
	).toEqual({touched: ['touched'], grown: [], new: []});
});

test('a file may be one that went: of the same time and name first, then of the time, then of the name', () => {
	expect(
		told(
			[
				look('old/other', {modified: '2'}),
				look('old/f', {modified: '2'}),
				look('old/same'),
				look('gone/f'),
				look('long', {size: 9}),
			],
			[look('new/f')],
		),
	).toEqual({'new/f': ['gone/f', 'old/same', 'old/f', 'old/other']});
});

test('what is still there is only another name of the same file', () => {
	expect(
		told(
			[look('a', {file: '1'}), look('b', {file: '2'})],
			[
				look('a', {file: '1'}),
				look('b', {file: '2'}),
				look('linked', {file: '1'}),
				look('copied', {file: '3', modified: '2'}),
			],
		),
	).toEqual({a: ['a'], b: ['b'], linked: ['a'], copied: []});
});

test('what is another file now may have gone elsewhere', () => {
	expect(
		told([look('a')], [look('a', {modified: '2', size: 3}), look('b')]),
	).toEqual({a: [], b: ['a']});
});

test('of empty files and of links only the time tells', () => {
	expect(
		told(
			[
				look('empty', {size: 0}),
				look('l', {kind: 'other', file: '5'}),
				look('m', {kind: 'other', file: '6'}),
			],
			[
				look('moved', {size: 0}),
				look('late', {size: 0, modified: '2'}),
				look('l2', {kind: 'other', file: '5'}),
				look('m', {kind: 'other', file: '7', modified: '2'}),
			],
		),
	).toEqual({moved: ['empty'], late: [], l2: ['l'], m: []});
});

test('of many that look alike the likeliest are told', () => {
	const before = Array.from({length: 5000}, (_, index) => look(`old/${index}`));
	const after = Array.from({length: 5000}, (_, index) => look(`new/${index}`));
	const names = told(before, after);
	expect(names['new/4321']).toHaveLength(64);
	expect(names['new/4321']![0]).toBe('old/4321');
});
