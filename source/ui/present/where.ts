import type {WhereItem} from '../files/where-view.js';
import {foreign, wrap} from '../../text/cells.js';
import {type Row, type Segment, cutRow} from './row.js';
import {centeredTop} from './layout.js';
import {complaint, paragraph} from './offers.js';
import {type PaneContent, type Scene, spinner} from './scene.js';
import type {Style, Theme} from './theme.js';

/** How many lines the name of an item, or what is said, may take. */
const titleLines = 3;

const styles: Readonly<Record<WhereItem['meaning'], Style>> = {
	file: 'strong',
	origin: 'plain',
	arrival: 'good',
	heading: 'title',
	loss: 'warn',
};

/**
@param width - In cells.
@param height - In rows.
@returns Where a file came from, step by step, and where it went.
*/
export function presentWhere(
	scene: Scene,
	width: number,
	height: number,
): PaneContent {
	const {
		theme,
		view: {whereFrom},
	} = scene;
	const label = '';
	const name = foreign(whereFrom.name, theme);
	switch (whereFrom.status.kind) {
		case 'idle': {
			return {
				rows: paragraph(
					scene,
					'w in the files or the diff tells where a file came from; / asks for a path.',
					width - 1,
					{style: 'faint', most: titleLines, indent: 1},
				),
				label,
				position: '',
			};
		}

		case 'loading': {
			return {
				rows: [
					[
						{text: ' '},
						spinner(theme),
						{text: ` following ${name}`},
						{text: '  Esc gives up', style: 'faint'},
					],
				],
				label,
				position: '',
			};
		}

		case 'failed': {
			return {
				rows: [
					[{text: ` ${name}`, style: 'strong'}],
					...complaint(scene, whereFrom.status.reason, width),
				],
				label,
				position: '',
			};
		}

		case 'ready': {
			return {rows: itemRows(scene, width, height), label, position: ''};
		}
	}
}

function signOf(meaning: WhereItem['meaning'], {signs}: Theme): string {
	switch (meaning) {
		case 'origin': {
			return `${signs.from} `;
		}

		case 'arrival': {
			return `${signs.to} `;
		}

		case 'loss': {
			return `${signs.failed} `;
		}

		case 'file':
		case 'heading': {
			return '';
		}
	}
}

/** Those around the selected item. */
function itemRows(scene: Scene, width: number, height: number): readonly Row[] {
	const {items, cursor} = scene.view.whereFrom;
	const blocks = items.map((item, index) =>
		itemBlock(scene, item, index === cursor, width),
	);
	const rows = blocks.flat();
	const before = blocks.slice(0, cursor).flat().length;
	const middle = before + Math.floor((blocks[cursor]?.length ?? 0) / 2);
	const top = centeredTop(middle, rows.length, height);
	return rows.slice(top, top + height);
}

function itemBlock(
	scene: Scene,
	item: WhereItem,
	isSelected: boolean,
	width: number,
): readonly Row[] {
	const {
		theme,
		view: {focus},
	} = scene;
	const {signs} = theme;
	const {meaning} = item;
	const isNested = meaning !== 'file' && meaning !== 'heading';
	const sign = signOf(meaning, theme);
	const mark: Segment = {
		text: isSelected ? signs.selected : ' ',
		style: 'accent',
	};
	const indent = isNested ? '  ' : '';
	const style =
		isSelected && focus === 'where-from' ? 'match' : styles[meaning];
	const lines = wrap(
		foreign(item.title, theme),
		Math.max(2, width - 6),
		titleLines,
		signs.ellipsis,
	);
	const detail = foreign(item.detail, theme);
	const rows: readonly Row[] = [
		...lines.map((line, index): Row => [
			mark,
			{
				text: `${indent}${index === 0 ? sign : ' '.repeat(sign.length)}`,
				style: 'accent',
			},
			{text: line, style},
		]),
		...(detail === ''
			? []
			: [
					[
						mark,
						{
							text: `${indent}${' '.repeat(sign.length)}${detail}`,
							style: 'faint',
						} as const,
					],
				]),
	];
	return [
		...(meaning === 'heading' ? [[]] : []),
		...rows.map(row => cutRow(row, width, signs.ellipsis)),
	];
}
