import type {ChildOrder} from './path-order.js';
import type {PathTree} from './path-tree.js';

/** How a tree is looked at; the tree itself knows nothing of it. */
export type RowOptions = {
	/** The directories that are open; `null` opens all of them. */
	readonly expanded: ReadonlySet<number> | null;

	/** `null` is the order of the names. */
	readonly order: ChildOrder | null;

	/** By node: 0 for what isn't to be seen; `null` shows everything. */
	readonly shown: Uint8Array | null;
};

/** @returns The nodes that are to be seen, row by row, without the root. */
export function visibleRows(tree: PathTree, options: RowOptions): Int32Array {
	const rows = new Int32Array(tree.size);
	const count =
		options.order === null
			? fillByName(tree, options, rows)
			: fillInOrder(tree, options.order, options, rows);
	return rows.slice(0, count);
}

function fillByName(
	tree: PathTree,
	{expanded, shown}: RowOptions,
	rows: Int32Array,
): number {
	let count = 0;
	let node = 1;
	while (node < tree.size) {
		const isShown = shown === null || shown[node] === 1;
		if (isShown) {
			rows[count] = node;
			count++;
		}

		const isOpen = isShown && (expanded === null || expanded.has(node));
		node = isOpen ? node + 1 : tree.ends[node]!;
	}

	return count;
}

function fillInOrder(
	tree: PathTree,
	order: ChildOrder,
	{expanded, shown}: RowOptions,
	rows: Int32Array,
): number {
	let count = 0;
	const path: Array<{next: number; readonly children: Int32Array}> = [];
	const open = (node: number): void => {
		path.push({next: 0, children: order.children(node)});
	};

	open(0);
	while (path.length > 0) {
		const level = path.at(-1)!;
		if (level.next === level.children.length) {
			path.pop();
			continue;
		}

		const node = level.children[level.next]!;
		level.next++;
		if (shown === null || shown[node] === 1) {
			rows[count] = node;
			count++;
			if (tree.hasChildren(node) && (expanded === null || expanded.has(node))) {
				open(node);
			}
		}
	}

	return count;
}
