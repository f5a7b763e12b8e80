import {type Row, type Segment, rowCells, truncate} from './cells.js';
import type {Theme} from './theme.js';

/** A title in a border: of what has the focus, of something else that is shown, or of what could be shown. */
export type Title = {
	readonly text: string;
	readonly kind: 'focused' | 'shown' | 'hidden';
};

/**
@param corner - What stands at the left end.
@param width - Behind the corner, in cells.
@param left - Titles from the left on, divided by the border's line; those that don't fit are left out.
@param right - At the right end; left out where there is no room.
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
	const titles = titleSegments(theme, left, width);
	const room = width - rowCells(titles);
	const label =
		right === '' ? '' : truncate(` ${right} `, room - 3, theme.signs.ellipsis);
	const end: Row =
		label.length > 3 ? [{text: label, style: 'faint'}, line(1)] : [];
	return [
		{text: corner, style: 'faint'},
		...titles,
		line(room - rowCells(end)),
		...end,
	];
}

function titleSegments(
	theme: Theme,
	titles: readonly Title[],
	width: number,
): readonly Segment[] {
	const segments: Segment[] = [];
	for (const title of titles) {
		const next: Row = [
			...(segments.length > 0
				? [{text: theme.signs.horizontal.repeat(2), style: 'faint'} as const]
				: []),
			...titleRow(theme, title),
		];
		if (rowCells([...segments, ...next]) > width - 1) {
			break;
		}

		segments.push(...next);
	}

	return segments;
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
