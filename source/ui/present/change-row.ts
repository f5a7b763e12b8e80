import type {Program} from '../../engine/port.js';
import {categoryOf} from '../../filesystem/categories.js';
import {
	type Change,
	type ChangeKind,
	isReplacement,
} from '../../filesystem/change.js';
import {type ChangeTree, kindBits} from '../../filesystem/change-tree.js';
import type {Destination} from '../../filesystem/destinations.js';
import {formatBytes, plural} from '../../text/format.js';
import {
	type ChangeRow,
	type ChangesView,
	canOpen,
} from '../files/changes-view.js';
import {shownName} from '../files/shown-name.js';
import {type Row, foreign, spread, truncate} from './cells.js';
import type {Scene} from './scene.js';
import type {Style, Theme} from './theme.js';

const styles: Readonly<Record<ChangeKind, Style>> = {
	added: 'good',
	removed: 'bad',
	changed: 'warn',
};

/** From how many cells on a row has the sizes of both sides. */
export const bothColumns = 72;

/** From how many cells on a row says what sort of change it is. */
const detailColumns = 60;

/** How much of a row what changed may take from the name. */
const detailShare = 0.4;

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
		view: {focus, diff},
		session,
	} = scene;
	const {signs} = theme;
	const {tree} = view;
	const kind = kindOf(tree, row);
	const path = tree.paths.path(row.node);
	const destination =
		kind === 'removed'
			? (diff.destinationOf?.(path, isDirectory(view, row)) ?? null)
			: null;
	const style = destination === null ? styles[kind] : 'accent';
	const what =
		destination === null
			? detailOf(tree, row, theme)
			: destinationText(destination, session.state.program!, theme);
	const detail =
		width >= detailColumns && what !== ''
			? truncate(
					`  ${foreign(what, theme)}`,
					Math.floor(width * detailShare),
					signs.ellipsis,
				)
			: '';
	return spread(
		[
			{text: isSelected ? signs.selected : ' ', style: 'accent'},
			{
				text: `${' '.repeat(row.depth * 2)}${openSign(view, row, theme)} `,
				style: 'faint',
			},
			{
				text: nameOf(view, row, theme),
				style: isSelected && focus === 'diff' ? 'match' : style,
			},
			{text: detail, style: 'faint'},
		],
		[
			{
				text: ` ${destination === null ? signOf(kind, theme) : signs.to} `,
				style,
			},
			...countOf(view, row, width),
			...sizesOf(tree, row, width),
		],
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
	const count = canOpen(view, row)
		? plural(view.tree.files(row.node), 'file')
		: '';
	return width < detailColumns ? [] : [{text: count.padStart(13)}];
}

function kindOf(tree: ChangeTree, {node, isWhole}: ChangeRow): ChangeKind {
	if (isWhole) {
		switch (tree.kinds[node]) {
			case kindBits.added: {
				return 'added';
			}

			case kindBits.removed: {
				return 'removed';
			}

			default: {
				return 'changed';
			}
		}
	}

	const change = tree.changes.get(node)!;
	return isReplacement(change) ? 'changed' : change.kind;
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
		return {
			from: change!.from && change!.bytes.from,
			to: change!.to && change!.bytes.to,
		};
	}

	const {added, removed, changed} = tree.totals(node);
	const kind = tree.kinds[node];
	return {
		from: kind === kindBits.added ? null : removed.bytes + changed.bytes,
		to: kind === kindBits.removed ? null : added.bytes + changed.bytesAfter,
	};
}

function destinationText(
	{path, step}: Destination,
	program: Program,
	{signs}: Theme,
): string {
	const {keyword, lines} = program.steps[step]!;
	return `${signs.to} /${shownName(path)}  ${keyword}, line ${lines[0]}`;
}

function bytesOfRow(tree: ChangeTree, {node, isWhole}: ChangeRow): number {
	if (isWhole) {
		return tree.weights[node]!;
	}

	const {bytes} = tree.changes.get(node)!;
	return Math.max(bytes.from, bytes.to);
}

function signOf(kind: ChangeKind, {unicode}: Theme): string {
	return {added: '+', removed: unicode ? '−' : '-', changed: '~'}[kind];
}

/** What changed of it, and what it is. */
function detailOf(tree: ChangeTree, {node}: ChangeRow, theme: Theme): string {
	const change = tree.changes.get(node);
	return [
		change?.kind === 'changed' ? aspectsOf(change, theme) : '',
		categoryOf(tree.paths.path(node)) ?? '',
	]
		.filter(text => text !== '')
		.join(', ');
}

/** `mode 644 → 600, contents` */
function aspectsOf({aspects, from, to}: Change, {signs}: Theme): string {
	return aspects
		.filter(aspect => aspect !== 'time' || aspects.length === 1)
		.map(aspect => {
			switch (aspect) {
				case 'mode': {
					return `mode ${from!.mode.toString(8)} ${signs.to} ${to!.mode.toString(8)}`;
				}

				case 'owner': {
					return `owner ${from!.uid}:${from!.gid} ${signs.to} ${to!.uid}:${to!.gid}`;
				}

				case 'contents': {
					return from!.size === to!.size
						? 'contents'
						: `contents ${formatBytes(from!.size)} ${signs.to} ${formatBytes(to!.size)}`;
				}

				case 'type': {
					return `${from!.kind.replace('-', ' ')} ${signs.to} ${to!.kind.replace('-', ' ')}`;
				}

				case 'link target': {
					return `link ${signs.to} ${to!.linkTarget === null ? 'none' : shownName(to!.linkTarget)}`;
				}

				default: {
					return aspect;
				}
			}
		})
		.join(', ');
}
