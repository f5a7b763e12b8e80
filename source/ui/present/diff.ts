import {sumsOf} from '../../report/diff/sums.js';
import type {RowKind} from '../../filesystem/compare/change-tree.js';
import {formatBytes, formatCount, plural} from '../../text/format.js';
import type {ChangesView} from '../files/changes-view.js';
import type {DiffView} from '../files/diff-view.js';
import {foreign, wrap} from '../../text/cells.js';
import {type Row, spread} from './row.js';
import {bothColumns, changeRow} from './change-row.js';
import {presentFileDifference} from './file-difference.js';
import {centeredTop} from './layout.js';
import {complaint} from './offers.js';
import {pairsRow} from './pairs.js';
import {type PaneContent, type Scene, spinner} from './scene.js';
import type {Theme} from './theme.js';

/** How many lines the sums may take. */
const sumLines = 3;

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
	const said = (...rows: readonly Row[]): PaneContent => ({
		rows: [pairsRow(scene), ...rows],
		label,
		position: '',
	});
	if (diff.file) {
		return presentFileDifference(scene, diff.file, label, height);
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
			return said(...complaint(scene, diff.status.reason, width));
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
	const {rows, cursor} = view;
	const sums = wrap(
		sumsText(scene.view.diff, view, theme),
		Math.max(2, width - 2),
		sumLines,
		theme.signs.ellipsis,
	).map((line): Row => [{text: ` ${line}`}]);
	const heads: Row =
		width < bothColumns || rows.length === 0
			? []
			: [
					{
						text: `${'before'.padStart(10)} ${'after'.padStart(10)} `,
						style: 'faint',
					},
				];
	const head = [
		spread(pairsRow(scene), heads, width, theme.signs.ellipsis),
		...sums,
	];
	const room = Math.max(0, height - head.length);
	const kind = kindText(scene.view.diff, view);
	if (rows.length === 0) {
		return {rows: head, label, position: kind};
	}

	const top = centeredTop(cursor, rows.length, room);
	return {
		rows: [
			...head,
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
		position: `${kind === '' ? '' : `${kind} ${theme.signs.dot} `}${formatCount(cursor + 1)} of ${formatCount(rows.length)}`,
	};
}

/** `only left behind` */
function kindText({inPlace}: DiffView, {kind}: ChangesView): string {
	if (kind === null) {
		return '';
	}

	const words: Partial<Record<RowKind, string>> =
		inPlace === null ? {} : {removed: 'left behind'};
	return `only ${words[kind] ?? kind}`;
}

/** `41,204 left behind (812 MB) · 2 shipped (12.4 MB) · 1 changed (0.2 MB)`; of what the filter leaves, if there is one. */
function sumsText(
	{timeChangeCount, inPlace, pair}: DiffView,
	{tree, whole, filter, matches}: ChangesView,
	theme: Theme,
): string {
	const {signs} = theme;
	const like = matches === null ? '' : ` like '${foreign(filter, theme)}'`;
	if (matches === 0) {
		return `No name that differs is${like}: Esc shows all`;
	}

	const isWhole = tree === whole;
	// Only what differs is held by its name, and can be filtered.
	const same = inPlace && !isWhole ? {files: 0, bytes: 0} : inPlace;
	const parts = sumsOf(tree, same).map(
		({word, files, bytes}) =>
			`${formatCount(files)} ${word} (${formatBytes(bytes)})`,
	);
	if (parts.length === 0) {
		parts.push(
			whole.changes.size === 0
				? 'No difference'
				: tree.changes.size === 0
					? 'None'
					: 'Only directories differ',
		);
	}

	if (!isWhole) {
		return `${parts.join(` ${signs.dot} `)}${like}, of ${formatCount(whole.files(0))} in all`;
	}

	const isEarlier = pair?.earlier !== undefined;
	if (timeChangeCount > 0) {
		parts.push(
			`${formatCount(timeChangeCount)} ${isEarlier ? 'of the same size with another time' : 'with another time only'}`,
		);
	}

	if (isEarlier) {
		parts.push('contents are not compared');
	}

	return parts.join(` ${signs.dot} `);
}
