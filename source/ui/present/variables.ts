import {stepLabel} from '../../debugger/points/point.js';
import {cellsOf, foreign, sliceCells, truncate} from '../../text/cells.js';
import {type Row, rowCells, spread} from './row.js';
import {formatCount} from './format.js';
import {clampTop} from './layout.js';
import type {PaneContent, Scene} from './scene.js';
import {
	type VariableRow,
	variableRows,
	variablesStep,
} from './variable-rows.js';

const widestName = 24;
const emptyPane: PaneContent = {rows: [], label: '', position: ''};

/** @returns The lines of the pane, all of them; while a filter is typed, by that. */
export function variableLinesOf({
	session: {state},
	view,
}: Scene): readonly VariableRow[] {
	const step = variablesStep(state, view);
	return step === null
		? []
		: variableRows(
				state,
				step,
				view.typing?.purpose === 'filter' ? view.typing.text : view.filter,
			);
}

/**
@param width - In cells.
@param height - In rows.
@returns The environment, the build arguments and the settings after what is selected.
*/
export function presentVariables(
	scene: Scene,
	width: number,
	height: number,
): PaneContent {
	const {session, view, theme} = scene;
	const step = variablesStep(session.state, view);
	if (step === null) {
		return emptyPane;
	}

	const lines = variableLinesOf(scene);
	const {program} = session.state;
	const label = foreign(
		`after ${stepLabel(program!, step)} ${theme.signs.dot} ${program!.steps[step]!.text}`,
		theme,
	);
	if (lines.length === 0) {
		return {
			rows: [
				[
					{
						text: truncate(
							view.filter === ''
								? ' Nothing is set.'
								: ' Nothing contains the text: Esc shows everything.',
							width,
							theme.signs.ellipsis,
						),
						style: 'faint',
					},
				],
			],
			label,
			position: filterText(scene),
		};
	}

	const nameWidth = Math.min(
		widestName,
		Math.max(
			...lines.map(line => (line.kind === 'value' ? cellsOf(line.name) : 0)),
		),
	);
	const top = clampTop(view.tops.variables ?? 0, lines.length, height);
	const end = Math.min(lines.length, top + height);
	const range =
		lines.length > height && height > 0
			? `${formatCount(top + 1)}-${formatCount(end)} of ${formatCount(lines.length)}`
			: '';
	return {
		rows: lines
			.slice(top, end)
			.map(line => lineRow(scene, line, nameWidth, width)),
		label,
		position: [filterText(scene), range].filter(text => text !== '').join(' '),
	};
}

function filterText({view, theme}: Scene): string {
	return view.filter === '' ? '' : `with '${foreign(view.filter, theme)}'`;
}

function lineRow(
	{theme, view}: Scene,
	line: VariableRow,
	nameWidth: number,
	width: number,
): Row {
	const {signs} = theme;
	if (line.kind === 'title') {
		return [{text: ` ${line.text}`, style: 'title'}];
	}

	const isChanged = line.kind === 'value' && line.changed;
	const isKnown = line.kind === 'value' && line.isKnown;
	const name =
		line.kind === 'value'
			? truncate(foreign(line.name, theme), nameWidth, signs.ellipsis)
			: 'was';
	const gap = ' '.repeat(Math.max(0, nameWidth - cellsOf(name)));
	const head: Row = [
		{text: isChanged ? signs.changed : ' ', style: 'warn'},
		{text: ' '},
		line.kind === 'value'
			? {text: `${name}${gap}`, style: isChanged ? 'strong' : 'plain'}
			: {text: `${gap}${name}`, style: 'faint'},
		{text: '  '},
	];
	const origin: Row = [
		{text: `  ${foreign(line.origin, theme)} `, style: 'faint'},
	];
	const room = width - rowCells(head) - rowCells(origin);
	const value = truncate(
		sliceCells(foreign(line.value, theme), view.lefts.variables ?? 0, room + 1),
		Math.max(0, room),
		signs.ellipsis,
	);
	return spread(
		[
			...head,
			{
				text: value,
				style: isKnown ? (isChanged ? 'accent' : 'plain') : 'faint',
			},
		],
		origin,
		width,
		signs.ellipsis,
	);
}
