import {describe, expect, test} from 'vitest';
import {
	changedFiles,
	changesIn,
} from '../../../source/debugger/memory/context-changes.js';
import {
	type InputChange,
	ownReasons,
} from '../../../source/debugger/memory/why-not-cached.js';
import type {ContextListing, StepInputs} from '../../../source/engine/port.js';

const inputs: StepInputs = {
	key: 'a',
	text: 'RUN make',
	environment: {VERSION: '1', HOME: '/'},
	settings: {user: '', command: '["make"]'},
	inputs: [{name: 'the image busybox', key: '1'}],
	contextFiles: null,
};

function reasons(
	after: Partial<StepInputs>,
	change: Partial<InputChange> = {},
): readonly string[] {
	return ownReasons({
		before: inputs,
		after: {...inputs, ...after},
		isEdited: false,
		argumentNames: new Set(['VERSION']),
		files: [],
		...change,
	});
}

function listingOf(files: Readonly<Record<string, string>>): ContextListing {
	return new Map(
		Object.entries(files).map(([path, fingerprint]) => [
			path,
			{fingerprint, stamp: ''},
		]),
	);
}

describe('why a step wasn’t cached', () => {
	test.each<readonly [string, Partial<StepInputs>, readonly string[]]>([
		['nothing', {}, []],
		[
			'an argument and a variable',
			{environment: {VERSION: '2', NEW: 'x'}},
			[
				'argument VERSION: 1 → 2',
				'environment NEW: not set → x',
				'environment HOME: / → not set',
			],
		],
		[
			'a setting',
			{settings: {user: 'me', command: '["make"]'}},
			['user:  → me'],
		],
		[
			'the image',
			{inputs: [{name: 'the image busybox', key: '2'}]},
			['the image busybox changed'],
		],
		[
			'another image',
			{inputs: [{name: 'the image alpine', key: '2'}]},
			["the image alpine wasn't there before"],
		],
		[
			'what only the step before explains',
			{inputs: [{name: 'the step before', key: '2'}]},
			[],
		],
		[
			'an expansion',
			{text: 'RUN make 2', environment: {VERSION: '2', HOME: '/'}},
			['argument VERSION: 1 → 2'],
		],
	])('is %s', (_name, after, expected) => {
		expect(reasons(after)).toEqual(expected);
	});

	test('is the instruction, without its command a second time', () => {
		expect(
			reasons(
				{text: 'RUN make all', settings: {user: '', command: '["all"]'}},
				{isEdited: true},
			),
		).toEqual(['instruction: RUN make all']);
	});

	test('is the files, of which the first are named', () => {
		const files = changedFiles(
			listingOf({'a/x': '1', b: '1', 'c.txt': '1', same: '1'}),
			listingOf({'a/x': '2', 'c.txt': '2', d: '1', same: '1', 'e.txt': '1'}),
		);
		expect(reasons({}, {files})).toEqual([
			'file a/x changed',
			'file b removed',
			'file c.txt changed',
			'2 more files changed',
		]);
		const seen = (...patterns: readonly string[]) =>
			changesIn(files, patterns).map(({path}) => path);
		expect(seen('a')).toEqual(['a/x']);
		expect(seen('/a/')).toEqual(['a/x']);
		expect(seen('*.txt', 'b')).toEqual(['b', 'c.txt', 'e.txt']);
		expect(seen('?')).toEqual(['a/x', 'b', 'd']);
		expect(seen('.')).toHaveLength(5);
		expect(seen('')).toHaveLength(5);
	});

	test('is no file of which it isn’t known what it was', () => {
		const unread = (path: string): ContextListing =>
			new Map([[path, {fingerprint: null, stamp: path}]]);
		expect(changedFiles(unread('a'), listingOf({a: '1'}))).toEqual([]);
		expect(changedFiles(listingOf({a: '1'}), unread('a'))).toEqual([]);
		expect(changedFiles(unread('a'), listingOf({b: '1'}))).toEqual([
			{path: 'a', change: 'removed'},
			{path: 'b', change: 'added'},
		]);
	});

	test('is the files that a glob of COPY means, which is one of Go', () => {
		const files = changedFiles(
			listingOf({}),
			listingOf({
				'!keep': '1',
				'a(b)c': '1',
				'a/b/x': '1',
				'a/b/c/x': '1',
				keep: '1',
				'[x]': '1',
				'.hidden': '1',
				'{p,q}': '1',
				p: '1',
			}),
		);
		const seen = (pattern: string) =>
			changesIn(files, [pattern]).map(({path}) => path);
		expect(seen('!keep')).toEqual(['!keep']);
		expect(seen('!k*')).toEqual(['!keep']);
		expect(seen('a(b)*')).toEqual(['a(b)c']);
		expect(seen('a/**/x')).toEqual(['a/b/x']);
		expect(seen('a/*')).toEqual(['a/b/c/x', 'a/b/x']);
		expect(seen(String.raw`\[x]`)).toEqual(['[x]']);
		expect(seen('.h*')).toEqual(['.hidden']);
		expect(seen('{p,q}')).toEqual(['{p,q}']);
		expect(seen('[^!-j{]*')).toEqual(['keep', 'p']);
	});
});
