import type {BuildWarning} from '../../engine/port.js';
import {dockerfileName} from '../../debugger/points/point.js';
import {byLine, warningText} from '../../report/warnings/text.js';
import {selectedWarning} from '../place.js';
import {plural} from './format.js';
import {centeredTop} from './layout.js';
import {paragraph} from './offers.js';
import type {Row} from './row.js';
import type {PaneContent, Scene} from './scene.js';

/** How many lines a warning, and each thing that there is to say of it, may take. */
const messageLines = 4;
const detailLines = 2;

/**
@param width - In cells.
@param height - In rows.
@returns What the builder and mstage warn of, each with its line, and where its rule is described.
*/
export function presentWarnings(
	scene: Scene,
	width: number,
	height: number,
): PaneContent {
	const {state} = scene.session;
	const warnings = byLine(state.warnings);
	const selected = selectedWarning(state, scene.view);
	const rows: Row[] = [];
	let selectedRow = 0;
	for (const warning of warnings) {
		if (warning === selected) {
			selectedRow = rows.length;
		}

		rows.push(...warningRows(scene, warning, width, warning === selected));
	}

	const top = centeredTop(selectedRow, rows.length, height);
	return {
		rows: rows.slice(top, top + height),
		label: '',
		position: plural(warnings.length, 'warning'),
	};
}

function warningRows(
	scene: Scene,
	warning: BuildWarning,
	width: number,
	isSelected: boolean,
): readonly Row[] {
	const {theme, session} = scene;
	const {lines, details, url} = warning;
	const place =
		lines === null
			? ''
			: `${dockerfileName(session.state.program!)}:${lines[0]}  `;
	const [first, ...others] = paragraph(
		scene,
		`${place}${warningText(warning)}`,
		width - 4,
		{style: isSelected ? 'title' : 'plain', most: messageLines},
	);
	return [
		[
			isSelected ? {text: theme.signs.selected, style: 'accent'} : {text: ' '},
			{text: `${theme.signs.warning} `, style: 'warn'},
			...first!,
		],
		...others.map((row): Row => [{text: '   '}, ...row]),
		...[...details, ...(url === null ? [] : [url])].flatMap(text =>
			paragraph(scene, text, width - 1, {
				style: 'faint',
				most: detailLines,
				indent: 3,
			}),
		),
	];
}
