import {type KeyGroup, keyName, keyTable} from '../keys.js';
import {type Row, cellsOf, truncate} from './cells.js';
import {clampTop} from './layout.js';
import type {PaneContent, Scene} from './scene.js';

const groups: readonly KeyGroup[] = ['Build', 'Look', 'Move', 'Session'];

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

/** @returns How many rows the help has. */
export function helpLength(): number {
	return groups.length * 2 - 1 + keyTable.length;
}

function helpRows({theme}: Scene, width: number): readonly Row[] {
	const names = new Map(
		keyTable.map(binding => [
			binding,
			binding.keys.map(key => keyName(key, theme.unicode)).join(' '),
		]),
	);
	const column = Math.max(...[...names.values()].map(name => cellsOf(name)));
	return groups.flatMap((group, index): readonly Row[] => [
		...(index === 0 ? [] : [[]]),
		[{text: ` ${group}`, style: 'title'}],
		...keyTable
			.filter(binding => binding.group === group)
			.map((binding): Row => {
				const name = names.get(binding)!;
				return [
					{
						text: `   ${name}${' '.repeat(column - cellsOf(name))}   `,
						style: 'key',
					},
					{
						text: truncate(
							binding.description,
							width - column - 7,
							theme.signs.ellipsis,
						),
					},
				];
			}),
	]);
}
