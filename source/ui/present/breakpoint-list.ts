import {stepLabel} from '../../debugger/points/point.js';
import type {Breakpoint, DebuggerState} from '../../debugger/machine/state.js';
import {selectedBreakpoint} from '../place.js';
import {cellsOf, foreign} from '../../text/cells.js';
import {breakpointSign, markOf} from './breakpoint-sign.js';
import {type Row, spread} from './row.js';
import {plural} from './format.js';
import {centeredTop} from './layout.js';
import {offer, paragraph} from './offers.js';
import type {PaneContent, Scene} from './scene.js';

/** How many lines a breakpoint's note may take. */
const noteLines = 3;

/**
@param width - In cells.
@param height - In rows.
@returns The breakpoints: what each says, and where it stops.
*/
export function presentBreakpoints(
	scene: Scene,
	width: number,
	height: number,
): PaneContent {
	const {state} = scene.session;
	if (state.breakpoints.length === 0) {
		return {
			rows: whyNone(scene, width).slice(0, height),
			label: '',
			position: '',
		};
	}

	const selected = selectedBreakpoint(state, scene.view);
	const column = Math.min(
		Math.floor(width / 2),
		Math.max(...state.breakpoints.map(({text}) => cellsOf(text))),
	);
	const rows: Row[] = [];
	let selectedRow = 0;
	for (const breakpoint of state.breakpoints) {
		if (breakpoint === selected) {
			selectedRow = rows.length;
		}

		rows.push(
			...breakpointRows(scene, breakpoint, {
				width,
				column,
				isSelected: breakpoint === selected,
			}),
		);
	}

	const top = centeredTop(selectedRow, rows.length, height);
	return {
		rows: rows.slice(top, top + height),
		label: '',
		position: plural(state.breakpoints.length, 'breakpoint'),
	};
}

function breakpointRows(
	scene: Scene,
	breakpoint: Breakpoint,
	{
		width,
		column,
		isSelected,
	}: {
		readonly width: number;
		readonly column: number;
		readonly isSelected: boolean;
	},
): readonly Row[] {
	const {theme, session} = scene;
	const text = foreign(breakpoint.text, theme);
	const gap = ' '.repeat(Math.max(0, column - cellsOf(text)));
	return [
		spread(
			[
				isSelected
					? {text: theme.signs.selected, style: 'accent'}
					: {text: ' '},
				breakpointSign(markOf(breakpoint), theme),
				{
					text: ` ${text}${gap}`,
					style: isSelected ? 'title' : breakpoint.enabled ? 'plain' : 'faint',
				},
				{
					text: `   ${foreign(whereItStops(session.state, breakpoint), theme)}`,
					style: 'faint',
				},
			],
			breakpoint.enabled ? [] : [{text: ' off ', style: 'faint'}],
			width,
			theme.signs.ellipsis,
		),
		...(breakpoint.note === null
			? []
			: paragraph(scene, breakpoint.note, width - 1, {
					style: 'warn',
					most: noteLines,
					indent: 3,
				})),
	];
}

function whereItStops(
	{program, positions}: DebuggerState,
	breakpoint: Breakpoint,
): string {
	if (breakpoint.kind === 'miss') {
		return 'what is not cached';
	}

	const [first, ...others] = breakpoint.positions;
	const step = first === undefined ? null : positions[first]!.step;
	if (step === null) {
		return 'nowhere';
	}

	return others.length > 0
		? plural(breakpoint.positions.length, 'instruction')
		: `${stepLabel(program!, step)}  ${program!.steps[step]!.text}`;
}

function whyNone(scene: Scene, width: number): readonly Row[] {
	return [
		[{text: ' There are no breakpoints.', style: 'faint'}],
		[],
		...[
			...offer(
				scene,
				'b',
				'sets or clears one before what is selected',
				width - 2,
			),
			...offer(
				scene,
				'a',
				'adds one by its text: 14, builder, builder:3, RUN, miss, or 14 if NAME=value',
				width - 2,
			),
		].map((row): Row => [{text: ' '}, ...row]),
	];
}
