import type {KeyGroup} from '../key-binding.js';
import {keyName, keyTable} from '../keys.js';
import {cellsOf, wrap} from '../../text/cells.js';
import type {Row} from './row.js';
import {clampTop} from './layout.js';
import type {PaneContent, Scene} from './scene.js';

const groups: readonly KeyGroup[] = [
	'Build',
	'Look',
	'Files',
	'Move',
	'Session',
];

/**
@param width - In cells.
@param height - In rows.
@returns The keys and what they do, from the key table.
*/
export function presentHelp(
	scene: Scene,
	width: number,
	height: number,
): PaneContent {
	const all = helpRows(scene, width);
	const top = clampTop(scene.view.helpTop ?? 0, all.length, height);
	return {
		rows: all.slice(top, top + height),
		label: 'Esc closes',
		position:
			all.length > height
				? `${top + 1}-${Math.min(all.length, top + height)} of ${all.length}`
				: '',
	};
}

/**
@param width - In cells.
@returns How many rows the help has.
*/
export function helpLength(scene: Scene, width: number): number {
	return helpRows(scene, width).length;
}

function helpRows({theme}: Scene, width: number): readonly Row[] {
	const names = keyTable.map(({keys}) =>
		keys.map(key => keyName(key, theme.unicode)).join(' '),
	);
	const column = Math.max(...names.map(name => cellsOf(name)));
	const room = Math.max(10, width - column - 7);
	return groups.flatMap((group, index): readonly Row[] => [
		...(index === 0 ? [] : [[]]),
		[{text: ` ${group}`, style: 'title'}],
		...keyTable
			.map((binding, place) => ({binding, name: names[place]!}))
			.filter(({binding}) => binding.group === group)
			.flatMap(({binding, name}) =>
				wrap(binding.description, room, 9, theme.signs.ellipsis).map(
					(line, lineIndex): Row => {
						const shown = lineIndex === 0 ? name : '';
						const gap = ' '.repeat(column - cellsOf(shown));
						return [{text: `   ${shown}${gap}   `, style: 'key'}, {text: line}];
					},
				),
			),
	]);
}
