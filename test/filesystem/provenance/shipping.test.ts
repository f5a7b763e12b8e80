import {expect, test} from 'vitest';
import {
	changeTree,
	rowKindOf,
	rowKindOfBits,
} from '../../../source/filesystem/compare/change-tree.js';
import {compare} from '../../../source/filesystem/compare/comparison.js';
import type {Entry} from '../../../source/filesystem/tree/entry.js';
import {pathMatcher} from '../../../source/filesystem/compare/ignore.js';
import {Shipping} from '../../../source/filesystem/provenance/shipping.js';
import {summaryRows} from '../../../source/filesystem/compare/summary.js';
import {CopyMappings} from '../../../source/inspect/trace/copy-mappings.js';
import {bytePathFromText as path} from '../../../source/text/byte-path.js';
import {directory, entry} from '../listings.js';
import {madeUpBuild, withParents} from '../made-up-build.js';

const builder = withParents([
	entry('etc/certs', {size: 9}),
	entry('out/app', {size: 100}),
	entry('out/symbols', {size: 70}),
	entry('pkg/tool.deb', {size: 50}),
	entry('site/css/a', {size: 1}),
	entry('site/index', {size: 2}),
	entry('src/main', {size: 30}),
]);
const final = withParents([
	entry('etc/certs', {size: 9}),
	entry('etc/own', {size: 4}),
	entry('usr/bin/app', {size: 100, mode: 0o755}),
	entry('www/css/a', {size: 1}),
	entry('www/index', {size: 3}),
]);

async function shipment(from: readonly Entry[], to: readonly Entry[]) {
	const {graph, lookup} = madeUpBuild([
		{base: {kind: 'scratch'}, steps: [{files: from}]},
		{
			base: {kind: 'scratch'},
			steps: [
				{
					files: to,
					from: {kind: 'stage', stage: 0},
					copies: [
						['out/app', 'usr/bin'],
						['site', 'www'],
						['etc/certs', 'etc/certs'],
						// Gone again in the end.
						['pkg/tool.deb', 'tmp/'],
					],
				},
			],
		},
	]);
	const copy = graph.stages[1]!.steps[1]!.copy!;
	const {step} = copy;
	const mapping = await new CopyMappings(lookup).of(copy);
	const shipping = new Shipping(at =>
		mapping
			.destinationsOf({kind: 'stage', stage: 0}, at)
			.map(destination => ({path: destination, step, from: 0})),
	);
	const {changes} = await compare(from, to, {
		onSame: shipping.addSame,
		differing: async () => new Set(),
	});
	return shipping.settle(changes);
}

test('what a copy took elsewhere is shipped, and told once; what was deleted there again is left behind', async () => {
	const {changes, inPlace} = await shipment(builder, final);
	expect(inPlace).toEqual({files: 1, bytes: 9});
	const tree = changeTree(changes);
	expect(tree.totals(0)).toEqual({
		added: {files: 1, bytes: 4},
		removed: {files: 3, bytes: 150},
		changed: {files: 0, bytes: 0, bytesAfter: 0},
		shipped: {files: 3, bytes: 103, bytesAfter: 104},
	});
	const rows = summaryRows(tree, 0).map(({node}) => {
		const change = tree.changes.get(node);
		return [
			tree.paths.path(node),
			change ? rowKindOf(change) : null,
			change?.shippedTo?.path ?? null,
		];
	});
	expect(rows).toEqual([
		['out/app', 'shipped', 'usr/bin/app'],
		['out/symbols', 'removed', null],
		['pkg', 'removed', null],
		['src', 'removed', null],
		['etc/own', 'added', null],
		['site', 'shipped', 'www'],
	]);
});

test('of a directory of which a part stayed, each part has its row', async () => {
	const {changes} = await shipment(
		builder,
		final.filter(({path: at}) => at !== path('www/css/a')),
	);
	const tree = changeTree(changes);
	expect(
		summaryRows(tree, 0)
			.map(({node}) => tree.paths.path(node))
			.filter(at => at.startsWith('site')),
	).toEqual(['site/index', 'site/css/a']);
});

test('a directory that is changed itself is one row with all that was removed from it', async () => {
	const {changes} = await compare(
		withParents([entry('bin/a'), entry('bin/b')]),
		[directory('bin', {mode: 0o700})],
		{differing: async () => new Set()},
	);
	const tree = changeTree(changes);
	expect(changes).toHaveLength(3);
	expect(summaryRows(tree, 0)).toEqual([{node: 1, isWhole: true}]);
	expect(rowKindOfBits(tree.kinds[1]!)).toBe('removed');
});

test('paths are from the root with what is in them, globs without a slash for names anywhere', () => {
	const tests = (...patterns: readonly string[]) =>
		['out', 'out/app', 'src/out', 'a/b.so', 'a/b.so/c'].filter(text =>
			pathMatcher(patterns)(path(text)),
		);
	expect(tests()).toHaveLength(5);
	expect(tests('.')).toHaveLength(5);
	expect(tests('out')).toEqual(['out', 'out/app']);
	expect(tests('/src/', '*.so')).toEqual(['src/out', 'a/b.so', 'a/b.so/c']);
	expect(tests('a/*')).toEqual(['a/b.so', 'a/b.so/c']);
});
