import {categoryOf} from '../../filesystem/categories.js';
import {
	type Change,
	type ChangeKind,
	isReplacement,
} from '../../filesystem/change.js';
import {type ChangeTree, kindBits} from '../../filesystem/change-tree.js';
import {formatBytes, formatCount, plural} from '../../text/format.js';
import {
	type ChangeRow,
	type ChangesView,
	canOpen,
} from '../files/changes-view.js';
import type {DiffView, FileDifference} from '../files/diff-view.js';
import {shownName} from '../files/shown-name.js';
import {type Row, cellsOf, foreign, spread, truncate} from './cells.js';
import {centeredTop} from './layout.js';
import {type PaneContent, type Scene, spinner} from './scene.js';
import type {Style, Theme} from './theme.js';

const styles: Readonly<Record<ChangeKind, Style>> = {
	added: 'good',
	removed: 'bad',
	changed: 'warn',
};

/** From how many cells on a row says what sort of change it is. */
const detailColumns = 60;

/**
@param width - In cells.
@param height - In rows.
@returns How two points differ, or how a file does.
*/
export function presentDiff(
	scene: Scene,
	width: number,
	height: number,
): PaneContent {
	const {
		view: {diff},
		theme,
	} = scene;
	const label = titleOf(diff, theme);
	const said = (row: Row): PaneContent => ({rows: [row], label, position: ''});
	if (diff.file) {
		return presentFileDifference(diff.file, label, theme, height);
	}

	switch (diff.status.kind) {
		case 'idle': {
			return said([{text: ' d compares what is selected.', style: 'faint'}]);
		}

		case 'loading': {
			return said([
				{text: ' '},
				spinner(theme),
				{text: ` ${plural(diff.status.count, 'name')} so far`},
				{text: '  Esc gives up', style: 'faint'},
			]);
		}

		case 'failed': {
			return said([
				{text: ` ${foreign(diff.status.reason, theme)}`, style: 'warn'},
			]);
		}

		case 'ready': {
			return presentChanges(scene, diff.changes!, label, width, height);
		}
	}
}

function titleOf({pair, names}: DiffView, theme: Theme): string {
	return pair === null
		? ''
		: foreign(`${names[0]} ${theme.signs.to} ${names[1]}`, theme);
}

function presentChanges(
	scene: Scene,
	view: ChangesView,
	label: string,
	width: number,
	height: number,
): PaneContent {
	const {theme} = scene;
	const {rows, cursor, kind} = view;
	const sums: Row = [
		{text: ` ${sumsOf(view.tree, scene.view.diff.timeChangeCount, theme)}`},
	];
	const room = Math.max(0, height - 1);
	if (rows.length === 0) {
		return {rows: [sums], label, position: ''};
	}

	const top = centeredTop(cursor, rows.length, room);
	return {
		rows: [
			sums,
			...rows
				.slice(top, top + room)
				.map((row, index) =>
					changeRow(
						scene,
						view,
						{row, isSelected: top + index === cursor},
						width,
					),
				),
		],
		label,
		position: `${kind === null ? '' : `only ${kind} ${theme.signs.dot} `}${formatCount(cursor + 1)} of ${formatCount(rows.length)}`,
	};
}

/** `2 added (12.4 MB) · 41,204 removed (812 MB) · 1 changed (0.2 MB)` */
function sumsOf(
	tree: ChangeTree,
	timeChangeCount: number,
	theme: Theme,
): string {
	const {added, removed, changed} = tree.totals(0);
	const parts = [
		{word: 'removed', ...removed},
		{word: 'added', ...added},
		{
			word: 'changed',
			files: changed.files,
			bytes: Math.max(changed.bytes, changed.bytesAfter),
		},
	]
		.filter(({files}) => files > 0)
		.map(
			({word, files, bytes}) =>
				`${formatCount(files)} ${word} (${formatBytes(bytes)})`,
		);
	if (parts.length === 0) {
		parts.push(
			tree.changes.size === 0 ? 'No difference' : 'Only directories differ',
		);
	}

	if (timeChangeCount > 0) {
		parts.push(`${formatCount(timeChangeCount)} with another time only`);
	}

	return parts.join(` ${theme.signs.dot} `);
}

function changeRow(
	{theme, view: {focus}}: Scene,
	view: ChangesView,
	{row, isSelected}: {readonly row: ChangeRow; readonly isSelected: boolean},
	width: number,
): Row {
	const {signs} = theme;
	const {tree} = view;
	const isSum = canOpen(view, row);
	const kind = kindOf(tree, row);
	const path =
		row.depth === 0 ? tree.paths.path(row.node) : tree.paths.name(row.node);
	const change = tree.changes.get(row.node);
	const isDirectory =
		isSum || (change?.to ?? change?.from)?.kind === 'directory';
	const name = `${foreign(shownName(path), theme)}${isDirectory ? '/' : ''}`;
	const sign = isSum
		? view.expanded.has(row.node)
			? signs.open
			: signs.folded
		: ' ';
	const style = styles[kind];
	const details: Row = [
		{text: ` ${signOf(kind, theme)} `, style},
		{
			text:
				width < detailColumns
					? ''
					: (isSum ? plural(tree.files(row.node), 'file') : '').padStart(13),
		},
		{text: `${formatBytes(bytesOfRow(tree, row)).padStart(10)} `},
	];
	const what = foreign(detailOf(tree, row, theme), theme);
	const detail =
		width >= detailColumns && what !== ''
			? truncate(` ${what}`, Math.floor(width * 0.4), signs.ellipsis)
			: '';
	const indent = ' '.repeat(row.depth * 2);
	return spread(
		[
			{text: isSelected ? signs.selected : ' ', style: 'accent'},
			{text: `${indent}${sign} `, style: 'faint'},
			{
				text: name,
				style: isSelected && focus === 'diff' ? 'match' : style,
			},
			...(cellsOf(detail) > 0
				? [{text: ` ${detail}`, style: 'faint'} as const]
				: []),
		],
		details,
		width,
		signs.ellipsis,
	);
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

function presentFileDifference(
	{name, lines, top}: FileDifference,
	label: string,
	theme: Theme,
	height: number,
): PaneContent {
	const end = Math.min(lines.length, top + height);
	return {
		rows: lines.slice(top, end).map((line): Row => [
			{
				text: ` ${foreign(line, theme)}`,
				style: lineStyles[line[0] ?? ' '] ?? 'plain',
			},
		]),
		label: `${foreign(`/${name}`, theme)}  ${label}`,
		position: `${formatCount(top + 1)}-${formatCount(end)} of ${formatCount(lines.length)}`,
	};
}

const lineStyles: Readonly<Record<string, Style>> = {
	'+': 'good',
	'-': 'bad',
	'@': 'accent',
};
