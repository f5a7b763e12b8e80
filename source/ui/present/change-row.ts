import {describeChange, describeShipped} from '../../report/describe-change.js';
import type {Program} from '../../engine/port.js';
import {categoryOf} from '../../filesystem/provenance/categories.js';
import type {ShippedTo} from '../../filesystem/compare/change.js';
import {
	type ChangeTree,
	type RowKind,
	kindBits,
	rowKindOf,
	rowKindOfBits,
} from '../../filesystem/compare/change-tree.js';
import {formatBytes, plural} from '../../text/format.js';
import {
	type ChangeRow,
	type ChangesView,
	canOpen,
} from '../files/changes-view.js';
import {shownName} from '../files/shown-name.js';
import {cellsOf, foreign, truncate} from '../../text/cells.js';
import {type Row, rowCells, spread} from './row.js';
import type {Scene} from './scene.js';
import type {Style, Theme} from './theme.js';

const styles: Readonly<Record<RowKind, Style>> = {
	added: 'good',
	removed: 'bad',
	changed: 'warn',
	shipped: 'accent',
};

/** From how many cells on a row has the sizes of both sides. */
export const bothColumns = 72;

/** From how many cells on a row has a count of files, and what changed may take room from the name. */
const detailColumns = 60;

/** How much of a row what changed may take from the name. */
const detailShare = 0.4;

/** What is cut off earlier than that, in cells, says nothing any more. */
const shortestDetail = 8;

/**
@param width - In cells.
@returns A change, or all that changed in a directory: its name, what changed, of which kind it is, and the sizes.
*/
export function changeRow(
	scene: Scene,
	view: ChangesView,
	{row, isSelected}: {readonly row: ChangeRow; readonly isSelected: boolean},
	width: number,
): Row {
	const {
		theme,
		view: {focus},
		session,
	} = scene;
	const {signs} = theme;
	const {tree} = view;
	const kind = kindOf(tree, row);
	const style = styles[kind];
	const shippedTo = tree.changes.get(row.node)?.shippedTo;
	const start: Row = [
		{text: isSelected ? signs.selected : ' ', style: 'accent'},
		{
			text: `${' '.repeat(row.depth * 2)}${openSign(view, row, theme)} `,
			style: 'faint',
		},
		{
			text: nameOf(view, row, theme),
			style: isSelected && focus === 'diff' ? 'match' : style,
		},
	];
	const end: Row = [
		{text: ` ${signOf(kind, theme)} `, style},
		...countOf(view, row, width),
		...sizesOf(tree, row, width),
	];
	const room = Math.max(
		width < detailColumns ? 0 : Math.floor(width * detailShare),
		width - rowCells(start) - rowCells(end),
	);
	const what = shippedTo
		? shippedText(shippedTo, session.state.program!, signs.to, room - 2)
		: detailOf(tree, row, theme);
	const detail =
		room >= shortestDetail && what !== ''
			? truncate(`  ${foreign(what, theme)}`, room, signs.ellipsis)
			: '';
	return spread(
		[...start, {text: detail, style: 'faint'}],
		end,
		width,
		signs.ellipsis,
	);
}

function openSign(
	view: ChangesView,
	row: ChangeRow,
	{signs: {open, folded}}: Theme,
): string {
	return canOpen(view, row)
		? view.expanded.has(row.node)
			? open
			: folded
		: ' ';
}

/** Below an opened row without what is above it. */
function nameOf(view: ChangesView, row: ChangeRow, theme: Theme): string {
	const {paths} = view.tree;
	const {node, depth} = row;
	const name = shownName(depth === 0 ? paths.path(node) : paths.name(node));
	return `${foreign(name, theme)}${isDirectory(view, row) ? '/' : ''}`;
}

function isDirectory(view: ChangesView, row: ChangeRow): boolean {
	const change = view.tree.changes.get(row.node);
	return (
		canOpen(view, row) || (change?.to ?? change?.from)?.kind === 'directory'
	);
}

/** How many files a row stands for, where there is room. */
function countOf(view: ChangesView, row: ChangeRow, width: number): Row {
	const files = view.tree.files(row.node);
	const count = canOpen(view, row) && files > 0 ? plural(files, 'file') : '';
	return width < detailColumns ? [] : [{text: count.padStart(13)}];
}

function kindOf(tree: ChangeTree, {node, isWhole}: ChangeRow): RowKind {
	return isWhole
		? rowKindOfBits(tree.kinds[node]!)
		: rowKindOf(tree.changes.get(node)!);
}

/** Before and after where there is room, else the larger of them. */
function sizesOf(tree: ChangeTree, row: ChangeRow, width: number): Row {
	if (width < bothColumns) {
		return [{text: `${formatBytes(bytesOfRow(tree, row)).padStart(10)} `}];
	}

	const {from, to} = bothSizes(tree, row);
	const cell = (bytes: number | null): string =>
		(bytes === null ? '' : formatBytes(bytes)).padStart(10);
	return [{text: `${cell(from)} ${cell(to)} `}];
}

/** `null` on the side where there is nothing. */
function bothSizes(
	tree: ChangeTree,
	{node, isWhole}: ChangeRow,
): {readonly from: number | null; readonly to: number | null} {
	const change = tree.changes.get(node);
	if (!isWhole || (change && !tree.paths.hasChildren(node))) {
		const {from, to, bytes, shippedTo} = change!;
		return {
			from: from && bytes.from,
			to: shippedTo ? (shippedTo.entry?.size ?? null) : to && bytes.to,
		};
	}

	const {added, removed, changed, shipped} = tree.totals(node);
	const kind = tree.kinds[node];
	return {
		from:
			kind === kindBits.added
				? null
				: removed.bytes + changed.bytes + shipped.bytes,
		to:
			kind === kindBits.removed
				? null
				: added.bytes + changed.bytesAfter + shipped.bytesAfter,
	};
}

/** `→ /bin/app  COPY --from=builder (Dockerfile:12)`, and less where there is no room for that. */
function shippedText(
	shippedTo: ShippedTo,
	program: Program,
	arrow: string,
	room: number,
): string {
	const {to, copy, shortCopy} = describeShipped(shippedTo, program, arrow);
	return (
		[`${to}  ${copy}`, `${to}  ${shortCopy}`].find(
			text => cellsOf(text) <= room,
		) ?? to
	);
}

function bytesOfRow(tree: ChangeTree, {node, isWhole}: ChangeRow): number {
	if (isWhole) {
		return tree.weights[node]!;
	}

	const {bytes} = tree.changes.get(node)!;
	return Math.max(bytes.from, bytes.to);
}

function signOf(kind: RowKind, {unicode, signs}: Theme): string {
	return {
		added: '+',
		removed: unicode ? '−' : '-',
		changed: '~',
		shipped: signs.to,
	}[kind];
}

/** What changed of it, and what it is. */
function detailOf(tree: ChangeTree, {node}: ChangeRow, theme: Theme): string {
	const change = tree.changes.get(node);
	return [
		change ? describeChange(change, theme.signs.to) : '',
		categoryOf(tree.paths.path(node)) ?? '',
	]
		.filter(text => text !== '')
		.join(', ');
}
