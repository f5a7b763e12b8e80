import {describe, expect, test} from 'vitest';
import {resultAfter} from '../../../../source/engine/buildkit/program/mapping.js';
import {type HandMade, mapOf} from '../build-definitions.js';

const busybox = (lines: readonly number[]): HandMade => ({
	id: 'busybox',
	kind: 'source',
	name: '[a 1/2] FROM docker.io/library/busybox',
	lines,
});

describe('operations that stages share', () => {
	const dockerfile = [
		'FROM busybox AS a',
		'RUN same',
		'ENV X=1',
		'COPY same /',
		'FROM busybox AS b',
		'RUN same',
		'COPY same /',
		'FROM scratch',
		'COPY --from=a / /',
		'COPY --from=b / /',
	].join('\n');
	const operations = (
		places: Readonly<Record<'from' | 'run' | 'copy', readonly number[]>>,
	): readonly HandMade[] => [
		busybox(places.from),
		{id: 'run', kind: 'exec', inputs: ['busybox'], lines: places.run},
		{id: 'context', kind: 'source', name: '[internal] load build context'},
		{id: 'copy', kind: 'file', inputs: ['run', 'context'], lines: places.copy},
		{id: 'first', kind: 'file', inputs: ['copy'], onNothing: true, lines: [9]},
		{id: 'second', kind: 'file', inputs: ['first', 'copy'], lines: [10]},
	];
	const expected = {
		places: {
			busybox: ['0:0', '1:0'],
			run: ['0:1', '1:1'],
			copy: ['0:3', '1:2'],
			first: ['2:1'],
			second: ['2:2'],
		},
		results: [
			['0:0', 'busybox'],
			['0:1', 'run'],
			['0:2', null],
			['0:3', 'copy'],
			['1:0', 'busybox'],
			['1:1', 'run'],
			['1:2', 'copy'],
			['2:0', null],
			['2:1', 'first'],
			['2:2', 'second'],
		],
	};

	test('belong to the steps of both', () => {
		expect(
			mapOf(dockerfile, operations({from: [1, 5], run: [2, 6], copy: [4, 7]})),
		).toMatchObject(expected);
	});

	// The frontend of engine 20.10 tells only one place, and not always the same.
	test.each([
		{from: [1], run: [2], copy: [4]},
		{from: [5], run: [6], copy: [7]},
		{from: [1], run: [6], copy: [4]},
	])('belong to the steps of both when only %o are told', places => {
		expect(mapOf(dockerfile, operations(places))).toMatchObject(expected);
	});
});

describe('a stage that starts from one that shares its operations', () => {
	const dockerfile = [
		'FROM busybox AS other',
		'RUN same',
		'FROM busybox AS base',
		'RUN same',
		'FROM base AS end',
		'RUN end',
		'COPY --from=other / /',
	].join('\n');

	test.each([
		{from: [1, 3], run: [2, 4]},
		{from: [1], run: [2]},
		{from: [3], run: [4]},
	])('has its own only, when %o are told', ({from, run}) => {
		expect(
			mapOf(dockerfile, [
				busybox(from),
				{id: 'run', kind: 'exec', inputs: ['busybox'], lines: run},
				{id: 'end', kind: 'exec', inputs: ['run'], lines: [6]},
				{id: 'copy', kind: 'file', inputs: ['end', 'run'], lines: [7]},
			]).results,
		).toEqual([
			['0:0', 'busybox'],
			['0:1', 'run'],
			['1:0', 'busybox'],
			['1:1', 'run'],
			['2:0', null],
			['2:1', 'end'],
			['2:2', 'copy'],
		]);
	});

	test.each([[[1, 2]], [[1]], [[2]]])(
		'has its own only, also when the other is nothing but its base, and %j are told',
		lines => {
			expect(
				mapOf(
					'FROM busybox AS other\nFROM busybox AS base\nFROM base\nRUN --mount=from=other,target=/o end',
					[
						busybox(lines),
						{id: 'end', kind: 'exec', inputs: ['busybox'], lines: [4]},
					],
				).results,
			).toEqual([
				['0:0', 'busybox'],
				['1:0', 'busybox'],
				['2:0', null],
				['2:1', 'end'],
			]);
		},
	);

	test('may copy from one that goes on where it does', () => {
		expect(
			mapOf(
				'FROM busybox AS other\nRUN same\nRUN more\nFROM busybox\nRUN same\nCOPY --from=other / /',
				[
					busybox([1, 4]),
					{id: 'same', kind: 'exec', inputs: ['busybox'], lines: [2, 5]},
					{id: 'more', kind: 'exec', inputs: ['same'], lines: [3]},
					{id: 'copy', kind: 'file', inputs: ['same', 'more'], lines: [6]},
				],
			).results,
		).toEqual([
			['0:0', 'busybox'],
			['0:1', 'same'],
			['0:2', 'more'],
			['1:0', 'busybox'],
			['1:1', 'same'],
			['1:2', 'copy'],
		]);
	});
});

test('the same instruction twice in a stage is two operations', () => {
	expect(
		mapOf('FROM busybox\nRUN same\nRUN same\nRUN same', [
			busybox([1]),
			{id: 'one', kind: 'exec', inputs: ['busybox'], lines: [2]},
			{id: 'two', kind: 'exec', inputs: ['one'], lines: [3]},
			{id: 'three', kind: 'exec', inputs: ['two'], lines: [4]},
		]).places,
	).toEqual({busybox: ['0:0'], one: ['0:1'], two: ['0:2'], three: ['0:3']});
});

test('COPY --link is a copy and a merge; two of the same share the copy', () => {
	const mapping = mapOf(
		'FROM busybox AS a\nCOPY --link x /\nCOPY --link x /\nRUN end',
		[
			busybox([1]),
			{id: 'context', kind: 'source'},
			{
				id: 'copy',
				kind: 'file',
				inputs: ['context'],
				onNothing: true,
				lines: [2, 3],
			},
			{id: 'one', kind: 'merge', inputs: ['busybox', 'copy'], lines: [2]},
			{id: 'two', kind: 'merge', inputs: ['one', 'copy'], lines: [3]},
			{id: 'end', kind: 'exec', inputs: ['two'], lines: [4]},
		],
	);
	expect(mapping.places).toEqual({
		busybox: ['0:0'],
		copy: ['0:1', '0:2'],
		one: ['0:1'],
		two: ['0:2'],
		end: ['0:3'],
	});
	expect(mapping.results).toEqual([
		['0:0', 'busybox'],
		['0:1', 'one'],
		['0:2', 'two'],
		['0:3', 'end'],
	]);
});

describe('stages', () => {
	test.each([[[1, 3]], [[1]], [[3]]])(
		'may copy from the image that they start from, when %j are told',
		lines => {
			expect(
				mapOf(
					[
						'FROM busybox AS a',
						'RUN one',
						'COPY --from=busybox /x /x',
						'FROM a AS b',
						'COPY --from=busybox /y /y',
					].join('\n'),
					[
						busybox([...lines, 5]),
						{id: 'one', kind: 'exec', inputs: ['busybox'], lines: [2]},
						{id: 'x', kind: 'file', inputs: ['one', 'busybox'], lines: [3]},
						{id: 'y', kind: 'file', inputs: ['x', 'busybox'], lines: [5]},
					],
				).results,
			).toEqual([
				['0:0', 'busybox'],
				['0:1', 'one'],
				['0:2', 'x'],
				['1:0', null],
				['1:1', 'y'],
			]);
		},
	);

	test('may each copy from the one before, thousands of them', () => {
		const last = 2999;
		const numbers = Array.from({length: last}, (_, index) => index + 1);
		const dockerfile = [
			'FROM scratch AS s0',
			'COPY first /',
			...numbers.flatMap(number => [
				`FROM scratch AS s${number}`,
				`COPY --from=s${number - 1} / /`,
			]),
		].join('\n');
		const {places} = mapOf(dockerfile, [
			{id: 'context', kind: 'source', name: '[internal] load build context'},
			{
				id: 'c0',
				kind: 'file',
				inputs: ['context'],
				onNothing: true,
				lines: [2],
			},
			...numbers.map((number): HandMade => ({
				id: `c${number}`,
				kind: 'file',
				inputs: [`c${number - 1}`],
				onNothing: true,
				lines: [2 * number + 2],
			})),
		]);
		expect(places['c0']).toEqual(['0:1']);
		expect(places[`c${last}`]).toEqual([`${last}:1`]);
	});

	test('may each start from the one before, thousands of them', () => {
		const last = 2999;
		const numbers = Array.from({length: last}, (_, index) => index + 1);
		const dockerfile = [
			'FROM busybox AS s0',
			'RUN base',
			...numbers.map(number => `FROM s${number - 1} AS s${number}`),
			'RUN end',
		].join('\n');
		const {places} = mapOf(dockerfile, [
			busybox([1]),
			{id: 'base', kind: 'exec', inputs: ['busybox'], lines: [2]},
			{id: 'end', kind: 'exec', inputs: ['base'], lines: [last + 3]},
		]);
		expect(places['base']).toEqual(['0:1']);
		expect(places['end']).toEqual([`${last}:1`]);
	}, 20_000);

	const dockerfile = [
		'FROM busybox AS base',
		'RUN base',
		'FROM base AS middle',
		'ENV X=1',
		'FROM busybox AS tools',
		'RUN tools',
		'FROM middle AS end',
		'RUN --mount=from=tools,target=/t end',
		'LABEL x=y',
		'FROM busybox AS unneeded',
		'RUN unneeded',
	].join('\n');
	const mapping = mapOf(
		dockerfile,
		[
			busybox([1, 5, 10]),
			{id: 'base', kind: 'exec', inputs: ['busybox'], lines: [2]},
			{id: 'tools', kind: 'exec', inputs: ['busybox'], lines: [6]},
			{id: 'end', kind: 'exec', inputs: ['base', 'tools'], lines: [8]},
		],
		3,
	);
	const {program} = mapping;

	test('are needed when something of the target comes from them', () => {
		expect(program.target).toBe(3);
		expect(program.stages).toMatchObject([
			{index: 0, name: 'base', needed: true, steps: [0, 1]},
			{index: 1, name: 'middle', needed: true, steps: [2, 3]},
			{index: 2, name: 'tools', needed: true, steps: [4, 5]},
			{index: 3, name: 'end', needed: true, steps: [6, 7, 8]},
			{index: 4, name: 'unneeded', needed: false, steps: [9, 10]},
		]);
	});

	test('have steps that have something to run, or not', () => {
		expect(program.steps.map(({executes}) => executes)).toEqual([
			true,
			true,
			false,
			false,
			true,
			true,
			false,
			true,
			false,
			true,
			true,
		]);
		expect(program.steps[7]).toEqual({
			id: 7,
			stage: 3,
			index: 1,
			keyword: 'RUN',
			text: 'RUN --mount=from=tools,target=/t end',
			lines: [8, 8],
			executes: true,
			key: null,
			reads: [2],
		});
	});

	test('have a filesystem after each step', () => {
		const digests = program.steps.map(
			({id}) => resultAfter(mapping, id)?.digest ?? null,
		);
		const own = (step: number): string => mapping.ownResults.get(step)!.digest;
		expect(digests).toEqual([
			own(0),
			own(1),
			own(1),
			own(1),
			own(4),
			own(5),
			own(1),
			own(7),
			own(7),
			null,
			null,
		]);
	});
});

describe('nothing but the empty filesystem', () => {
	test('has nothing to run', () => {
		const mapping = mapOf('FROM scratch AS a\nENV X=1\nFROM a\nCMD x', []);
		expect(mapping.program.stages.map(({needed}) => needed)).toEqual([
			true,
			true,
		]);
		expect(mapping.program.steps.map(({executes}) => executes)).toEqual([
			false,
			false,
			false,
			false,
		]);
		expect(resultAfter(mapping, 3)).toBeNull();
	});

	test('may be copied from', () => {
		const mapping = mapOf(
			'FROM scratch AS a\nFROM busybox\nCOPY --from=a / /',
			[
				busybox([2]),
				{id: 'copy', kind: 'file', inputs: ['busybox'], lines: [3]},
			],
		);
		expect(mapping.program.stages.map(({needed}) => needed)).toEqual([
			true,
			true,
		]);
	});
});

test('triggers and instructions that stages share are told apart, where only one place is told', () => {
	const dockerfile = [
		'FROM image AS s0',
		'RUN same',
		'RUN s0',
		'FROM image AS s1',
		'RUN same',
		'RUN --mount=type=bind,from=s0,target=/mnt s1',
	].join('\n');
	const triggers = ['COPY f /', 'RUN trigger'];
	// As engine 20.10 names and places them.
	const {results} = mapOf(
		dockerfile,
		[
			{id: 'image', kind: 'source', name: '[s0 1/3] FROM image', lines: [4]},
			{id: 'context', kind: 'source', name: '[internal] load build context'},
			{
				id: 'copy',
				kind: 'file',
				name: '[s0 2/3] COPY f /',
				inputs: ['image', 'context'],
				lines: [1],
			},
			{
				id: 'trigger',
				kind: 'exec',
				name: '[s0 3/3] RUN trigger',
				inputs: ['copy'],
				lines: [1],
			},
			{
				id: 'same',
				kind: 'exec',
				name: '[s0 4/3] RUN same',
				inputs: ['trigger'],
				lines: [5],
			},
			{
				id: 's0',
				kind: 'exec',
				name: '[s0 5/3] RUN s0',
				inputs: ['same'],
				lines: [3],
			},
			{
				id: 's1',
				kind: 'exec',
				name: '[s1 5/3] RUN s1',
				inputs: ['same', 's0'],
				lines: [6],
			},
		],
		undefined,
		new Map([
			[0, triggers],
			[1, triggers],
		]),
	);
	expect(results.map(([, id]) => id)).toEqual([
		'image',
		'copy',
		'trigger',
		'same',
		's0',
		'image',
		'copy',
		'trigger',
		'same',
		's1',
	]);
});
