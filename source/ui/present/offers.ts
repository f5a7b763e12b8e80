import {foreign, wrap} from '../../text/cells.js';
import type {Row} from './row.js';
import type {Scene} from './scene.js';
import type {Style} from './theme.js';

/** How many lines an offer may take. */
const offerLines = 3;

/** How many lines a message of an engine may take. */
export const messageLines = 6;

/**
@param width - In cells.
@returns A key and what it is for.
*/
export function offer(
	{theme}: Scene,
	key: string,
	text: string,
	width: number,
): readonly Row[] {
	return wrap(
		foreign(text, theme),
		Math.max(2, width - 3),
		offerLines,
		theme.signs.ellipsis,
	).map((line, index): Row => [
		index === 0 ? {text: key, style: 'key'} : {text: ' '},
		{text: `  ${line}`},
	]);
}

/**
@param width - In cells.
@param options - `most` is how many lines it may take, `indent` how many spaces stand before each.
@returns Foreign text in lines.
*/
export function paragraph(
	{theme}: Scene,
	text: string,
	width: number,
	{
		style,
		most,
		indent = 0,
	}: {readonly style: Style; readonly most: number; readonly indent?: number},
): readonly Row[] {
	return wrap(
		foreign(text, theme),
		Math.max(2, width - indent),
		most,
		theme.signs.ellipsis,
	).map((line): Row => [{text: ' '.repeat(indent) + line, style}]);
}

/**
@param reason - One sentence, or a few.
@param width - Of the pane, in cells.
@returns Why a pane has nothing to show.
*/
export function complaint(
	scene: Scene,
	reason: string,
	width: number,
): readonly Row[] {
	return paragraph(scene, reason, width - 1, {
		style: 'warn',
		most: messageLines,
		indent: 1,
	});
}
