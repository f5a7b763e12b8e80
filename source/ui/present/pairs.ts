import {pairsFor} from '../files/pairs.js';
import type {PairName} from '../files/point-pair.js';
import type {Row} from './row.js';
import type {Scene} from './scene.js';

const labels: Readonly<
	Record<PairName, readonly [key: string, label: string]>
> = {
	step: ['1', 'step'],
	final: ['2', 'final'],
	base: ['3', 'base'],
	last: ['4', 'last session'],
};

/** @returns The keys of what can be compared around what is selected; what can't be is faint, what is compared is marked. */
export function pairsRow({session: {state}, view, theme}: Scene): Row {
	const pairs = pairsFor(state, view);
	const {preset, pair} = view.diff;
	const {titleLeft, titleRight} = theme.signs;
	const item = (
		[key, label]: readonly [key: string, label: string],
		{isShown, isThere}: {readonly isShown: boolean; readonly isThere: boolean},
	): Row => [
		{text: isShown ? titleLeft : ' ', style: 'faint'},
		{text: key, style: isThere ? 'key' : 'faint'},
		{text: ` ${label}`, style: isShown ? 'title' : 'faint'},
		{text: isShown ? titleRight : ' ', style: 'faint'},
	];
	return [
		...Object.entries(labels).flatMap(([name, words]) =>
			item(words, {
				isShown: preset === name,
				isThere: pairs.has(name as PairName),
			}),
		),
		...item(['5', 'points'], {
			isShown: pair !== null && preset === null,
			isThere: true,
		}),
	];
}
