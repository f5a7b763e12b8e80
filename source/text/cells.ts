import stringWidth from 'string-width';
import {escape} from './escape.js';
import {sanitise} from './sanitise.js';

const printableAscii = /^[\u0020-\u007E]*$/v;

/** Every character of it takes one cell: ASCII, lines (U+2500 to U+257F), and the signs that most rows have. */
const oneCellEach =
	/^[\u0020-\u007E\u2500-\u257F·…←→✔✖○◐⊘⏸▶●◆±▌▾▸−⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏]*$/v;
const segmenter = new Intl.Segmenter(undefined, {granularity: 'grapheme'});

/** How long a text is that is measured at once, in UTF-16 code units: for longer ones the time grows with the square. */
const pieceLength = 256;

/** @returns How many cells of a terminal the text takes. */
export function cellsOf(text: string): number {
	if (oneCellEach.test(text)) {
		return text.length;
	}

	let cells = 0;
	for (const piece of piecesOf(text)) {
		cells += stringWidth(piece);
	}

	return cells;
}

/** @returns Whether the text takes more cells; of a long text no more is looked at than that takes. */
function isWider(text: string, width: number): boolean {
	let cells = 0;
	for (const piece of piecesOf(text)) {
		cells += cellsOf(piece);
		if (cells > width) {
			return true;
		}
	}

	return false;
}

/** The graphemes of a text, in order. */
function* segmentsOf(text: string): Generator<string> {
	for (const piece of piecesOf(text)) {
		for (const {segment} of segmenter.segment(piece)) {
			yield segment;
		}
	}
}

/** A long text in pieces that end before a character that begins a grapheme, where there is one. */
function* piecesOf(text: string): Generator<string> {
	let start = 0;
	while (text.length - start > 2 * pieceLength) {
		let end = start + pieceLength;
		while (
			end < start + 2 * pieceLength &&
			!printableAscii.test(text.charAt(end))
		) {
			end++;
		}

		// Never between the halves of a character.
		if (/[\uDC00-\uDFFF]/v.test(text.charAt(end))) {
			end++;
		}

		yield text.slice(start, end);
		start = end;
	}

	yield text.slice(start);
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
	for (const segment of segmentsOf(text)) {
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
	if (!isWider(text, width)) {
		return text;
	}

	return width <= 0 ? '' : sliceCells(text, 0, width - 1) + ellipsis;
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
	while (lines.length < most - 1 && isWider(rest, width)) {
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
	for (const segment of segmentsOf(text)) {
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
export function foreign(
	text: string,
	{unicode}: {readonly unicode: boolean},
	tabStop = 8,
): string {
	if (printableAscii.test(text)) {
		return text;
	}

	const safe = sanitise(expandTabs(text.replaceAll(decoration, ''), tabStop));
	return unicode ? safe : safe.replaceAll(/[^\u0020-\u007E]/gv, '?');
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
