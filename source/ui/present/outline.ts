import {formatBytes, plural} from '../../text/format.js';
import type {Outline, OutlineNode, OutlineRow} from '../files/outline.js';
import {cellsOf, foreign, truncate} from '../../text/cells.js';
import {type Row, spread} from './row.js';
import {centeredTop} from './layout.js';
import type {Scene} from './scene.js';
import type {Style} from './theme.js';

const styles: Readonly<Record<OutlineNode['meaning'], Style>> = {
	title: 'strong',
	group: 'warn',
	loss: 'plain',
	gain: 'good',
	file: 'plain',
};

/** From how many cells on a row says how many files it stands for. */
const countColumns = 48;

/** How much of a row its note may take from the name. */
const noteShare = 0.45;

/**
@param width - In cells.
@param height - In rows.
@returns The rows of an outline that are in sight, around the selected one.
*/
export function presentOutline(
	scene: Scene,
	{rows, expanded, cursor}: Outline,
	width: number,
	height: number,
): readonly Row[] {
	const top = centeredTop(cursor, rows.length, height);
	return rows.slice(top, top + height).map((row, index) =>
		outlineRow(
			scene,
			{
				row,
				isOpen: expanded.has(row.id),
				isSelected: top + index === cursor,
			},
			width,
		),
	);
}

function outlineRow(
	{theme, view: {focus, pane}}: Scene,
	{
		row: {node, depth},
		isOpen,
		isSelected,
	}: {
		readonly row: OutlineRow;
		readonly isOpen: boolean;
		readonly isSelected: boolean;
	},
	width: number,
): Row {
	const {signs} = theme;
	const sign =
		node.children === null ? ' ' : isOpen ? signs.open : signs.folded;
	const count =
		width < countColumns || node.files === null
			? ''
			: plural(node.files, 'file').padStart(14);
	const size = node.bytes === null ? '' : formatBytes(node.bytes).padStart(10);
	const note = foreign(node.note, theme);
	const name = foreign(node.name, theme);
	const room = width - cellsOf(count) - cellsOf(size) - depth * 2 - 6;
	const noteRoom = Math.max(Math.floor(room * noteShare), room - cellsOf(name));
	const isFocused = isSelected && focus === pane;
	return spread(
		[
			{text: isSelected ? signs.selected : ' ', style: 'accent'},
			{text: `${' '.repeat(depth * 2)}${sign} `, style: 'faint'},
			{
				text: name,
				style: isFocused ? 'match' : styles[node.meaning],
			},
			...(note === ''
				? []
				: [
						{
							text: `  ${truncate(note, noteRoom, signs.ellipsis)}`,
							style: 'faint',
						} as const,
					]),
		],
		[
			{text: count, style: 'faint'},
			{text: `${size} `, style: node.meaning === 'gain' ? 'good' : 'plain'},
		],
		width,
		signs.ellipsis,
	);
}
