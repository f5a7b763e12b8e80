import {readableOf} from '../../text/byte-path.js';
import {formatBytes, formatCount} from '../../text/format.js';
import {
	type FileView,
	coloursAt,
	lineAt,
	rowBytes,
	rowCount,
} from '../files/file-view.js';
import {foreign} from '../../text/cells.js';
import {type Row, cutRow, shiftRow} from './row.js';
import type {PaneContent, Scene} from './scene.js';
import type {Theme} from './theme.js';

/** How many bytes of a line are looked at to show it: more than any terminal is wide. */
export const longestLine = 16_384;

/**
@param width - In cells.
@param height - In rows.
@returns The part of a file that is in sight: lines with their numbers, or bytes.
*/
export function presentFile(
	scene: Scene,
	file: FileView,
	width: number,
	height: number,
): PaneContent {
	const {view, theme} = scene;
	const {path, top} = file;
	const count = rowCount(file);
	const end = Math.min(count, top + height);
	const rows =
		count === 0
			? [[{text: ' The file is empty.', style: 'faint'} as const]]
			: Array.from({length: Math.max(0, end - top)}, (_, index) =>
					file.isBinary
						? hexRow(file, top + index, theme)
						: lineRow(file, top + index, {
								theme,
								width,
								left: view.lefts.files ?? 0,
							}),
				);
	return {
		rows,
		label: foreign(`${view.files.name} /${readableOf(path)}`, theme),
		position: positionText(file, end),
	};
}

function positionText(file: FileView, end: number): string {
	const {size, top, firstLine, isBinary} = file;
	if (isBinary) {
		return `${formatCount(top * rowBytes)} of ${formatBytes(size)}`;
	}

	return firstLine === null || end === 0
		? formatBytes(size)
		: `lines ${formatCount(firstLine + top)}-${formatCount(firstLine + end - 1)}, ${formatBytes(size)}`;
}

function lineRow(
	file: FileView,
	index: number,
	{
		theme,
		width,
		left,
	}: {readonly theme: Theme; readonly width: number; readonly left: number},
): Row {
	const last = (file.firstLine ?? 0) + file.lineStarts.length;
	const digits = file.firstLine === null ? 0 : Math.max(4, String(last).length);
	const number = file.firstLine === null ? '' : String(file.firstLine + index);
	const room = width - digits - 2;
	const line: Row = coloursAt(file, index) ?? [
		{text: foreign(lineAt(file, index, longestLine), theme)},
	];
	return [
		{text: `${number.padStart(digits)}  `, style: 'faint'},
		...cutRow(
			shiftRow(markedRow(line, file.search), left),
			room,
			theme.signs.ellipsis,
		),
	];
}

/** The row with what is searched for in inverse, also where it is in several pieces. */
function markedRow(row: Row, search: string): Row {
	if (search === '') {
		return row;
	}

	const line = row
		.map(({text}) => text)
		.join('')
		.toLowerCase();
	const isMarked = new Uint8Array(line.length);
	const wanted = search.toLowerCase();
	for (
		let at = line.indexOf(wanted);
		at !== -1;
		at = line.indexOf(wanted, at + wanted.length)
	) {
		isMarked.fill(1, at, at + wanted.length);
	}

	let start = 0;
	return row.flatMap(({text, style}): Row => {
		const from = start;
		start += text.length;
		return runsOf(text, index => isMarked[from + index] === 1).map(
			([run, isMatch]) => ({text: run, style: isMatch ? 'match' : style}),
		);
	});
}

/** The text in pieces, each as long as nothing changes. */
function runsOf(
	text: string,
	is: (index: number) => boolean,
): ReadonlyArray<readonly [text: string, is: boolean]> {
	const runs: Array<readonly [string, boolean]> = [];
	let from = 0;
	for (let index = 1; index <= text.length; index++) {
		if (index === text.length || is(index) !== is(from)) {
			runs.push([text.slice(from, index), is(from)]);
			from = index;
		}
	}

	return runs;
}

/** `00000010  7f 45 4c 46 …  .ELF…` */
function hexRow({offset, data}: FileView, index: number, theme: Theme): Row {
	const start = index * rowBytes - offset;
	const bytes = [
		...data.subarray(Math.max(0, start), Math.max(0, start + rowBytes)),
	];
	const hex = bytes.map(byte => byte.toString(16).padStart(2, '0')).join(' ');
	const text = bytes
		.map(byte =>
			byte > 0x1f && byte < 0x7f ? String.fromCodePoint(byte) : theme.signs.dot,
		)
		.join('');
	return [
		{
			text: ` ${(index * rowBytes).toString(16).padStart(8, '0')}  `,
			style: 'faint',
		},
		{text: `${hex.padEnd(rowBytes * 3)} `},
		{text, style: 'accent'},
	];
}
