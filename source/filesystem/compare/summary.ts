import type {BytePath} from '../../text/byte-path.js';
import {type ChangeTree, kindBits} from './change-tree.js';

/** A row that stands for a change, or for all that changed in a directory. */
export type SummaryRow = {
	readonly node: number;

	/** Whether it stands for all below it too; else only for the directory's own change. */
	readonly isWhole: boolean;
};

const singleKinds = new Set<number>(Object.values(kindBits));

/**
Chooses what of a comparison to show as one row each, so that every change is in one row and no more. A directory is one
row when all below it is of one kind (all added, all removed, all shipped, all changed); while there is room, the heaviest of these are
opened, so that a look shows where the bytes are.

@param room - How many rows there are; more come when what changed can't be summed up in so few.
@param isClosed - Whether a directory stays one row although there is room, because that says what it is.
@param canSum - Whether a directory can be one row at all.
@returns The rows, heaviest first.
*/
export function summaryRows(
	tree: ChangeTree,
	room: number,
	isClosed: (path: BytePath) => boolean = () => false,
	canSum: (node: number) => boolean = () => true,
): readonly SummaryRow[] {
	let rows: readonly SummaryRow[] = uniformRows(tree, canSum)
		.map(row => (row.isWhole ? narrowed(tree, row, isClosed) : row))
		.toSorted(byWeight(tree));
	let index = openable(tree, rows, room, isClosed);
	while (index !== -1) {
		const children = [...tree.children(rows[index]!.node)];
		rows = rows
			.toSpliced(index, 1, ...children.map(node => ({node, isWhole: true})))
			.toSorted(byWeight(tree));
		index = openable(tree, rows, room, isClosed);
	}

	return rows;
}

/** Of a directory in which only one thing came, went or changed, that thing says more. */
function narrowed(
	tree: ChangeTree,
	row: SummaryRow,
	isClosed: (path: BytePath) => boolean,
): SummaryRow {
	let {node} = row;
	if (!tree.paths.hasChildren(node)) {
		return row;
	}

	let [only, another] = tree.children(node);
	while (
		only !== undefined &&
		another === undefined &&
		!tree.changes.has(node) &&
		!isClosed(tree.paths.path(node))
	) {
		node = only;
		[only, another] = tree.children(node);
	}

	return {...row, node};
}

/** The index of the heaviest row for whose children there is room, or -1. */
function openable(
	tree: ChangeTree,
	rows: readonly SummaryRow[],
	room: number,
	isClosed: (path: BytePath) => boolean,
): number {
	return rows.length > room
		? -1
		: rows.findIndex(
				({node, isWhole}) =>
					isWhole &&
					tree.paths.hasChildren(node) &&
					!isClosed(tree.paths.path(node)) &&
					rows.length - 1 + [...tree.children(node)].length <= room,
			);
}

const byWeight =
	({weights}: ChangeTree) =>
	(a: SummaryRow, b: SummaryRow): number =>
		weights[b.node]! - weights[a.node]! || a.node - b.node;

function uniformRows(
	{paths, kinds, changes}: ChangeTree,
	canSum: (node: number) => boolean,
): SummaryRow[] {
	const rows: SummaryRow[] = [];
	let node = 0;
	while (node < paths.size) {
		if (kinds[node] === 0) {
			node = paths.ends[node]!;
		} else if (node !== 0 && singleKinds.has(kinds[node]!) && canSum(node)) {
			rows.push({node, isWhole: true});
			node = paths.ends[node]!;
		} else {
			const change = changes.get(node);
			// Where a directory is gone but some of it was shipped, the rows below it say all that there is to say.
			if (change && (change.kind === 'changed' || !paths.hasChildren(node))) {
				rows.push({node, isWhole: false});
			}

			node++;
		}
	}

	return rows;
}
