import type {ChangeTree} from '../../filesystem/change-tree.js';
import {formatBytes, formatCount, plural} from '../../text/format.js';
import type {ChangesView} from '../files/changes-view.js';
import type {DiffView} from '../files/diff-view.js';
import {type Row, foreign, spread, wrap} from './cells.js';
import {bothColumns, changeRow} from './change-row.js';
import {presentFileDifference} from './file-difference.js';
import {centeredTop} from './layout.js';
import {complaint} from './offers.js';
import {pairsRow} from './pairs.js';
import {type PaneContent, type Scene, spinner} from './scene.js';
import type {Theme} from './theme.js';

/** How many lines the sums may take. */
const sumLines = 2;

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
	const {rows, cursor, kind} = view;
	const sums = wrap(
		sumsOf(view.tree, scene.view.diff.timeChangeCount, theme),
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
	if (rows.length === 0) {
		return {rows: head, label, position: ''};
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
