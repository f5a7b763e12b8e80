import type {ChangeTree} from '../../filesystem/compare/change-tree.js';
import type {SummaryRow} from '../../filesystem/compare/summary.js';
import {type BytePath, asBytePath} from '../../text/byte-path.js';

/** A row of a comparison in its directory. */
export type NestedRow = SummaryRow & {
	/** How many directories it is in that have rows of their own. */
	readonly depth: number;

	/** From the directory above it that has a row. */
	readonly name: BytePath;

	/** Whether it only sums up the rows below it. */
	readonly isHeader: boolean;
};

/** What package managers keep of what is installed: how it changed says nothing that the packages' own files don't say. */
const databases = [
	'var/lib/dpkg',
	'lib/apk/db',
	'usr/lib/apk/db',
	'var/lib/rpm',
	'usr/lib/sysimage/rpm',
].map(path => asBytePath(path));

/** @returns Whether a directory is a package manager's database. */
export function isDatabase(path: BytePath): boolean {
	return databases.includes(path);
}

/**
@param rows - Of the tree, no row within another.
@param byName - Whether they come in the order of their names; else the heaviest come first.
@returns The rows in their directories, each of which sums up what is below it where that are several; a package manager's
database is one row.
*/
export function nestedRows(
	tree: ChangeTree,
	rows: readonly SummaryRow[],
	byName: boolean,
): readonly NestedRow[] {
	const shown = withDatabases(tree, rows);
	const byNode = new Map(shown.map(row => [row.node, row]));
	const counts = new Map<number, number>();
	for (const {node} of shown) {
		for (let at = node; at > 0; at = tree.paths.parents[at]!) {
			counts.set(at, (counts.get(at) ?? 0) + 1);
		}
	}

	const nested: NestedRow[] = [];
	const add = (node: number, prefix: BytePath, depth: number): void => {
		const own = byNode.get(node);
		const name = asBytePath(
			tree.paths.path(node).slice(prefix === '' ? 0 : prefix.length + 1),
		);
		const below = [...tree.paths.children(node)].filter(child =>
			counts.has(child),
		);
		if (own) {
			nested.push({...own, depth, name, isHeader: false});
		} else if (counts.get(node)! > 1 && below.length > 1 && node !== 0) {
			nested.push({node, isWhole: true, depth, name, isHeader: true});
		}

		const isRow = nested.at(-1)?.node === node;
		const sorted = byName
			? below
			: below.toSorted((a, b) => tree.weights[b]! - tree.weights[a]! || a - b);
		for (const child of sorted) {
			add(
				child,
				isRow ? tree.paths.path(node) : prefix,
				isRow ? depth + 1 : depth,
			);
		}
	};

	add(0, asBytePath(''), 0);
	return nested;
}

function withDatabases(
	{paths}: ChangeTree,
	rows: readonly SummaryRow[],
): readonly SummaryRow[] {
	const isBelow = (row: number, node: number): boolean =>
		row >= node && row < paths.ends[node]!;
	const folded = new Map<number, SummaryRow>();
	for (const path of databases) {
		// eslint-disable-next-line unicorn/no-array-callback-reference -- a path, not a function
		const node = paths.find(path);
		if (node !== null && rows.some(row => isBelow(row.node, node))) {
			folded.set(node, {node, isWhole: true});
		}
	}

	return [
		...rows.filter(
			row => ![...folded.keys()].some(node => isBelow(row.node, node)),
		),
		...folded.values(),
	];
}
