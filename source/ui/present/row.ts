import {cellsOf, sliceCells, truncate} from '../../text/cells.js';
import type {Style} from './theme.js';

/** A piece of a row in one style. */
export type Segment = {
	readonly text: string;
	readonly style?: Style;

	/** The text is the place of a spinner: one cell. */
	readonly spinner?: true;
};

/** One line of the screen. */
export type Row = readonly Segment[];

/** @returns How many cells of a terminal the row takes. */
export function rowCells(row: Row): number {
	return row.reduce((sum, segment) => sum + cellsOf(segment.text), 0);
}

/**
@param width - At most so many cells.
@param ellipsis - One cell that says that something was cut off.
@returns The row, cut where it is too wide.
*/
export function cutRow(row: Row, width: number, ellipsis: string): Row {
	const kept: Segment[] = [];
	let left = Math.max(0, width);
	for (const segment of row) {
		const cells = cellsOf(segment.text);
		if (cells > left) {
			const text = truncate(segment.text, left, ellipsis);
			return text === '' ? kept : [...kept, {text, style: segment.style}];
		}

		kept.push(segment);
		left -= cells;
	}

	return kept;
}

/**
@param left - How many cells are out of sight.
@returns The row without its first cells.
*/
export function shiftRow(row: Row, left: number): Row {
	let hidden = left;
	return row.flatMap((segment): Row => {
		const cells = cellsOf(segment.text);
		const text = sliceCells(segment.text, hidden, Math.max(0, cells - hidden));
		hidden = Math.max(0, hidden - cells);
		return text === '' ? [] : [{...segment, text}];
	});
}

/**
@param width - In cells.
@param ellipsis - One cell that says that something was cut off.
@returns The row, cut or filled with spaces so that it takes exactly the width.
*/
export function fitRow(row: Row, width: number, ellipsis: string): Row {
	const kept = cutRow(row, width, ellipsis);
	const left = width - rowCells(kept);
	return left > 0 ? [...kept, {text: ' '.repeat(left)}] : kept;
}

/**
@param left - What is cut when both don't fit.
@param right - What stands at the right edge.
@returns A row of exactly the width.
*/
export function spread(
	left: Row,
	right: Row,
	width: number,
	ellipsis: string,
): Row {
	const rightCells = rowCells(right);
	return rightCells >= width
		? fitRow(right, width, ellipsis)
		: [...fitRow(left, width - rightCells, ellipsis), ...right];
}
