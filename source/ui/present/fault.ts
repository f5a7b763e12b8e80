import type {DockerfileError} from '../../errors.js';
import {cellsOf, foreign, sliceCells, truncate} from '../../text/cells.js';
import type {Row} from './row.js';
import type {Theme} from './theme.js';

const tabStop = 4;

/**
@param text - The faulty line, or `null` when it isn't known.
@param width - In cells.
@returns The line with its number, and below it a caret at the fault's place: at the first word where that isn't known.
Nothing without a line.
*/
export function faultRows(
	{line, column}: DockerfileError,
	text: string | null,
	width: number,
	theme: Theme,
): readonly Row[] {
	if (line === null || text === null) {
		return [];
	}

	const number = `${line}  `;
	const room = Math.max(1, width - number.length);
	const before = text.slice(0, column === null ? indentOf(text) : column - 1);
	const place = cellsOf(foreign(before, theme, tabStop));
	const left = Math.max(0, place - room + Math.min(room, 8));
	return [
		[
			{text: number, style: 'faint'},
			{
				text: truncate(
					sliceCells(foreign(text, theme, tabStop), left, room + 1),
					room,
					theme.signs.ellipsis,
				),
			},
		],
		[
			{text: ' '.repeat(number.length + place - left)},
			{text: '^', style: 'bad'},
		],
	];
}

function indentOf(text: string): number {
	return text.length - text.trimStart().length;
}
