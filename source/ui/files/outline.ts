import type {FilePlace} from '../../inspect/place.js';

/** Something with what it is made of below it, found out only when it is opened. */
export type OutlineNode = {
	/** No other among its siblings has the same. */
	readonly key: string;

	/** As it is shown, before the theme's own care. */
	readonly name: string;
	readonly note: string;
	readonly meaning: 'title' | 'group' | 'loss' | 'gain' | 'file';

	/** `null` where counting says nothing. */
	readonly files: number | null;
	readonly bytes: number | null;
	readonly place: FilePlace | null;

	/** `null` when nothing is below it. */
	readonly children: (() => readonly OutlineNode[]) | null;
};

export type OutlineRow = {
	readonly node: OutlineNode;
	readonly depth: number;

	/** Unlike that of any other row. */
	readonly id: string;
};

/** How an outline is looked at. Rows are made once per change, so that a frame only has to draw what it shows. */
export type Outline = {
	readonly roots: readonly OutlineNode[];

	/** The ids of the rows that are open. */
	readonly expanded: ReadonlySet<string>;
	readonly rows: readonly OutlineRow[];

	/** The selected row. */
	readonly cursor: number;
};

/**
@param before - What was shown until now: what is open stays open, and what is selected stays selected.
@returns The outline, of which at first the roots are open.
*/
export function outlineOf(
	roots: readonly OutlineNode[],
	before: Outline | null = null,
): Outline {
	const known = new Set(before?.roots.map(({key}) => key));
	const expanded = new Set([
		...(before?.expanded ?? []),
		...roots.map(({key}) => key).filter(key => !known.has(key)),
	]);
	return withRows({
		roots,
		expanded,
		rows: before?.rows ?? [],
		cursor: before?.cursor ?? 0,
	});
}

export function movedInOutline(outline: Outline, cursor: number): Outline {
	return {
		...outline,
		cursor: Math.max(0, Math.min(outline.rows.length - 1, cursor)),
	};
}

/** @returns The outline with the selected row opened or closed. */
export function toggledInOutline(outline: Outline): Outline {
	const row = outline.rows[outline.cursor];
	if (!row?.node.children) {
		return outline;
	}

	const expanded = new Set(outline.expanded);
	if (!expanded.delete(row.id)) {
		expanded.add(row.id);
	}

	return withRows({...outline, expanded});
}

/** @returns The outline in which the selected row is closed, or what it is below is selected. */
export function outOfOutline(outline: Outline): Outline {
	const row = outline.rows[outline.cursor];
	if (!row) {
		return outline;
	}

	if (outline.expanded.has(row.id)) {
		return toggledInOutline(outline);
	}

	const above = outline.rows
		.slice(0, outline.cursor)
		.findLastIndex(({depth}) => depth < row.depth);
	return above === -1 ? outline : {...outline, cursor: above};
}

function withRows(outline: Outline): Outline {
	const selected = outline.rows[outline.cursor]?.id;
	const rows = outline.roots.flatMap(root =>
		rowsFrom(root, '', 0, outline.expanded),
	);
	const cursor = rows.findIndex(({id}) => id === selected);
	return {...outline, rows, cursor: Math.max(0, cursor)};
}

function rowsFrom(
	node: OutlineNode,
	above: string,
	depth: number,
	expanded: ReadonlySet<string>,
): readonly OutlineRow[] {
	const id = above + node.key;
	const below =
		node.children !== null && expanded.has(id) ? node.children() : [];
	return [
		{node, depth, id},
		...below.flatMap(child => rowsFrom(child, `${id}\n`, depth + 1, expanded)),
	];
}
