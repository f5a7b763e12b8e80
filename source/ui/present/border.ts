import {type Row, type Segment, rowCells, truncate} from './cells.js';
import type {Theme} from './theme.js';

/** A title in a border. */
export type Title = {readonly text: string; readonly active: boolean};

/**
@param corners - What stands at the two ends; an empty text where a neighbour draws it.
@param width - Between the corners, in cells.
@param left - Titles from the left on, divided by the border's line; those that don't fit are left out.
@param right - At the right end; left out where there is no room.
@returns `┌ Source ── Log ───────── builder:3 ┐`
*/
export function presentBorder(
	theme: Theme,
	corners: readonly [string, string],
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
	const titles = titleSegments(theme, left, width);
	const room = width - rowCells(titles);
	const label =
		right === '' ? '' : truncate(` ${right} `, room - 3, theme.signs.ellipsis);
	const end: Row =
		label.length > 3 ? [{text: label, style: 'faint'}, line(1)] : [];
	return [
		{text: corners[0], style: 'faint'},
		...titles,
		line(room - rowCells(end)),
		...end,
		{text: corners[1], style: 'faint'},
	];
}

function titleSegments(
	theme: Theme,
	titles: readonly Title[],
	width: number,
): readonly Segment[] {
	const segments: Segment[] = [];
	for (const title of titles) {
		const next: readonly Segment[] = [
			...(segments.length > 0
				? [{text: theme.signs.horizontal.repeat(2), style: 'faint'} as const]
				: []),
			{text: ` ${title.text} `, style: title.active ? 'title' : 'faint'},
		];
		if (rowCells([...segments, ...next]) > width - 1) {
			break;
		}

		segments.push(...next);
	}

	return segments;
}
