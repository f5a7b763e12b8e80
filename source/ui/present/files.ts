import type {Entry} from '../../filesystem/tree/entry.js';
import {modeText} from '../../filesystem/tree/mode-text.js';
import {readableOf} from '../../text/byte-path.js';
import {formatBytes, formatCount, plural} from '../../text/format.js';
import {isOpen, type TreeView} from '../files/tree-view.js';
import {foreign} from '../../text/cells.js';
import {type Row, type Segment, fitRow, spread} from './row.js';
import {presentFile} from './file.js';
import {centeredTop} from './layout.js';
import {complaint} from './offers.js';
import {type PaneContent, type Scene, spinner} from './scene.js';
import type {Style} from './theme.js';

/** From how many cells on the modes are spelled out, times are shown, and where files came from. */
const wideColumns = 64;
const timeColumns = 120;
export const originColumns = 80;

/** How much of the width says where a file came from, and at most how many cells. */
const originShare = 0.3;
const mostOriginCells = 48;

const indentCells = 2;

/**
@param width - In cells.
@param height - In rows.
@returns The files of a point as a tree, or a file of it.
*/
export function presentFiles(
	scene: Scene,
	width: number,
	height: number,
): PaneContent {
	const {
		view: {files},
		theme,
	} = scene;
	if (files.file) {
		return presentFile(scene, files.file, width, height);
	}

	const label = foreign(files.name, theme);
	const said = (row: Row): PaneContent => ({rows: [row], label, position: ''});
	switch (files.status.kind) {
		case 'idle': {
			return said([
				{text: ' f lists the files of what is selected.', style: 'faint'},
			]);
		}

		case 'loading': {
			const {count} = files.status;
			return said([
				{text: ' '},
				{...spinner(theme)},
				{text: ` ${plural(count, 'name')} so far`},
				{text: '  Esc gives up', style: 'faint'},
			]);
		}

		case 'failed': {
			const rows = complaint(scene, files.status.reason, width);
			return {rows, label, position: ''};
		}

		case 'ready': {
			return presentTreeView(scene, files.tree!, label, width, height);
		}
	}
}

function presentTreeView(
	scene: Scene,
	view: TreeView,
	label: string,
	width: number,
	height: number,
): PaneContent {
	const {rows, cursor, tree, matches} = view;
	const position = `${plural(tree.files[0]!, 'file')} ${scene.theme.signs.dot} ${formatBytes(tree.bytes[0]!)}`;
	if (rows.length === 0) {
		const text =
			matches === null
				? ' There are no files.'
				: ' No name is like that: Esc shows all of them.';
		return {rows: [[{text, style: 'faint'}]], label, position};
	}

	const inSight = Array.from(visibleNodes(view, height), node => ({
		node,
		isSelected: node === rows[cursor],
		entry: tree.entry(node),
	}));
	const ownerCells = Math.max(
		...inSight.map(({entry}) => ownerOf(entry).length),
	);
	return {
		rows: inSight.map(one => nodeRow(scene, view, one, {width, ownerCells})),
		label,
		position: `${filterText(scene, view)}${formatCount(cursor + 1)} of ${formatCount(rows.length)}${matches === null ? ` ${scene.theme.signs.dot} ${position}` : ''}`,
	};
}

/** @returns The nodes of the rows that are in sight. */
export function visibleNodes(
	{rows, cursor}: TreeView,
	height: number,
): Int32Array {
	const top = centeredTop(cursor, rows.length, height);
	return rows.subarray(top, top + height);
}

function filterText({theme}: Scene, {filter, matches}: TreeView): string {
	return matches === null
		? ''
		: `${plural(matches, 'name')} like '${foreign(filter, theme)}' ${theme.signs.dot} `;
}

function nodeRow(
	scene: Scene,
	tree: TreeView,
	{
		node,
		isSelected,
		entry,
	}: {
		readonly node: number;
		readonly isSelected: boolean;
		readonly entry: Entry;
	},
	{width, ownerCells}: {readonly width: number; readonly ownerCells: number},
): Row {
	const {theme, view} = scene;
	const {paths, bytes} = tree.tree;
	const {signs} = theme;
	const isDirectory = entry.kind === 'directory';
	const sign =
		isDirectory && paths.hasChildren(node)
			? isOpen(tree, node)
				? signs.open
				: signs.folded
			: ' ';
	const indent = ' '.repeat((paths.depth(node) - 1) * indentCells);
	const name = `${foreign(readableOf(paths.name(node)), theme)}${isDirectory ? '/' : ''}`;
	const isFocused = isSelected && view.focus === 'files';
	return spread(
		[
			{text: isSelected ? signs.selected : ' ', style: 'accent'},
			{text: `${indent}${sign} `, style: 'faint'},
			{text: name, style: isFocused ? 'match' : styleOf(entry)},
			...linkOf(entry, signs.to, text => foreign(text, theme)),
		],
		[
			...detailsOf(entry, bytes[node]!, {width, ownerCells}),
			...originOf(scene, node, width),
		],
		width,
		signs.ellipsis,
	);
}

/** In a column of its own where there is room. */
function originOf({theme, view}: Scene, node: number, width: number): Row {
	if (width < originColumns) {
		return [];
	}

	const cells = Math.min(mostOriginCells, Math.floor(width * originShare));
	const text = foreign(view.files.origins.get(node) ?? '', theme);
	return fitRow(
		[
			{
				text: text === '' ? '' : ` ${theme.signs.from} ${text}`,
				style: 'accent',
			},
		],
		cells,
		theme.signs.ellipsis,
	);
}

function styleOf({kind, mode}: Entry): Style {
	if (kind === 'directory') {
		return 'strong';
	}

	// eslint-disable-next-line no-bitwise -- permission bits
	return kind === 'file' && (mode & 0o111) !== 0 ? 'good' : 'plain';
}

/** Where a link leads to, which file it is a name of, and what is neither a file nor a directory. */
function linkOf(
	{kind, linkTarget, hardLinkTo}: Entry,
	arrow: string,
	safe: (text: string) => string,
): readonly Segment[] {
	if (linkTarget !== null) {
		return [
			{
				text: ` ${arrow} ${safe(readableOf(linkTarget))}`,
				style: 'faint',
			},
		];
	}

	if (hardLinkTo === null) {
		return kind === 'file' || kind === 'directory'
			? []
			: [{text: `  ${kind.replace('-', ' ')}`, style: 'faint'}];
	}

	return [
		{
			text: ` = ${safe(readableOf(hardLinkTo))}`,
			style: 'faint',
		},
	];
}

/** Size, mode and owner, and the time where there is room. */
function detailsOf(
	entry: Entry,
	bytes: number,
	{width, ownerCells}: {readonly width: number; readonly ownerCells: number},
): Row {
	const {kind, device, modified} = entry;
	const size =
		device === null
			? kind === 'file' || kind === 'directory'
				? formatBytes(bytes)
				: ''
			: `${device.major}, ${device.minor}`;
	const mode =
		width >= wideColumns
			? modeText(entry)
			: entry.mode.toString(8).padStart(4, '0');
	const time = width >= timeColumns ? `  ${timeText(modified)}` : '';
	return [
		{text: ` ${size.padStart(9)}`},
		{
			text: `  ${mode}  ${ownerOf(entry).padEnd(ownerCells)}${time} `,
			style: 'faint',
		},
	];
}

function ownerOf({uid, gid}: Entry): string {
	return `${uid}:${gid}`;
}

/** In UTC, as builds have no time zone: `2025-01-31 09:30`. */
function timeText(modified: bigint): string {
	const milliseconds = Number(modified / 1_000_000n);
	const isDate = Math.abs(milliseconds) < 8.64e15;
	return isDate
		? new Date(milliseconds).toISOString().slice(0, 16).replace('T', ' ')
		: ''.padEnd(16);
}
