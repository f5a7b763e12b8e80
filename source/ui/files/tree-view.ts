import {type FileTree} from '../../filesystem/tree/file-tree.js';
import {filterTree, isNarrower} from '../../filesystem/tree/path-filter.js';
import {
	type ChildOrder,
	orderByWeight,
} from '../../filesystem/tree/path-order.js';
import type {BytePath} from '../../text/byte-path.js';
import {visibleRows} from '../../filesystem/tree/path-rows.js';

/** How a tree of files is looked at. Rows are made once per change, so that a frame only has to draw what it shows. */
export type TreeView = {
	readonly tree: FileTree;

	/** The directories that are open. */
	readonly expanded: ReadonlySet<number>;

	/** By size, largest first, or `null` for by name. */
	readonly order: ChildOrder | null;

	/** What names have to contain, or a glob; empty for all. While it isn't, all directories are open. */
	readonly filter: string;

	/** How many names the filter leaves; `null` without one. */
	readonly matches: number | null;

	/** The nodes that are to be seen, row by row. */
	readonly rows: Int32Array;

	/** The selected row. */
	readonly cursor: number;

	/** By node: 0 for what the filter hides; `null` without one. */
	readonly shown: Uint8Array | null;
};

/** @returns The view of a tree of which only the first level is open. */
export function treeViewOf(tree: FileTree): TreeView {
	return withRows(
		{
			tree,
			expanded: new Set(),
			order: null,
			filter: '',
			matches: null,
			rows: new Int32Array(0),
			cursor: 0,
			shown: null,
		},
		null,
	);
}

/** @returns The node of the selected row, or `null` when there is no row. */
export function selectedNode({rows, cursor}: TreeView): number | null {
	return rows[cursor] ?? null;
}

export function movedTo(view: TreeView, cursor: number): TreeView {
	return {
		...view,
		cursor: Math.max(0, Math.min(view.rows.length - 1, cursor)),
	};
}

/** @returns The view with a directory opened or closed. */
export function toggled(view: TreeView, node: number): TreeView {
	const expanded = new Set(view.expanded);
	if (!expanded.delete(node)) {
		expanded.add(node);
	}

	return withRows({...view, expanded}, selectedNode(view));
}

/** @returns The view in which the selected directory is closed, or what it is in is selected. */
export function outOf(view: TreeView): TreeView {
	const node = selectedNode(view);
	if (node === null) {
		return view;
	}

	if (view.expanded.has(node) && view.filter === '') {
		return toggled(view, node);
	}

	const row = view.rows.indexOf(view.tree.paths.parents[node]!);
	return row === -1 ? view : {...view, cursor: row};
}

/** @returns The view with the way to a path open and the path selected; without a filter. A path that isn't there changes nothing. */
export function revealed(view: TreeView, path: BytePath): TreeView {
	// eslint-disable-next-line unicorn/no-array-callback-reference -- a path, not a function
	const node = view.tree.paths.find(path);
	return node === null || node === 0
		? view
		: withRows(
				{
					...view,
					filter: '',
					matches: null,
					shown: null,
					expanded: withWayTo(view, node),
				},
				node,
			);
}

/** @returns The view in its other order: by name, or by size with the largest first. */
export function reordered(view: TreeView): TreeView {
	const {tree, order} = view;
	return withRows(
		{
			...view,
			order: order === null ? orderByWeight(tree.paths, tree.bytes) : null,
		},
		selectedNode(view),
	);
}

/** @returns The view of what the filter leaves; without a filter, with the way to what is selected open. */
export function filtered(view: TreeView, filter: string): TreeView {
	const node = selectedNode(view);
	if (filter === '') {
		return withRows(
			{
				...view,
				filter,
				matches: null,
				shown: null,
				expanded: withWayTo(view, node),
			},
			node,
		);
	}

	const {shown, count} = filterTree(
		view.tree.paths,
		filter,
		isNarrower(filter, view.filter) ? view.shown : null,
	);
	return atMatch(withRows({...view, filter, matches: count, shown}, node));
}

/** Where the selected row is only on the way to a match, the next one that isn't is selected. */
function atMatch(view: TreeView): TreeView {
	const {rows, tree} = view;
	let {cursor} = view;
	while (
		cursor + 1 < rows.length &&
		tree.paths.parents[rows[cursor + 1]!] === rows[cursor]
	) {
		cursor++;
	}

	return {...view, cursor};
}

/** @returns Whether what is below a directory is to be seen. */
export function isOpen(view: TreeView, node: number): boolean {
	return view.filter === '' ? view.expanded.has(node) : true;
}

function withWayTo(
	{tree: {paths}, expanded}: TreeView,
	node: number | null,
): ReadonlySet<number> {
	const open = new Set(expanded);
	for (
		let at = node === null ? 0 : paths.parents[node]!;
		at !== 0;
		at = paths.parents[at]!
	) {
		open.add(at);
	}

	return open;
}

function withRows(view: TreeView, selected: number | null): TreeView {
	const rows = visibleRows(view.tree.paths, {
		expanded: view.filter === '' ? view.expanded : null,
		order: view.order,
		shown: view.shown,
	});
	const row = selected === null ? -1 : rows.indexOf(selected);
	return {...view, rows, cursor: Math.max(0, row)};
}
