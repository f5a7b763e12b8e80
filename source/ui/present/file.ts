import {bytesOf} from '../../text/byte-path.js';
import {formatBytes, formatCount} from '../../text/format.js';
import {decodeName} from '../../text/sanitise.js';
import {type FileView, lineAt, rowBytes, rowCount} from '../files/file-view.js';
import {type Row, foreign, sliceCells} from './cells.js';
import type {PaneContent, Scene} from './scene.js';
import type {Theme} from './theme.js';

/** How many bytes of a line are looked at to show it: more than any terminal is wide. */
const longestLine = 16_384;

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
		label: foreign(`${view.files.name} /${decodeName(bytesOf(path))}`, theme),
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
	const text = sliceCells(
		foreign(lineAt(file, index, longestLine), theme),
		left,
		room,
	);
	return [
		{text: `${number.padStart(digits)}  `, style: 'faint'},
		...marked(text, file.search),
	];
}

/** The text with what is searched for in inverse. */
function marked(text: string, search: string): Row {
	const at =
		search === '' ? -1 : text.toLowerCase().indexOf(search.toLowerCase());
	return at === -1
		? [{text}]
		: [
				{text: text.slice(0, at)},
				{text: text.slice(at, at + search.length), style: 'match'},
				...marked(text.slice(at + search.length), search),
			];
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
