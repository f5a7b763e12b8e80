import type {TerminalSize} from '../../engine/port.js';

/** Where everything stands on a terminal of a size; widths and heights in cells, borders not counted. */
export type Layout = {
	readonly rows: number;
	readonly columns: number;

	/** Only one page at a time: the stage tree or a pane. */
	readonly single: boolean;

	/** Of the stage tree; in a `single` layout, of the page. */
	readonly treeWidth: number;

	/** Whether the tree has room for more than signs, numbers and names. */
	readonly treeIsWide: boolean;

	/** Of the pane at the right; in a `single` layout, of the page. */
	readonly paneWidth: number;

	/** Of what is between the upper and the lower border. */
	readonly bodyHeight: number;
};

/** Below this many columns one page shows at a time. */
const twoPageColumns = 70;

/** From this many columns on, the tree says what each stage is made from. */
const wideTreeColumns = 100;

/** @returns Whether a terminal has room for one page only. */
export function isSingle({columns}: TerminalSize): boolean {
	return columns < twoPageColumns;
}

/**
@param size - Of the terminal.
@param bottomRows - How many rows the message or the key bar takes.
@returns The layout; every size in it is at least 0, however small the terminal is.
*/
export function layoutFor(size: TerminalSize, bottomRows: number): Layout {
	const {rows, columns} = size;
	const single = isSingle(size);
	const treeIsWide = columns >= wideTreeColumns;
	const whole = Math.max(0, columns - 2);
	const treeWidth = single
		? whole
		: treeIsWide
			? Math.min(46, Math.floor(columns * 0.28))
			: Math.floor(columns * 0.32);
	return {
		rows,
		columns,
		single,
		treeWidth,
		treeIsWide,
		paneWidth: single ? whole : columns - treeWidth - 3,
		bodyHeight: Math.max(0, rows - 3 - bottomRows),
	};
}

/**
@param selected - The index that has to be visible.
@param count - How many rows there are.
@param height - How many of them are visible.
@returns The index of the first visible row: the selected one stands in the middle, except near the ends.
*/
export function centeredTop(
	selected: number,
	count: number,
	height: number,
): number {
	return clampTop(selected - Math.floor(height / 2), count, height);
}

/**
@returns The nearest index of a first visible row that leaves no room unused.
*/
export function clampTop(top: number, count: number, height: number): number {
	return Math.max(0, Math.min(top, count - height));
}
