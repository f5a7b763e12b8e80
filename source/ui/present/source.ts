import {DockerfileError} from '../../errors.js';
import {dockerfileName, writtenStep} from '../../debugger/points/point.js';
import type {Program} from '../../engine/port.js';
import {currentPlace, selectionIn, stepOf} from '../place.js';
import {foreign, sliceCells, truncate} from '../../text/cells.js';
import {breakpointMarks, breakpointSign} from './breakpoint-sign.js';
import {type Row, type Segment, rowCells, spread} from './row.js';
import {faultRows} from './fault.js';
import {formatCount} from './format.js';
import {centeredTop, clampTop} from './layout.js';
import {paragraph} from './offers.js';
import type {PaneContent, Scene} from './scene.js';
import {sourceNotes, warningCells} from './source-warnings.js';
import {isChanged, stepSign, stepTime} from './step-sign.js';
import type {Style} from './theme.js';

/** A Dockerfile by its lines. */
type SourceIndex = {
	readonly lines: readonly string[];

	/** The id of the step whose instruction covers the line (counted from 0), or -1. */
	readonly stepOfLine: Int32Array;
};

const indices = new WeakMap<Program, SourceIndex>();
const tabStop = 4;

/** How many lines an error above the source may take. */
const bannerLines = 4;

const timeWidth = 9;

/** @returns The lines of the program's Dockerfile; computed once for each program. */
export function sourceIndex(program: Program): SourceIndex {
	let index = indices.get(program);
	if (!index) {
		const lines = program.graph.source.split(/\r?\n/v);
		if (lines.length > 1 && lines.at(-1) === '') {
			lines.pop();
		}

		const stepOfLine = new Int32Array(lines.length).fill(-1);
		for (const step of program.steps.filter(({trigger}) => !trigger)) {
			stepOfLine.fill(step.id, step.lines[0] - 1, step.lines[1]);
		}

		index = {lines, stepOfLine};
		indices.set(program, index);
	}

	return index;
}

/**
@param width - Of the pane, in cells.
@returns What stands above the source while it isn't the Dockerfile as it is now: why that can't be read, with the place.
*/
export function sourceBanner(scene: Scene, width: number): readonly Row[] {
	const {session, view, theme} = scene;
	const error = session.state.program && session.state.reload?.error;
	if (!error) {
		return [];
	}

	return [
		...paragraph(scene, `not reloaded: ${error.message}`, width - 1, {
			style: 'bad',
			most: bannerLines,
			indent: 1,
		}),
		...(error instanceof DockerfileError
			? faultRows(error, view.faultyLine, width - 2, theme).map((row): Row => [
					{text: ' '},
					...row,
				])
			: []),
		[
			{
				text: truncate(
					' below is what was loaded last',
					width,
					theme.signs.ellipsis,
				),
				style: 'faint',
			},
		],
	];
}

/**
@param width - Of the pane, in cells.
@param height - Of the pane, in rows.
@returns How many rows there are for the source itself, between what stands above and below it.
*/
export function sourceRoom(
	scene: Scene,
	width: number,
	height: number,
): number {
	return Math.max(
		0,
		height -
			sourceBanner(scene, width).length -
			sourceNotes(scene, width, height).length,
	);
}

/**
@param height - Of the source without what stands above and below it, in rows.
@returns The first visible line of the source, counted from 0: where the user scrolled to, or else around the selection.
*/
export function sourceTop(scene: Scene, height: number): number {
	const {state} = scene.session;
	const {lines} = sourceIndex(state.program!);
	const selected = stepOf(state.program!, selectionIn(state, scene.view)!);
	return scene.view.sourceTop === null
		? centeredTop(
				state.program!.steps[selected]!.lines[0] - 1,
				lines.length,
				height,
			)
		: clampTop(scene.view.sourceTop, lines.length, height);
}

/**
@param width - In cells.
@param height - In rows.
@returns The visible part of the Dockerfile, with the state of each instruction.
*/
export function presentSource(
	scene: Scene,
	width: number,
	height: number,
): PaneContent {
	const {state} = scene.session;
	const {program} = state;
	if (!program) {
		return {rows: [], label: '', position: ''};
	}

	const {lines, stepOfLine} = sourceIndex(program);
	const banner = sourceBanner(scene, width);
	const notes = sourceNotes(scene, width, height);
	const room = sourceRoom(scene, width, height);
	const top = sourceTop(scene, room);
	const context: LineContext = {
		scene,
		width,
		digits: Math.max(2, String(lines.length).length),
		selected: writtenStep(
			program,
			stepOf(program, selectionIn(state, scene.view)!),
		),
		current: writtenStep(program, stepOf(program, currentPlace(state)!)),
		breakpoints: new Map(
			[...breakpointMarks(state)]
				.toReversed()
				.map(([step, mark]) => [writtenStep(program, step), mark]),
		),
	};
	const rows = lines
		.slice(top, top + room)
		.map((line, offset) =>
			sourceRow(context, line, top + offset, stepOfLine[top + offset]!),
		);
	return {
		rows: [
			...[
				...banner,
				...rows,
				...(notes.length > 0
					? Array.from({length: room - rows.length}, (): Row => [])
					: []),
			].slice(0, height - notes.length),
			...notes,
		],
		label: foreign(dockerfileName(program), scene.theme),
		position:
			lines.length > room && room > 0
				? `${formatCount(top + 1)}-${formatCount(Math.min(lines.length, top + room))} of ${formatCount(lines.length)}`
				: '',
	};
}

type LineContext = {
	readonly scene: Scene;
	readonly width: number;
	readonly digits: number;

	/** Ids of steps. */
	readonly selected: number;
	readonly current: number;
	readonly breakpoints: ReturnType<typeof breakpointMarks>;
};

function sourceRow(
	context: LineContext,
	line: string,
	index: number,
	id: number,
): Row {
	const {scene, width} = context;
	const {theme, view} = scene;
	const {signs} = theme;
	const step = scene.session.state.program!.steps[id];
	const isFirst = step?.lines[0] === index + 1;
	const isCurrent = id !== -1 && id === context.current;
	const isSelected = id !== -1 && id === context.selected;
	const gutter: Row = [
		isSelected ? {text: signs.selected, style: 'accent'} : {text: ' '},
		breakpointSign(isFirst ? context.breakpoints.get(id) : undefined, theme),
		isFirst && isCurrent ? {text: signs.current, style: 'accent'} : {text: ' '},
		isFirst && isChanged(scene.session.state, id)
			? {text: signs.changed, style: 'warn'}
			: {text: ' '},
		{
			text: `${String(index + 1).padStart(context.digits)}  `,
			style: isSelected ? 'strong' : 'faint',
		},
	];
	const state = [
		...warningCells(scene.session.state, index + 1, width, theme),
		...(isFirst ? stateCells(context, id) : [{text: ' '}]),
	];
	const room = width - rowCells(gutter) - rowCells(state);
	const visible = truncate(
		sliceCells(foreign(line, theme, tabStop), view.lefts.source ?? 0, room + 1),
		room,
		signs.ellipsis,
	);
	return spread(
		[...gutter, ...sourceText(context, visible, id, isFirst)],
		state,
		width,
		signs.ellipsis,
	);
}

function sourceText(
	context: LineContext,
	text: string,
	id: number,
	isFirst: boolean,
): Row {
	const {state} = context.scene.session;
	const style: Style =
		id === -1 || state.steps[id]!.kind === 'skipped' || /^\s*#/v.test(text)
			? 'faint'
			: id === context.current
				? 'strong'
				: 'plain';
	const keyword = isFirst ? /^\s*[A-Za-z]+/v.exec(text)?.[0] : undefined;
	return keyword === undefined || style === 'faint'
		? [{text, style}]
		: [
				{text: keyword, style: 'accent'},
				{text: text.slice(keyword.length), style},
			];
}

function stateCells(
	{scene, width}: LineContext,
	id: number,
): readonly Segment[] {
	const step = scene.session.state.steps[id]!;
	const time = width < 44 ? '' : stepTime(step, scene.now).padStart(timeWidth);
	return [
		{text: ' '},
		stepSign(step, scene.theme),
		{text: `${time} `, style: 'faint'},
	];
}
