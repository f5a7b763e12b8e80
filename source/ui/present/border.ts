import {cellsOf, truncate} from '../../text/cells.js';
import {type Row, type Segment, rowCells} from './row.js';
import type {Theme} from './theme.js';

/** A title in a border: of what has the focus, of something else that is shown, or of what could be shown. */
export type Title = {
	readonly text: string;
	readonly kind: 'focused' | 'shown' | 'hidden';
};

/** How many cells a right end takes besides its text, where it isn't cut. */
export const besideLabel = 5;

/** What is cut off earlier than that, in cells, says nothing any more. */
const shortestCut = 14;

/**
@param corner - What stands at the left end.
@param width - Behind the corner, in cells.
@param left - Titles from the left on, divided by the border's line; where they don't all fit, the one that is shown is there.
@param right - At the right end; left out where there is no room, unless leaving out the last title makes some.
@returns `┌ Source ── Log ───────── builder:3 ─`
*/
export function presentBorder(
	theme: Theme,
	corner: string,
	width: number,
	{
		left = [],
		right = '',
	}: {readonly left?: readonly Title[]; readonly right?: string},
): Row {
	const line = (cells: number): Segment => ({
		text: theme.signs.horizontal.repeat(Math.max(0, cells)),
		style: 'faint',
	});
	const {titles, label} = fitted(theme, width, {left, right});
	const room = width - rowCells(titles);
	const end: Row = label === '' ? [] : [{text: label, style: 'faint'}, line(1)];
	return [
		{text: corner, style: 'faint'},
		...titles,
		line(room - rowCells(end)),
		...end,
	];
}

/** @returns Whether a border has room for the right end besides its titles, cut or not. */
export function hasRoomFor(
	theme: Theme,
	width: number,
	texts: {readonly left: readonly Title[]; readonly right: string},
): boolean {
	return fitted(theme, width, texts).label !== '';
}

/** What stands in the border: where all titles fit, what the right end says is worth more than the last of them. */
function fitted(
	theme: Theme,
	width: number,
	{left, right}: {readonly left: readonly Title[]; readonly right: string},
): {readonly titles: Row; readonly label: string} {
	const titles = titleSegments(theme, left, width);
	const label = labelWithin(theme, right, width - rowCells(titles));
	const last = left.length - 1;
	const areAllThere = rowCells(joinTitles(theme, left, 0, left.length)) < width;
	const isCut = right !== '' && label === '';
	if (!isCut || !areAllThere || last < 1 || left[last]!.kind !== 'hidden') {
		return {titles, label};
	}

	const fewer = joinTitles(theme, left, 0, last);
	const room = width - rowCells(fewer);
	return cellsOf(right) + besideLabel <= room
		? {titles: fewer, label: labelWithin(theme, right, room)}
		: {titles, label};
}

function labelWithin(theme: Theme, text: string, room: number): string {
	const label = truncate(` ${text} `, room - 3, theme.signs.ellipsis);
	const isWorthIt = cellsOf(label) >= Math.min(cellsOf(text) + 2, shortestCut);
	return text !== '' && isWorthIt ? label : '';
}

/** As many titles as fit, from the first on; the one that is shown always, and those before it rather than those behind. */
function titleSegments(
	theme: Theme,
	titles: readonly Title[],
	width: number,
): readonly Segment[] {
	const shown = Math.max(
		0,
		titles.findIndex(({kind}) => kind === 'focused'),
		titles.findIndex(({kind}) => kind === 'shown'),
	);
	const fits = (from: number, to: number): boolean =>
		rowCells(joinTitles(theme, titles, from, to)) < width;
	let from = 0;
	while (from < shown && !fits(from, shown + 1)) {
		from++;
	}

	let to = Math.min(titles.length, shown + 1);
	while (to < titles.length && fits(from, to + 1)) {
		to++;
	}

	return fits(from, to) ? joinTitles(theme, titles, from, to) : [];
}

/** Where titles are left out, an ellipsis says so. */
function joinTitles(
	theme: Theme,
	titles: readonly Title[],
	from: number,
	to: number,
): readonly Segment[] {
	const {horizontal, ellipsis} = theme.signs;
	const more: Segment = {text: ellipsis, style: 'faint'};
	return [
		...(from > 0 ? [more] : []),
		...titles
			.slice(from, to)
			.flatMap((title, index): readonly Segment[] => [
				...(index > 0
					? [{text: horizontal.repeat(2), style: 'faint'} as const]
					: []),
				...titleRow(theme, title),
			]),
		...(to < titles.length ? [more] : []),
	];
}

/** What has the focus is told by more than its colour. */
function titleRow({signs}: Theme, {text, kind}: Title): Row {
	switch (kind) {
		case 'focused': {
			return [
				{text: signs.titleLeft, style: 'faint'},
				{text, style: 'title'},
				{text: signs.titleRight, style: 'faint'},
			];
		}

		case 'shown': {
			return [{text: ` ${text} `, style: 'strong'}];
		}

		case 'hidden': {
			return [{text: ` ${text} `, style: 'faint'}];
		}
	}
}
