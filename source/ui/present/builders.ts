import {
	type BuilderRow,
	builderSheet,
} from '../../debugger/memory/builder-sheet.js';
import {cellsOf, foreign} from '../../text/cells.js';
import {type Row, type Segment, spread} from './row.js';
import {formatCount} from './format.js';
import {clampTop} from './layout.js';
import {paragraph} from './offers.js';
import type {PaneContent, Scene} from './scene.js';

/** Of a builder's column, in cells. */
const columnWidth = 10;

/** In the order of their columns. */
const builders = ['BuildKit', 'legacy'] as const;

/** How many lines a reason may take. */
const reasonLines = 3;

/**
@param width - In cells.
@param height - In rows.
@returns What each of the two builders builds and runs for the target, and why, side by side.
*/
export function presentBuilders(
	scene: Scene,
	width: number,
	height: number,
): PaneContent {
	if (!scene.session.state.program) {
		return {rows: [], label: '', position: ''};
	}

	const rows = builderRows(scene, width);
	const top = clampTop(scene.view.tops.builders ?? 0, rows.length, height);
	const end = Math.min(rows.length, top + height);
	return {
		rows: rows.slice(top, end),
		label: 'for the target, and how long it took last',
		position:
			rows.length > height && height > 0
				? `${formatCount(top + 1)}-${formatCount(end)} of ${formatCount(rows.length)}`
				: '',
	};
}

/**
@param width - In cells.
@returns All rows of the pane; the program must be loaded.
*/
export function builderRows(scene: Scene, width: number): readonly Row[] {
	const {session, view} = scene;
	const sheet = builderSheet(session.state, view.times);
	const note = (text: string): readonly Row[] =>
		paragraph(scene, text, width - 1, {
			style: 'faint',
			most: reasonLines,
			indent: 1,
		});
	return [
		withCells(scene, [], width, null),
		...sheet.rows.flatMap(row => [
			withCells(scene, headOf(scene, row), width, row),
			...(row.why === ''
				? []
				: paragraph(scene, row.why, width - 1, {
						style: 'faint',
						most: reasonLines,
						indent: 3,
					})),
		]),
		...sheet.untimed.flatMap(name => [
			[],
			...note(
				`Nothing is known yet of how long ${name === 'legacy' ? 'the legacy builder' : name} takes: finish a session with --builder ${name.toLowerCase()}.`,
			),
		]),
	];
}

function headOf({theme}: Scene, {kind, line, text}: BuilderRow): Row {
	return kind === 'instruction'
		? [
				{text: `${String(line).padStart(6)}  `, style: 'faint'},
				{text: foreign(text, theme)},
			]
		: [{text: ` ${foreign(text, theme)}`, style: 'title'}];
}

/** @param row - `null` for the titles of the columns. */
function withCells(
	{theme}: Scene,
	head: Row,
	width: number,
	row: BuilderRow | null,
): Row {
	const cells = builders.map((name): Segment => {
		const {text, isBuilt} = row?.cells[name] ?? {text: name, isBuilt: true};
		return {
			text: `${' '.repeat(Math.max(1, columnWidth - cellsOf(text)))}${text}`,
			style: isBuilt
				? row?.kind === 'instruction'
					? 'plain'
					: 'title'
				: 'faint',
		};
	});
	return spread(head, [...cells, {text: ' '}], width, theme.signs.ellipsis);
}
