import {stageLabel} from '../../debugger/points/point.js';
import type {DebuggerState} from '../../debugger/machine/state.js';
import type {Program} from '../../engine/port.js';
import {currentPlace, openStages, selectionIn} from '../place.js';
import type {Selection} from '../view-state.js';
import {cellsOf, foreign} from '../../text/cells.js';
import {
	type BreakpointMark,
	breakpointMarks,
	breakpointSign,
} from './breakpoint-sign.js';
import {type Row, type Segment, rowCells, cutRow} from './row.js';
import {centeredTop} from './layout.js';
import type {PaneContent, Scene} from './scene.js';
import {isChanged, stageSign, stepSign} from './step-sign.js';
import type {Theme} from './theme.js';

type IsOpen = (stage: number) => boolean;

/** @returns How many rows the tree has: one for each stage, and one for each instruction of an open one, FROM apart. */
export function treeLength(program: Program, isOpen: IsOpen): number {
	return program.stages.reduce(
		(sum, stage) => sum + stageRows(program, stage.index, isOpen),
		0,
	);
}

/**
@param row - Counted from 0.
@returns What stands in that row of the tree, or `undefined` behind its end.
*/
export function treeItemAt(
	program: Program,
	isOpen: IsOpen,
	row: number,
): Selection | undefined {
	let first = 0;
	for (const stage of program.stages) {
		const inStage = row - first;
		if (inStage === 0) {
			return {kind: 'stage', stage: stage.index};
		}

		const rows = stageRows(program, stage.index, isOpen);
		if (inStage < rows) {
			return {kind: 'step', step: stage.steps[inStage]!};
		}

		first += rows;
	}

	return undefined;
}

/** @returns The row in which the selection stands; a step of a folded stage stands in the stage's row. */
export function treeRowOf(
	program: Program,
	isOpen: IsOpen,
	selection: Selection,
): number {
	const {stage, index} =
		selection.kind === 'stage'
			? {stage: selection.stage, index: 0}
			: program.steps[selection.step]!;
	const first = program.stages
		.slice(0, stage)
		.reduce(
			(sum, {index: other}) => sum + stageRows(program, other, isOpen),
			0,
		);
	return isOpen(stage) ? first + index : first;
}

function stageRows(program: Program, stage: number, isOpen: IsOpen): number {
	return isOpen(stage) ? program.stages[stage]!.steps.length : 1;
}

/**
@param width - In cells.
@param height - In rows.
@param wide - Whether there is room for what each stage is made from.
@returns The visible part of the stage tree.
*/
export function presentTree(
	scene: Scene,
	width: number,
	height: number,
	wide: boolean,
): PaneContent {
	const {state} = scene.session;
	const {program} = state;
	if (!program) {
		return {rows: [], label: '', position: ''};
	}

	const isOpen = openStages(state, scene.view);
	const count = treeLength(program, isOpen);
	const selectedRow = treeRowOf(
		program,
		isOpen,
		selectionIn(state, scene.view)!,
	);
	const currentRow = treeRowOf(program, isOpen, currentPlace(state)!);
	const top = centeredTop(selectedRow, count, height);
	const breakpoints = breakpointMarks(state);
	const nameWidth = nameColumn(program, wide);
	const rows: Row[] = [];
	for (let row = top; row < Math.min(count, top + height); row++) {
		const item = treeItemAt(program, isOpen, row)!;
		const marks = {
			selected: row === selectedRow,
			current: row === currentRow,
			breakpoint: breakpointOf(program, breakpoints, item, isOpen),
		};
		const content =
			item.kind === 'stage'
				? stageRow(scene, item.stage, {
						marks,
						open: isOpen(item.stage),
						nameWidth,
						wide,
						width: width - 1,
					})
				: stepRow(scene, item.step, marks);
		rows.push(cutRow(content, width - 1, scene.theme.signs.ellipsis));
	}

	return {rows, label: '', position: ''};
}

type Marks = {
	readonly selected: boolean;
	readonly current: boolean;
	readonly breakpoint: BreakpointMark | undefined;
};

/** A folded stage has the breakpoints of all that it hides. */
function breakpointOf(
	program: Program,
	breakpoints: ReadonlyMap<number, BreakpointMark>,
	item: Selection,
	isOpen: IsOpen,
): BreakpointMark | undefined {
	if (breakpoints.size === 0) {
		return undefined;
	}

	const steps =
		item.kind === 'step'
			? [item.step]
			: isOpen(item.stage)
				? program.stages[item.stage]!.steps.slice(0, 1)
				: program.stages[item.stage]!.steps;
	const step = steps.find(id => breakpoints.has(id));
	return step === undefined ? undefined : breakpoints.get(step);
}

function stageRow(
	scene: Scene,
	index: number,
	options: {
		readonly marks: Marks;
		readonly open: boolean;
		readonly nameWidth: number;
		readonly wide: boolean;
		readonly width: number;
	},
): Row {
	const {theme} = scene;
	const {state} = scene.session;
	const program = state.program!;
	const stage = program.stages[index]!;
	const {marks, open, nameWidth, wide, width} = options;
	const digits = String(program.stages.length - 1).length;
	const name = foreign(stage.name ?? '', theme);
	const head: Row = [
		selectionMark(marks, theme),
		{text: open ? theme.signs.open : theme.signs.folded, style: 'faint'},
		breakpointSign(marks.breakpoint, theme),
		stageSign(state, index, theme),
		{text: ` ${String(index).padStart(digits)} `, style: 'faint'},
		{
			text: name + ' '.repeat(Math.max(0, nameWidth - cellsOf(name))),
			style: marks.selected ? 'title' : stage.needed ? 'strong' : 'faint',
		},
	];
	if (stage.needed && !stage.used) {
		// Where there is no room for all of it, the sign before it says that it is built.
		const whole = '  built, not needed';
		const fits = rowCells(head) + whole.length <= width;
		return [...head, {text: fits ? whole : '  not needed', style: 'faint'}];
	}

	return wide || name === ''
		? [...head, {text: `  ${madeFrom(state, index, theme)}`, style: 'faint'}]
		: head;
}

function stepRow(scene: Scene, id: number, marks: Marks): Row {
	const {theme} = scene;
	const {state} = scene.session;
	const step = state.steps[id]!;
	return [
		selectionMark(marks, theme),
		{text: ' '},
		breakpointSign(marks.breakpoint, theme),
		marks.current ? {text: theme.signs.current, style: 'accent'} : {text: ' '},
		isChanged(state, id)
			? {text: theme.signs.changed, style: 'warn'}
			: {text: ' '},
		stepSign(step, theme),
		{text: ' '},
		{
			text: foreign(state.program!.steps[id]!.text, theme),
			style: marks.selected
				? 'title'
				: marks.current
					? 'strong'
					: step.kind === 'skipped'
						? 'faint'
						: 'plain',
		},
	];
}

function selectionMark(marks: Marks, theme: Theme): Segment {
	return marks.selected
		? {text: theme.signs.selected, style: 'accent'}
		: {text: ' '};
}

function nameColumn(program: Program, wide: boolean): number {
	return wide
		? Math.min(
				16,
				Math.max(...program.stages.map(stage => cellsOf(stage.name ?? ''))),
			)
		: 0;
}

/** @returns What a stage starts from, or that the target can do without it. */
function madeFrom(state: DebuggerState, index: number, theme: Theme): string {
	const program = state.program!;
	if (!program.stages[index]!.needed) {
		return 'not needed';
	}

	const {base} = program.graph.stages[index]!;
	switch (base.kind) {
		case 'image': {
			return foreign(base.reference, theme);
		}

		case 'stage': {
			return `${theme.signs.from} ${foreign(stageLabel(program, base.stage), theme)}`;
		}

		case 'scratch': {
			return 'scratch';
		}

		case 'context': {
			return `context ${foreign(base.name, theme)}`;
		}
	}
}
