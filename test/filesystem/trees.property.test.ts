import fc from 'fast-check';
import picomatch from 'picomatch';
import {expect, test} from 'vitest';
import {
	type ChangeTree,
	changeTree,
} from '../../source/filesystem/compare/change-tree.js';
import {compare} from '../../source/filesystem/compare/comparison.js';
import {FileTreeBuilder} from '../../source/filesystem/tree/file-tree.js';
import {
	filterTree,
	isNarrower,
} from '../../source/filesystem/tree/path-filter.js';
import {orderByWeight} from '../../source/filesystem/tree/path-order.js';
import {visibleRows} from '../../source/filesystem/tree/path-rows.js';
import {nameOf, parentOf} from '../../source/filesystem/tree/paths.js';
import {summaryRows} from '../../source/filesystem/compare/summary.js';
import {textOf} from '../../source/text/byte-path.js';
import {type MadeUp, differing, filesystems} from './listings.js';

const treeOf = ({entries}: MadeUp) => {
	const builder = new FileTreeBuilder();
	for (const entry of entries) {
		builder.add(entry);
	}

	return builder.finish();
};

const everything = {expanded: null, order: null, shown: null};

test('a tree gives back what was listed, in its order', () => {
	fc.assert(
		fc.property(filesystems, made => {
			const tree = treeOf(made);
			const rows = [...visibleRows(tree.paths, everything)];
			expect(rows.map(node => tree.entry(node))).toEqual(made.entries);
			for (const node of rows) {
				expect(tree.paths.find(tree.paths.path(node))).toBe(node);
			}
		}),
	);
});

test('a directory has the bytes and files of all below it', () => {
	fc.assert(
		fc.property(filesystems, made => {
			const tree = treeOf(made);
			for (let node = 0; node < tree.paths.size; node++) {
				const path = tree.paths.path(node);
				const below = made.entries.filter(
					entry =>
						entry.kind !== 'directory' &&
						(path === '' ||
							entry.path === path ||
							entry.path.startsWith(`${path}/`)),
				);
				expect(tree.files[node]).toBe(below.length);
				expect(tree.bytes[node]).toBe(
					below.map(({size}) => size).reduce((sum, size) => sum + size, 0),
				);
			}
		}),
	);
});

test('rows show what is below open directories, heaviest first where asked', () => {
	fc.assert(
		fc.property(filesystems, fc.infiniteStream(fc.boolean()), (made, open) => {
			const {paths, bytes} = treeOf(made);
			const expanded = new Set(
				Array.from({length: paths.size}, (_, node) => node).filter(
					() => open.next().value,
				),
			);
			const order = orderByWeight(paths, bytes);
			const byName = [...visibleRows(paths, {...everything, expanded})];
			const bySize = [...visibleRows(paths, {...everything, expanded, order})];
			const isVisible = (node: number): boolean =>
				paths.parents[node] === 0 ||
				(expanded.has(paths.parents[node]!) && isVisible(paths.parents[node]!));
			expect(byName).toEqual(
				Array.from({length: paths.size - 1}, (_, index) => index + 1).filter(
					node => isVisible(node),
				),
			);
			expect(new Set(bySize)).toEqual(new Set(byName));
			for (const node of bySize) {
				const siblings = bySize.filter(
					other => paths.parents[other] === paths.parents[node],
				);
				expect(siblings).toEqual(
					siblings.toSorted((a, b) => bytes[b]! - bytes[a]! || a - b),
				);
			}
		}),
	);
});

test.each([
	'a',
	'A.B',
	'b',
	'/',
	'//a',
	'a/b',
	'a/b/',
	'/a/b/a',
	'*',
	'*.b',
	'a*b',
	'*a*b*',
	'?',
	'a/*',
	'{a,b}',
	'é',
])('a filter by %j keeps what matches and the way there', text => {
	fc.assert(
		fc.property(filesystems, made => {
			const tree = treeOf(made);
			const isGlob = /[*?\{]/v.test(text);
			const hits = made.entries.filter(({path}) => {
				const subject = textOf(text.includes('/') ? path : nameOf(path));
				return isGlob
					? picomatch(text, {dot: true})(subject)
					: `/${subject}`.lastIndexOf(text) + text.length >
							subject.lastIndexOf('/') + 1 && `/${subject}`.includes(text);
			});
			const {shown, count} = filterTree(tree.paths, text);
			const kept = new Set<string>(hits.map(({path}) => path));
			for (const {path} of hits) {
				for (let at = parentOf(path); at !== ''; at = parentOf(at)) {
					kept.add(at);
				}
			}

			expect(count).toBe(hits.length);
			const narrower = filterTree(tree.paths, `${text}b`);
			if (isNarrower(`${text}b`, text)) {
				expect(filterTree(tree.paths, `${text}b`, shown)).toEqual(narrower);
			}

			expect(
				[...visibleRows(tree.paths, {...everything, shown})].map(node =>
					tree.paths.path(node),
				),
			).toEqual(
				made.entries.map(({path}) => path).filter(path => kept.has(path)),
			);
		}),
	);
});

test('small letters match capitals, capitals only themselves', () => {
	const {paths} = treeOf({
		entries: ['README', 'readme'].map((name, index) => ({
			...treeOf({entries: [], contents: new Map()}).entry(0),
			kind: 'file' as const,
			path: name as never,
			size: index,
		})),
		contents: new Map(),
	});
	expect(filterTree(paths, 'read').count).toBe(2);
	expect(filterTree(paths, 'READ').count).toBe(1);
	expect(filterTree(paths, 'read*').count).toBe(2);
});

function changedNodes({paths, changes}: ChangeTree): readonly number[] {
	return Array.from({length: paths.size}, (_, node) => node).filter(node =>
		changes.has(node),
	);
}

test('what a filter keeps of a comparison is as if there were no more', async () => {
	await fc.assert(
		fc.asyncProperty(
			filesystems,
			filesystems,
			fc.nat(4),
			async (a, b, choice) => {
				const {changes} = await compare(a.entries, b.entries, {
					differing: differing(a, b),
				});
				const isKept = (index: number) => index % 5 !== choice;
				const whole = changeTree(changes);
				const kept = new Set(
					changedNodes(whole).filter((_, index) => isKept(index)),
				);
				const tree = whole.filtered(node => kept.has(node));
				const alone = changeTree(changes.filter((_, index) => isKept(index)));
				expect(tree.totals(0)).toEqual(alone.totals(0));
				expect(tree.changes.size).toBe(kept.size);
				const shapeOf = ({paths, kinds, weights}: ChangeTree) =>
					Array.from({length: paths.size}, (_, node) => node)
						.filter(node => kinds[node] !== 0)
						.map(node => [paths.path(node), kinds[node], weights[node]]);
				expect(shapeOf(tree)).toEqual(shapeOf(alone));
			},
		),
	);
});

test('the sums of a comparison are those of its changes', async () => {
	await fc.assert(
		fc.asyncProperty(filesystems, filesystems, async (a, b) => {
			const {changes} = await compare(a.entries, b.entries, {
				differing: differing(a, b),
			});
			const tree = changeTree(changes);
			const {added, removed, changed} = tree.totals(0);
			expect(
				added.bytes - removed.bytes + changed.bytesAfter - changed.bytes,
			).toBe(changes.reduce((sum, {bytes}) => sum + bytes.to - bytes.from, 0));
			const nodes = changedNodes(tree);
			for (const node of nodes) {
				const below = nodes.filter(
					other => other >= node && other < tree.paths.ends[node]!,
				);
				expect(tree.files(node)).toBeLessThanOrEqual(2 * below.length);
			}
		}),
	);
});

test('a summary has every change in one row', async () => {
	await fc.assert(
		fc.asyncProperty(
			filesystems,
			filesystems,
			fc.nat(20),
			async (a, b, room) => {
				const {changes} = await compare(a.entries, b.entries, {
					differing: differing(a, b),
				});
				const tree = changeTree(changes);
				const rows = summaryRows(tree, room);
				const isIn = (node: number, row: (typeof rows)[number]): boolean =>
					row.isWhole
						? node >= row.node && node < tree.paths.ends[row.node]!
						: node === row.node;
				for (const node of changedNodes(tree)) {
					const {from, to} = tree.changes.get(node)!;
					const count = rows.filter(row => isIn(node, row)).length;
					// The row of a directory that was opened is what its contents say.
					const isOpened =
						(from ?? to)!.kind === 'directory' && tree.paths.hasChildren(node);
					expect(count).toBeLessThanOrEqual(1);
					expect(count === 1 || isOpened).toBe(true);
				}

				const weights = rows.map(({node}) => tree.weights[node]!);
				expect(weights).toEqual(weights.toSorted((x, y) => y - x));
			},
		),
	);
});
