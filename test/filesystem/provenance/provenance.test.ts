import {describe, expect, test} from 'vitest';
import type {Link} from '../../../source/filesystem/provenance/provenance.js';
import type {Entry} from '../../../source/filesystem/tree/entry.js';
import {bytePathFromText as path} from '../../../source/text/byte-path.js';
import {entry} from '../listings.js';
import {madeUpBuild, tracersOf} from '../made-up-build.js';

const busybox = {kind: 'image', reference: 'busybox'} as const;
const fromStage = (stage: number) => ({kind: 'stage', stage}) as const;

/** `step kind path`, and of a copy what it copied. */
const short = (links: readonly Link[]): readonly string[] =>
	links.map(link =>
		[
			link.step,
			link.kind,
			link.path,
			...(link.kind === 'copied' ? ['of', link.source] : []),
			...(link.kind === 'moved' || link.kind === 'linked'
				? ['of', link.from]
				: []),
			...(link.kind === 'base' && link.base.kind === 'image'
				? ['of', link.base.reference]
				: []),
		].join(' '),
	);

describe('what a copy makes on the way', () => {
	const build = madeUpBuild([
		{base: busybox, steps: [{files: [entry('out/app'), entry('out/doc')]}]},
		{
			base: {kind: 'stage', stage: 0},
			steps: [
				{
					files: [entry('out/app'), entry('out/doc'), entry('deep/er/a')],
					from: fromStage(0),
					copies: [['out/app', 'deep/er/a']],
				},
			],
		},
		{
			base: busybox,
			steps: [
				{
					files: [entry('bin/a'), entry('etc/x/y')],
					from: fromStage(1),
					copies: [['deep/er', 'bin/']],
				},
			],
		},
	]);

	test('a directory that a copy made on the way is its work', async () => {
		expect(short(await tracersOf(build).origin(1, path('deep')))).toEqual([
			'3 written deep',
		]);
	});
});

describe('where a file came from', () => {
	const app = entry('out/app', {size: 3, modified: 5n});
	const build = madeUpBuild(
		[
			{
				base: busybox,
				steps: [{files: [app, entry('out/lib/a.so'), entry('bin/sh')]}],
			},
			{
				base: busybox,
				steps: [
					{
						files: [{...app, path: path('usr/bin/app')}, entry('bin/sh')],
						from: fromStage(0),
						copies: [['out/app', 'usr/bin/']],
					},
					{
						files: [
							{...app, path: path('usr/bin/app'), mode: 0o755},
							entry('bin/sh'),
							entry('usr/lib/a.so'),
							entry('lib', {linkTarget: 'usr/lib'}),
							entry('config', {size: 1}),
						],
					},
					{
						from: fromStage(0),
						copies: [['out/lib/*.so', 'lib/']],
					},
					{
						from: {kind: 'context', name: null},
						copies: [
							['a', ''],
							['b', ''],
						],
					},
				],
			},
			{base: fromStage(1), steps: [{}]},
		],
		{
			busybox: [entry('bin/sh')],
			context: [entry('a/config', {size: 2}), entry('b/config', {size: 1})],
		},
	);
	const trace = async (stage: number, text: string) =>
		short(await tracersOf(build).origin(stage, path(text)));

	test('back through a copy that renames, and a change of mode since', async () => {
		await expect(trace(1, 'usr/bin/app')).resolves.toEqual([
			'4 touched usr/bin/app',
			'3 copied usr/bin/app of out/app',
			'1 written out/app',
		]);
	});

	test('through a glob into a directory that is a link', async () => {
		await expect(trace(1, 'usr/lib/a.so')).resolves.toEqual([
			'5 copied usr/lib/a.so of out/lib/a.so',
			'1 written out/lib/a.so',
		]);
	});

	test('the last source that has it wins', async () => {
		await expect(trace(1, 'config')).resolves.toEqual([
			'6 copied config of b/config',
		]);
	});

	test('through a stage built on a stage, to the image', async () => {
		await expect(trace(2, 'bin/sh')).resolves.toEqual([
			'2 base bin/sh of busybox',
		]);
	});

	test('nothing of what is not there', async () => {
		await expect(trace(2, 'bin/none')).resolves.toEqual([]);
	});

	test('nothing through a link: its directories are directories', async () => {
		await expect(trace(1, 'lib/a.so')).resolves.toEqual([]);
	});
});

describe('where a file went', () => {
	const build = madeUpBuild([
		{base: busybox, steps: [{files: [entry('a'), entry('b'), entry('c')]}]},
		{
			base: fromStage(0),
			steps: [{files: [entry('a'), entry('c'), entry('b', {size: 9})]}],
		},
		{
			base: {kind: 'scratch'},
			steps: [
				{
					files: [entry('srv/a'), entry('srv/b', {size: 9})],
					from: fromStage(1),
					copies: [
						['a', 'srv/'],
						['b', 'srv/'],
					],
				},
			],
		},
	]);
	const follow = async (text: string) => {
		const arrivals = await tracersOf(build).arrivals(0, path(text));
		return arrivals.map(({stage, path: at, links, fate}) =>
			[`${stage}:${at}`, ...short(links), fate.kind].join(', '),
		);
	};

	test('into what starts from its stage, and on by a copy', async () => {
		await expect(follow('a')).resolves.toEqual([
			'1:a, there',
			'2:srv/a, 5 copied srv/a of a, there',
		]);
	});

	test('no further than where it was overwritten', async () => {
		await expect(follow('b')).resolves.toEqual(['1:b, overwritten']);
	});

	test('it may stay in all that it came to', async () => {
		await expect(follow('c')).resolves.toEqual(['1:c, there']);
	});
});

describe('what a RUN did', () => {
	const contents = (text: string) =>
		new Map([['contents', new TextEncoder().encode(text)]]);
	const old = entry('a', {size: 3, modified: 5n, xattrs: contents('a')});
	const build = madeUpBuild(
		[
			{
				base: busybox,
				steps: [
					{
						files: [
							old,
							entry('gone', {size: 7, modified: 8n}),
							entry('x', {xattrs: contents('x')}),
						],
					},
					{
						files: [
							{...old, path: path('sub/b')},
							entry('y', {modified: 9n}),
							entry('x', {modified: 3n, xattrs: contents('x')}),
						],
					},
					{
						files: [
							{...old, path: path('sub/b')},
							{...old, path: path('c')},
							{...old, path: path('sub/b'), hardLinkTo: path('c')},
						].slice(1),
					},
					{},
					{files: [{...old, path: path('c'), xattrs: contents('b')}]},
					{},
				],
			},
		],
		{},
	);
	const {origin, course} = tracersOf(build);

	test('a file that it moved came from where it was before', async () => {
		const cut = tracersOf({
			...build,
			graph: {
				stages: build.graph.stages.map(stage => ({
					...stage,
					steps: stage.steps.slice(0, 3),
				})),
			},
		});
		expect(short(await cut.origin(0, path('sub/b')))).toEqual([
			'2 moved sub/b of a',
			'1 written a',
		]);
		expect(short(await cut.origin(0, path('x')))).toEqual([
			'2 touched x',
			'1 written x',
		]);
	});

	test('contents that changed behind the same size and time are found', async () => {
		expect(short(await origin(0, path('c')))).toEqual(['5 written c']);
	});

	test('what it deleted, moved and overwrote is told of it', async () => {
		expect(await course(0, 1, path('gone'))).toMatchObject({
			fate: {kind: 'deleted', step: 2},
		});
		const moved = await course(0, 1, path('a'));
		expect(moved).toMatchObject({
			path: 'sub/b',
			fate: {kind: 'deleted', step: 5},
		});
		expect(short(moved.links)).toContain('2 moved sub/b of a');
	});
});

describe('hard links', () => {
	const f = entry('f', {size: 4, xattrs: new Map([['contents', bytes('a')]])});
	const g = {...f, path: path('g')};
	const copied = (from: string, to: string) => ({
		from: fromStage(0),
		copies: [[from, to]] as const,
	});
	const build = madeUpBuild([
		{base: busybox, steps: [{files: [f]}]},
		{
			base: busybox,
			steps: [
				{files: [f], ...copied('f', 'f')},
				{files: [{...f}, {...g, hardLinkTo: path('f')}]},
				{files: [entry('f', {size: 4, modified: 7n}), g]},
			],
		},
		{base: {kind: 'stage', stage: 1}, steps: [{files: [g]}]},
	]);

	test('a name that a file got is followed on where the first is lost', async () => {
		const arrivals = await tracersOf(build).arrivals(0, path('f'));
		expect(
			arrivals.map(({stage, path: at, fate, links}) => [
				`${stage}:${at} ${fate.kind}`,
				...short(links),
			]),
		).toEqual([
			['1:f overwritten', '3 copied f of f'],
			['1:g there', '4 linked g of f', '3 copied f of f'],
			['2:g there', '4 linked g of f', '3 copied f of f'],
		]);
	});
});

describe('files of one size and time that changed places', () => {
	const holding = (name: string, text: string) =>
		entry(name, {size: 4, xattrs: new Map([['contents', bytes(text)]])});
	const build = madeUpBuild([
		{
			base: busybox,
			steps: [
				{files: [holding('a', 'one'), holding('b', 'two')]},
				{
					files: [{...holding('a', 'two'), mode: 0o600}, holding('b', 'one')],
				},
				{files: [holding('a', 'two')]},
			],
		},
	]);

	test('each is followed to where it was, and to where it went', async () => {
		const {origin, course} = tracersOf(build);
		expect(short(await origin(0, path('a')))).toEqual([
			'3 touched a',
			'2 moved a of b',
			'1 written b',
		]);
		expect(await course(0, 1, path('a'))).toMatchObject({
			path: 'b',
			fate: {kind: 'deleted', step: 3},
		});
		const gone = await course(0, 1, path('b'));
		expect(gone).toMatchObject({path: 'a', fate: {kind: 'there'}});
		expect(short(gone.links)).toEqual(['3 touched a', '2 moved a of b']);
	});
});

describe('files of the same contents', () => {
	const holding = (name: string, text: string, mode = 0o644) =>
		entry(name, {size: 4, mode, xattrs: new Map([['contents', bytes(text)]])});
	const built = (...states: ReadonlyArray<readonly Entry[]>) =>
		tracersOf(
			madeUpBuild([
				{base: busybox, steps: states.map(files => ({files}))},
				{
					base: busybox,
					steps: [{from: fromStage(0), copies: [['b', 'out']]}],
				},
			]),
		);
	const one = [holding('a', 'one'), holding('b', 'one')];

	test('where one is overwritten and the other touched, it is not the other', async () => {
		const {course, arrivals, names} = built(one, [
			{...holding('a', 'two'), modified: 9n},
			holding('b', 'one', 0o600),
		]);
		expect(await course(0, 1, path('a'))).toMatchObject({
			path: 'a',
			fate: {kind: 'overwritten', step: 2},
		});
		expect(await course(0, 1, path('b'))).toMatchObject({
			path: 'b',
			fate: {kind: 'there'},
		});
		expect(await names(0, 1, path('a'))).toEqual([]);
		expect(await arrivals(0, path('a'))).toEqual([]);
	});

	test('where one is deleted and the other touched, it is not the other', async () => {
		const {course} = built(one, [holding('b', 'one', 0o600)]);
		expect(await course(0, 1, path('a'))).toMatchObject({
			path: 'a',
			fate: {kind: 'deleted', step: 2},
		});
	});

	test('a new one beside one that was touched was not moved from there', async () => {
		const {origin, course} = built(one.slice(0, 1), [
			{...holding('a', 'one'), modified: 9n},
			holding('b', 'one'),
		]);
		expect(short(await origin(0, path('b')))).toEqual(['2 written b']);
		expect(await course(0, 1, path('a'))).toMatchObject({path: 'a'});
	});

	test('a second name of one that was touched is a second name', async () => {
		const {origin, names} = built(one.slice(0, 1), [
			holding('a', 'one', 0o600),
			{...holding('b', 'one', 0o600), hardLinkTo: path('a')},
		]);
		expect(short(await origin(0, path('b')))).toEqual([
			'2 linked b of a',
			'1 written a',
		]);
		const [name] = await names(0, 1, path('a'));
		expect(short(name!.links)).toEqual(['2 linked b of a']);
	});

	test('a link that another took the place of is followed to where it is', async () => {
		const {origin, course} = built(
			[entry('a', {linkTarget: 'x'}), entry('b', {linkTarget: 'y'})],
			[entry('b', {linkTarget: 'x'})],
		);
		expect(short(await origin(0, path('b')))).toEqual([
			'2 moved b of a',
			'1 written a',
		]);
		expect(await course(0, 1, path('a'))).toMatchObject({path: 'b'});
	});
});

test('a link that was made anew where its directory was moved came from there', async () => {
	const link = (name: string, modified: bigint) =>
		entry(name, {linkTarget: 'x', modified});
	const {origin} = tracersOf(
		madeUpBuild([
			{
				base: busybox,
				steps: [
					{files: [link('one/l', 3n), link('one/m', 4n)]},
					{files: [link('two/l', 5n), link('two/other', 5n)]},
				],
			},
		]),
	);
	expect(short(await origin(0, path('two/l')))).toEqual([
		'2 moved two/l of one/l',
		'1 written one/l',
	]);
	expect(short(await origin(0, path('two/other')))).toEqual([
		'2 written two/other',
	]);
});

function bytes(text: string): Uint8Array {
	return new TextEncoder().encode(text);
}

describe('files of the same contents and time', () => {
	const alike = (name: string) => entry(name, {size: 3, modified: 5n});
	const build = madeUpBuild([
		{
			base: busybox,
			steps: [
				{
					files: [
						alike('gone1'),
						alike('gone2'),
						alike('pkg/a/LICENSE'),
						alike('pkg/b/LICENSE'),
						alike('stays'),
					],
				},
				{
					files: [
						alike('here'),
						alike('moved/a/LICENSE'),
						alike('moved/b/LICENSE'),
						alike('stays'),
					],
				},
			],
		},
	]);
	const {origin, course} = tracersOf(build);

	test('in a directory that was moved are known by their place in it', async () => {
		for (const name of ['a', 'b']) {
			// eslint-disable-next-line no-await-in-loop
			const [link] = await origin(0, path(`moved/${name}/LICENSE`));
			expect(link).toMatchObject({from: `pkg/${name}/LICENSE`});
			expect(link).not.toHaveProperty('alternatives');
		}
	});

	test('are all named where nothing tells which of them it was', async () => {
		const [link] = await origin(0, path('here'));
		expect(link).toMatchObject({kind: 'moved'});
		const {from, alternatives} = link as Extract<Link, {kind: 'moved'}>;
		expect(new Set([from, ...alternatives])).toEqual(
			new Set(['gone1', 'gone2', 'pkg/a/LICENSE', 'pkg/b/LICENSE']),
		);
	});

	test('so are they forward', async () => {
		const {path: to, links} = await course(0, 1, path('gone2'));
		expect(to).toBe('here');
		expect(links[0]).toMatchObject({
			alternatives: ['gone1', 'pkg/a/LICENSE', 'pkg/b/LICENSE'],
		});
		const known = await course(0, 1, path('pkg/b/LICENSE'));
		expect(known.path).toBe('moved/b/LICENSE');
		expect(known.links[0]).not.toHaveProperty('alternatives');
	});
});
