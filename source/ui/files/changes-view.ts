import {
	type ChangeTree,
	type RowKind,
	rowKindOfBits,
} from '../../filesystem/compare/change-tree.js';
import {filterTree, isNarrower} from '../../filesystem/tree/path-filter.js';
import {summaryRows} from '../../filesystem/compare/summary.js';

/** A row of a comparison: a change, or with `isWhole` all that changed in a directory. */
export type ChangeRow = {
	readonly node: number;
	readonly isWhole: boolean;

	/** How many opened rows it is below. */
	readonly depth: number;
};

/** How a comparison is looked at. Rows are made once per change, so that a frame only has to draw what it shows. */
export type ChangesView = {
	/** All changes. */
	readonly whole: ChangeTree;

	/** What the kind and the filter leave of them, with sums of that. */
	readonly tree: ChangeTree;

	/** What names have to contain, or a glob; empty for all. What is in a directory that is named so is left, too. */
	readonly filter: string;

	/** By node: 1 for what the filter leaves for its own name or for one above; `null` without a filter. */
	readonly kept: Uint8Array | null;

	/** By node: 1 for what is named so and the directories on the way to it; `null` without a filter. */
	readonly shown: Uint8Array | null;

	/** How many names are as the filter says; `null` without one. */
	readonly matches: number | null;

	/** The directories whose rows are open. */
	readonly expanded: ReadonlySet<number>;
	readonly order: 'size' | 'name';

	/** What is shown only; `null` for everything. */
	readonly kind: RowKind | null;
	readonly rows: readonly ChangeRow[];

	/** The selected row. */
	readonly cursor: number;
};

/** @returns The view of a comparison: directories of which all is of one kind are one row, the largest first. */
export function changesViewOf(tree: ChangeTree): ChangesView {
	return withRows({
		whole: tree,
		tree,
		filter: '',
		kept: null,
		shown: null,
		matches: null,
		expanded: new Set(),
		order: 'size',
		kind: null,
		rows: [],
		cursor: 0,
	});
}

export function movedToChange(view: ChangesView, cursor: number): ChangesView {
	return {
		...view,
		cursor: Math.max(0, Math.min(view.rows.length - 1, cursor)),
	};
}

/** @returns The view with the selected directory opened or closed. */
export function toggledChange(view: ChangesView): ChangesView {
	const row = view.rows[view.cursor];
	if (!row || !canOpen(view, row)) {
		return view;
	}

	const expanded = new Set(view.expanded);
	if (!expanded.delete(row.node)) {
		expanded.add(row.node);
	}

	return withRows({...view, expanded});
}

/** @returns The view in its other order: by name, or by size with the largest first. */
export function reorderedChanges(view: ChangesView): ChangesView {
	return withRows({...view, order: view.order === 'size' ? 'name' : 'size'});
}

/** @returns The view of the next kind of changes: all, added, removed, shipped where there is that, changed. */
export function withNextKind(view: ChangesView): ChangesView {
	const {shipped} = view.whole.totals(0);
	const kinds: ReadonlyArray<RowKind | null> = [
		null,
		'added',
		'removed',
		...(shipped.files > 0 ? (['shipped'] as const) : []),
		'changed',
	];
	const next = (kinds.indexOf(view.kind) + 1) % kinds.length;
	return withTree({...view, kind: kinds[next]!});
}

/** @returns The view of the changes whose names, or the names above them, are as the filter says; with an empty one, of all. */
export function filteredView(view: ChangesView, filter: string): ChangesView {
	if (filter === '') {
		return withTree({
			...view,
			filter,
			kept: null,
			shown: null,
			matches: null,
		});
	}

	const {paths} = view.whole;
	const {
		matched: kept,
		shown,
		count,
	} = filterTree(
		paths,
		filter,
		isNarrower(filter, view.filter) ? view.shown : null,
	);
	for (let node = 1; node < paths.size; node++) {
		if (kept[paths.parents[node]!] === 1) {
			kept[node] = 1;
		}
	}

	return withTree({...view, filter, kept, shown, matches: count});
}

function withTree(view: ChangesView): ChangesView {
	const {whole, kind, kept} = view;
	const tree =
		kind === null && kept === null
			? whole
			: whole.filtered(
					node =>
						(kept === null || kept[node] === 1) &&
						(kind === null || rowKindOfBits(whole.ownKinds[node]!) === kind),
				);
	return withRows({...view, tree});
}

/** @returns Whether there is something in the row that it doesn't show. */
export function canOpen({tree}: ChangesView, row: ChangeRow): boolean {
	return row.isWhole && tree.paths.hasChildren(row.node);
}

function withRows(view: ChangesView): ChangesView {
	const selected = view.rows[view.cursor]?.node;
	const rows = [...rowsOf(view)];
	const cursor = rows.findIndex(({node}) => node === selected);
	return {...view, rows, cursor: Math.max(0, cursor)};
}

function* rowsOf(view: ChangesView): Generator<ChangeRow> {
	const {whole, tree, order, kept} = view;
	// A row of a directory says that all of it came, or went: not only what is left to be shown.
	const canSum = (node: number): boolean =>
		kept?.[node] !== 0 && whole.kinds[node] === tree.kinds[node];
	const roots = summaryRows(tree, 0, undefined, canSum);
	const inOrder =
		order === 'size' ? roots : roots.toSorted((a, b) => a.node - b.node);
	for (const {node, isWhole} of inOrder) {
		yield* rowAndBelow(view, {node, isWhole, depth: 0});
	}
}

function* rowAndBelow(view: ChangesView, row: ChangeRow): Generator<ChangeRow> {
	yield row;
	if (!view.expanded.has(row.node) || !canOpen(view, row)) {
		return;
	}

	const {weights} = view.tree;
	const children = [...view.tree.children(row.node)];
	const inOrder =
		view.order === 'size'
			? children.toSorted((a, b) => weights[b]! - weights[a]! || a - b)
			: children;
	for (const node of inOrder) {
		yield* rowAndBelow(view, {node, isWhole: true, depth: row.depth + 1});
	}
}
