import type {BytePath} from '../text/byte-path.js';
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
row when all below it is of one kind (all added, all removed, all changed); while there is room, the heaviest of these are
opened, so that a look shows where the bytes are.

@param room - How many rows there are; more come when what changed can't be summed up in so few.
@param isClosed - Whether a directory stays one row although there is room, because that says what it is.
@returns The rows, heaviest first.
*/
export function summaryRows(
	tree: ChangeTree,
	room: number,
	isClosed: (path: BytePath) => boolean = () => false,
): readonly SummaryRow[] {
	let rows: readonly SummaryRow[] = uniformRows(tree).toSorted(byWeight(tree));
	let index = openable(tree, rows, room, isClosed);
	while (index !== -1) {
		const children = [...tree.paths.children(rows[index]!.node)];
		rows = rows
			.toSpliced(index, 1, ...children.map(node => ({node, isWhole: true})))
			.toSorted(byWeight(tree));
		index = openable(tree, rows, room, isClosed);
	}

	return rows;
}

/** The index of the heaviest row for whose children there is room, or -1. */
function openable(
	{paths}: ChangeTree,
	rows: readonly SummaryRow[],
	room: number,
	isClosed: (path: BytePath) => boolean,
): number {
	return rows.length > room
		? -1
		: rows.findIndex(
				({node, isWhole}) =>
					isWhole &&
					paths.hasChildren(node) &&
					!isClosed(paths.path(node)) &&
					rows.length - 1 + [...paths.children(node)].length <= room,
			);
}

const byWeight =
	({weights}: ChangeTree) =>
	(a: SummaryRow, b: SummaryRow): number =>
		weights[b.node]! - weights[a.node]! || a.node - b.node;

function uniformRows({paths, kinds, changes}: ChangeTree): SummaryRow[] {
	const rows: SummaryRow[] = [];
	let node = 0;
	while (node < paths.size) {
		if (node !== 0 && singleKinds.has(kinds[node]!)) {
			rows.push({node, isWhole: true});
			node = paths.ends[node]!;
		} else {
			if (changes.has(node)) {
				rows.push({node, isWhole: false});
			}

			node++;
		}
	}

	return rows;
}
