import {expect, test} from 'vitest';
import {
	leftBehind,
	leftIn,
	lineageOf,
	shippedBy,
	sourceStages,
} from '../../source/filesystem/left-behind.js';
import {bytePathFromText as path} from '../../source/text/byte-path.js';
import {directory, entry, listing} from './listings.js';
import {madeUpBuild} from './made-up-build.js';

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
	const {stayed, shipped} = await leftBehind(
		listing(
			directory('src'),
			entry('src/main.go', {size: 10}),
			entry('root/.cache/go-build/x', {size: 100}),
			entry('root/.cache/go-build/y', {
				hardLinkTo: 'root/.cache/go-build/x',
			}),
			entry('out/app', {size: 7}),
		),
		name => name === 'out/app',
	);
	expect(shipped).toEqual({files: 1, bytes: 7});
	expect(stayed.amount).toEqual({files: 3, bytes: 110});
	expect(stayed.categories).toEqual([
		['package cache', {files: 2, bytes: 100}],
		['sources', {files: 1, bytes: 10}],
	]);
	expect(stayed.tree.totals(0).removed).toEqual({files: 3, bytes: 110});
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
