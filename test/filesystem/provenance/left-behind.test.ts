import {expect, test} from 'vitest';
import {
	SameSize,
	costOf,
	duplicatesOf,
} from '../../../source/filesystem/compare/duplicates.js';
import {
	filesOf,
	layerSteps,
	lineageOf,
	ownSteps,
	sourceStages,
} from '../../../source/filesystem/provenance/left-behind.js';
import {bytePathFromText as path} from '../../../source/text/byte-path.js';
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
	expect(sourceStages(graph, 4, new Set([0, 1, 2, 3, 4]))).toEqual([0, 1, 2]);
});

test('the layers of an image are those of its stage and of what that starts from', () => {
	expect(layerSteps(graph, 4)).toEqual([6, 8]);
	expect(ownSteps(graph, 4)).toEqual([8]);
});

test('files are summed up by what they are, the largest first', () => {
	const {amount, categories, tree, byCategory} = filesOf([
		{path: path('src/main.go'), bytes: 10},
		{path: path('usr/bin/ld'), bytes: 60},
		{path: path('root/.cache/go-build/x'), bytes: 100},
	]);
	expect(amount).toEqual({files: 3, bytes: 170});
	expect(categories).toEqual([
		['package cache', {files: 1, bytes: 100}],
		['compilers and headers', {files: 1, bytes: 60}],
		['sources', {files: 1, bytes: 10}],
	]);
	expect(tree.totals(0).removed).toEqual({files: 3, bytes: 170});
	expect(byCategory.get('sources')).toHaveLength(1);
});

test("duplicates are read only where sizes are the same and one is not the base image's, and cost all but one", () => {
	const size = 100_000;
	const same = new SameSize();
	for (const [name, bytes, isOfBase] of [
		['a', size, true],
		['b', size, false],
		['c', size, false],
		['of-base', size + 1, true],
		['of-base2', size + 1, true],
		['other', size + 2, false],
		['small', 5, false],
		['small2', 5, false],
	] as const) {
		same.add({path: path(name), size: bytes, isOfBase});
	}

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
