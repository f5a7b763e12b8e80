import type {DebuggerState} from '../../debugger/machine/state.js';
import {warningsAt, warningsOf} from '../../debugger/machine/warnings.js';
import {warningText} from '../../report/warnings/text.js';
import {foreign, truncate} from '../../text/cells.js';
import {selectionIn, stepOf} from '../place.js';
import {paragraph} from './offers.js';
import type {Row, Segment} from './row.js';
import type {Scene} from './scene.js';
import type {Theme} from './theme.js';

/** Below the source there is room for as many warnings of what is selected, and lines of each. */
const mostNotes = 2;
const noteLines = 2;

/** A source that has fewer rows keeps all of them, and one that is narrower shows of a warning only its sign. */
const leastHeight = 10;
const leastWidth = 60;

/** What a rule's name may take behind a line, in cells. */
const longestRule = 22;

/**
@param line - A line of the source, counted from 1.
@param width - Of the source, in cells.
@returns What stands behind the line when there is a warning of it: a sign, and the name of the first one's rule.
*/
export function warningCells(
	state: DebuggerState,
	line: number,
	width: number,
	theme: Theme,
): readonly Segment[] {
	const [first, ...others] = warningsAt(state, line);
	if (!first) {
		return [];
	}

	const more = others.length > 0 ? ` +${others.length}` : '';
	const rule =
		width < leastWidth
			? ''
			: ` ${truncate(foreign(first.rule ?? 'warning', theme), longestRule, theme.signs.ellipsis)}${more}`;
	return [{text: ` ${theme.signs.warning}${rule}`, style: 'warn'}];
}

/**
@param width - Of the pane, in cells.
@param height - Of the pane, in rows.
@returns What stands below the source: the warnings of what is selected, with where their rules are described.
*/
export function sourceNotes(
	scene: Scene,
	width: number,
	height: number,
): readonly Row[] {
	const {state} = scene.session;
	const selection = selectionIn(state, scene.view);
	if (!state.program || !selection || height < leastHeight) {
		return [];
	}

	const {theme} = scene;
	const warnings = warningsOf(state, stepOf(state.program, selection));
	const rest = warnings.length - mostNotes;
	return [
		...warnings.slice(0, mostNotes).flatMap(warning => {
			const rows = paragraph(scene, warningText(warning), width - 4, {
				style: 'plain',
				most: noteLines,
			});
			return [
				...rows.map((row, index): Row => [
					index === 0
						? {text: ` ${theme.signs.warning} `, style: 'warn'}
						: {text: '   '},
					...row,
				]),
				...[warning.url ?? warning.details[0]].flatMap(text =>
					text === undefined
						? []
						: paragraph(scene, text, width - 1, {
								style: 'faint',
								most: 1,
								indent: 3,
							}),
				),
			];
		}),
		...(rest > 0
			? [
					[
						{
							text: `   ${theme.signs.ellipsis} ${rest} more (W)`,
							style: 'faint',
						},
					] as const,
				]
			: []),
	];
}
