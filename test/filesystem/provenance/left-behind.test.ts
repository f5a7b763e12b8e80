import {expect, test} from 'vitest';
import {
	collectSameSize,
	costOf,
	duplicatesOf,
} from '../../../source/filesystem/compare/duplicates.js';
import {
	hiddenBy,
	layerSteps,
} from '../../../source/filesystem/provenance/lower-layers.js';
import {
	amountIn,
	leftBehind,
	leftIn,
	lineageOf,
	shippedBy,
	sourceStages,
} from '../../../source/filesystem/provenance/left-behind.js';
import {bytePathFromText as path} from '../../../source/text/byte-path.js';
import {directory, entry, listing} from '../listings.js';
import {madeUpBuild} from '../made-up-build.js';

const busybox = {kind: 'image', reference: 'busybox'} as const;
const fromStage = (stage: number) => ({kind: 'stage', stage}) as const;

// 0 tools, 1 builder (on tools), 2 packer (copies of builder), 3 final (copies of packer), 4 base of final, 5 unused
const {graph} = madeUpBuild([
	{base: busybox, steps: []},
	{base: fromStage(0), steps: [{}]},
	{
		base: {kind: 'scratch'},
		steps: [{from: fromStage(1), copies: [['out', 'packed']]}],
	},
	{base: busybox, steps: [{}]},
	{
		base: fromStage(3),
		steps: [{from: fromStage(2), copies: [['packed/*.bin', 'srv/']]}],
	},
]);

test('the target is made of its stage and what that starts from', () => {
	expect([...lineageOf(graph, 4)]).toEqual([4, 3]);
	expect(sourceStages(graph, 4, new Set([0, 1, 2, 3, 4]))).toEqual([1, 2]);
});

test('a file ships if copies bring it to the target, from stage to stage', () => {
	const isShipped = shippedBy(graph, 4);
	expect(isShipped(1, path('out/a.bin'))).toBe(true);
	expect(isShipped(0, path('out/a.bin'))).toBe(true);
	expect(isShipped(1, path('out/a.txt'))).toBe(false);
	expect(isShipped(1, path('src/a.bin'))).toBe(false);
	expect(isShipped(2, path('packed/a.bin'))).toBe(true);
});

test('what stayed is summed up by what it is, files of several names once', async () => {
	const {stayed, base, shipped} = await leftBehind(
		listing(
			directory('src'),
			entry('src/main.go', {size: 10}),
			entry('root/.cache/go-build/x', {size: 100}),
			entry('root/.cache/go-build/y', {
				hardLinkTo: 'root/.cache/go-build/x',
			}),
			entry('out/app', {size: 7}),
			entry('usr/bin/cc', {size: 50}),
			entry('usr/bin/ld', {size: 60, modified: 9n}),
		),
		listing(
			entry('etc/gone', {size: 1}),
			entry('usr/bin/cc', {size: 50}),
			entry('usr/bin/ld', {size: 60}),
		),
		name => name === 'out/app',
	);
	expect(shipped).toEqual({files: 1, bytes: 7});
	expect(base).toEqual({files: 1, bytes: 50});
	expect(stayed.amount).toEqual({files: 4, bytes: 170});
	expect(stayed.categories).toEqual([
		['package cache', {files: 2, bytes: 100}],
		['compilers and headers', {files: 1, bytes: 60}],
		['sources', {files: 1, bytes: 10}],
	]);
	expect(stayed.tree.totals(0).removed).toEqual({files: 4, bytes: 170});
});

test('of the final image only what nothing needs to run is left in by mistake', async () => {
	const {found, all} = await leftIn(
		listing(
			entry('app/.git/HEAD', {size: 1}),
			entry('app/main.py', {size: 2}),
			entry('usr/share/doc/x', {size: 4}),
			entry('var/lib/apt/lists/x', {size: 8}),
		),
	);
	expect(all).toEqual({files: 4, bytes: 15});
	expect(found.categories.map(([category]) => category)).toEqual([
		'package lists',
		'version control',
	]);
});

test('duplicates are read only where sizes are the same, and cost all but one', async () => {
	const size = 100_000;
	const same = collectSameSize(
		listing(
			entry('a', {size}),
			entry('b', {size}),
			entry('c', {size}),
			entry('d', {hardLinkTo: 'a'}),
			entry('small', {size: 5}),
			entry('small2', {size: 5}),
			entry('other', {size: size + 1}),
		),
	);
	await expect(amountIn(same.listing)).resolves.toMatchObject({files: 7});
	const candidates = same.candidates();
	expect(candidates.map(found => found.path)).toEqual(['a', 'b', 'c']);
	const hashes = new Map(
		candidates.map(found => [found.path, found.path === 'b' ? 'y' : 'x']),
	);
	const [group, ...others] = duplicatesOf(candidates, hashes);
	expect(others).toEqual([]);
	expect(group).toEqual({paths: ['a', 'c'], size});
	expect(costOf(group!)).toBe(size);
});

test('what a step deletes or touches stays in the layer below', async () => {
	expect(layerSteps(graph, 4)).toEqual([6, 8]);
	const hidden = await hiddenBy(
		7,
		listing(
			entry('deleted', {size: 1}),
			entry('mode', {size: 2}),
			entry('same', {size: 4}),
			entry('time', {size: 8}),
			entry('written', {size: 16}),
		),
		listing(
			entry('mode', {size: 2, mode: 0o600}),
			entry('new', {size: 32}),
			entry('same', {size: 4}),
			entry('time', {size: 8, modified: 7n}),
			entry('written', {size: 17}),
		),
	);
	expect(hidden.map(({path: name, bytes, how}) => [name, bytes, how])).toEqual([
		['deleted', 1, 'deleted'],
		['mode', 2, 'changed'],
		['written', 16, 'changed'],
		['time', 8, 'changed'],
	]);
});
