import stringWidth from 'string-width';
import {sanitise} from '../../text/sanitise.js';
import {escape} from '../escape.js';
import type {Style, Theme} from './theme.js';

/** A piece of a row in one style. */
export type Segment = {
	readonly text: string;
	readonly style?: Style;

	/** The text is the place of a spinner: one cell. */
	readonly spinner?: true;
};

/** One line of the screen. */
export type Row = readonly Segment[];

const printableAscii = /^[\u0020-\u007E]*$/v;

/** Every character of it takes one cell: ASCII, lines (U+2500 to U+257F), and the signs that most rows have. */
const oneCellEach =
	/^[\u0020-\u007E\u2500-\u257F·…←→✔✖○◐⊘⏸▶●◆±▌▾▸−⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏]*$/v;
const segmenter = new Intl.Segmenter(undefined, {granularity: 'grapheme'});

/** @returns How many cells of a terminal the text takes. */
export function cellsOf(text: string): number {
	return oneCellEach.test(text) ? text.length : stringWidth(text);
}

/** @returns How many cells of a terminal the row takes. */
export function rowCells(row: Row): number {
	return row.reduce((sum, segment) => sum + cellsOf(segment.text), 0);
}

/**
@param from - The first cell that is wanted, counted from 0.
@param width - How many cells are wanted.
@returns What the text shows in these cells. Where an edge cuts a wide character, a space stands for its half.
*/
export function sliceCells(text: string, from: number, width: number): string {
	if (width <= 0) {
		return '';
	}

	if (oneCellEach.test(text)) {
		return text.slice(from, from + width);
	}

	const end = from + width;
	let slice = '';
	let cell = 0;
	for (const {segment} of segmenter.segment(text)) {
		const next = cell + cellsOf(segment);
		if (cell >= from && next <= end) {
			slice += segment;
		} else if (next > from && cell < end) {
			slice += ' '.repeat(Math.min(next, end) - Math.max(cell, from));
		}

		if (next >= end) {
			break;
		}

		cell = next;
	}

	return slice;
}

/**
@param width - At most so many cells.
@param ellipsis - One cell that says that something was cut off.
@returns The text, cut where it is too wide.
*/
export function truncate(
	text: string,
	width: number,
	ellipsis: string,
): string {
	if (cellsOf(text) <= width) {
		return text;
	}

	return width <= 0 ? '' : sliceCells(text, 0, width - 1) + ellipsis;
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

/**
@param width - In cells; only a single character may be wider.
@param most - How many lines at most; what is left is cut off with the ellipsis.
@returns The text in lines, broken at spaces where there are any.
*/
export function wrap(
	text: string,
	width: number,
	most: number,
	ellipsis: string,
): readonly string[] {
	const lines: string[] = [];
	let rest = text;
	while (lines.length < most - 1 && cellsOf(rest) > width) {
		const head = beginning(rest, width);
		const space =
			rest[head.length] === ' ' ? head.length : head.lastIndexOf(' ');
		const line = space > 0 ? rest.slice(0, space) : head;
		lines.push(line.trimEnd());
		rest = rest.slice(line.length).trimStart();
	}

	return [...lines, truncate(rest, width, ellipsis)];
}

/** As many whole characters as fit, at least one. */
function beginning(text: string, width: number): string {
	if (oneCellEach.test(text)) {
		return text.slice(0, width);
	}

	let taken = '';
	let cells = 0;
	for (const {segment} of segmenter.segment(text)) {
		cells += cellsOf(segment);
		if (cells > width && taken !== '') {
			break;
		}

		taken += segment;
	}

	return taken;
}

/** What changes colours or erases to the line's end: of no meaning in a log that is shown line by line. */
const decoration = new RegExp(String.raw`${escape}\[[\d;:]*[mK]`, 'gv');

/**
Makes a line that isn't ours fit to be drawn: tabs become spaces, and everything else that a terminal would act on
becomes visible.

@param text - One line of foreign text.
@param tabStop - In cells.
@returns Text that a terminal prints as it is; only ASCII where the terminal knows no more.
*/
export function foreign(text: string, theme: Theme, tabStop = 8): string {
	if (printableAscii.test(text)) {
		return text;
	}

	const safe = sanitise(expandTabs(text.replaceAll(decoration, ''), tabStop));
	return theme.unicode ? safe : safe.replaceAll(/[^\u0020-\u007E]/gv, '?');
}

function expandTabs(text: string, tabStop: number): string {
	if (!text.includes('\t')) {
		return text;
	}

	let expanded = '';
	let cell = 0;
	for (const [index, part] of text.split('\t').entries()) {
		if (index > 0) {
			const gap = tabStop - (cell % tabStop);
			expanded += ' '.repeat(gap);
			cell += gap;
		}

		expanded += part;
		cell += cellsOf(sanitise(part));
	}

	return expanded;
}
