import type {ChangeKind} from '../../filesystem/change.js';
import {type ChangeTree, kindBits} from '../../filesystem/change-tree.js';
import {summaryRows} from '../../filesystem/summary.js';

/** A row of a comparison: a change, or with `isWhole` all that changed in a directory. */
export type ChangeRow = {
	readonly node: number;
	readonly isWhole: boolean;

	/** How many opened rows it is below. */
	readonly depth: number;
};

/** How a comparison is looked at. Rows are made once per change, so that a frame only has to draw what it shows. */
export type ChangesView = {
	readonly tree: ChangeTree;

	/** The directories whose rows are open. */
	readonly expanded: ReadonlySet<number>;
	readonly order: 'size' | 'name';

	/** What is shown only; `null` for everything. */
	readonly kind: ChangeKind | null;
	readonly rows: readonly ChangeRow[];

	/** The selected row. */
	readonly cursor: number;
};

const kindsInTurn: ReadonlyArray<ChangeKind | null> = [
	null,
	'added',
	'removed',
	'changed',
];

/** @returns The view of a comparison: directories of which all is of one kind are one row, the largest first. */
export function changesViewOf(tree: ChangeTree): ChangesView {
	return withRows({
		tree,
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

/** @returns The view of the next kind of changes: all, added, removed, changed. */
export function withNextKind(view: ChangesView): ChangesView {
	const next = (kindsInTurn.indexOf(view.kind) + 1) % kindsInTurn.length;
	return withRows({...view, kind: kindsInTurn[next]!});
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
	const {tree, order, kind} = view;
	const isShown = (node: number, isWhole: boolean): boolean =>
		kind === null ||
		(isWhole
			? // eslint-disable-next-line no-bitwise -- bits
				(tree.kinds[node]! & kindBits[kind]) !== 0
			: tree.changes.get(node)?.kind === kind);
	const roots = summaryRows(tree, 0);
	const inOrder =
		order === 'size' ? roots : roots.toSorted((a, b) => a.node - b.node);
	for (const {node, isWhole} of inOrder) {
		if (isShown(node, isWhole)) {
			yield* rowAndBelow(view, {node, isWhole, depth: 0});
		}
	}
}

function* rowAndBelow(view: ChangesView, row: ChangeRow): Generator<ChangeRow> {
	yield row;
	if (!view.expanded.has(row.node) || !canOpen(view, row)) {
		return;
	}

	const {paths, weights} = view.tree;
	const children = [...paths.children(row.node)];
	const inOrder =
		view.order === 'size'
			? children.toSorted((a, b) => weights[b]! - weights[a]! || a - b)
			: children;
	for (const node of inOrder) {
		yield* rowAndBelow(view, {node, isWhole: true, depth: row.depth + 1});
	}
}
