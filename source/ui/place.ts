import type {StepLog} from '../debugger/session/log.js';
import {positionOfStep} from '../debugger/machine/positions.js';
import {stageReadBy} from '../debugger/machine/travel.js';
import type {
	Breakpoint,
	DebuggerState,
	StepState,
} from '../debugger/machine/state.js';
import {DockerfileError} from '../errors.js';
import type {BuildWarning, Program} from '../engine/port.js';
import {byLine} from '../report/warnings/text.js';
import type {PaneName, Selection, ViewState} from './view-state.js';

/** @returns Whether the step's result is there. */
export function isReached(step: StepState | undefined): boolean {
	return step?.kind === 'cached' || step?.kind === 'done';
}

/** @returns The ids of the steps that run now, in file order. */
export function runningSteps(state: DebuggerState): readonly number[] {
	return state.phase.kind === 'running'
		? state.steps.flatMap((step, id) => (step.kind === 'running' ? [id] : []))
		: [];
}

/**
@param step - A step's id.
@returns What selects it in the tree.
*/
export function selectionOf(program: Program, step: number): Selection {
	const {stage, index} = program.steps[step]!;
	return index === 0 ? {kind: 'stage', stage} : {kind: 'step', step};
}

/**
@returns Where the build is: what runs, or, when nothing does, what comes next. `null` without a program.
*/
export function currentPlace(state: DebuggerState): Selection | null {
	if (!state.program) {
		return null;
	}

	const [running] = runningSteps(state);
	if (running !== undefined) {
		return selectionOf(state.program, running);
	}

	const {stage, step} = state.positions[nextPosition(state)]!;
	return step === null
		? {kind: 'stage', stage}
		: selectionOf(state.program, step);
}

/** While nothing runs for a moment within a run, the build stands behind the last thing that is done. */
function nextPosition(state: DebuggerState): number {
	if (state.phase.kind !== 'running') {
		return state.cursor;
	}

	for (let index = state.phase.goal - 1; index >= state.cursor; index--) {
		const {step} = state.positions[index]!;
		if (step !== null && isReached(state.steps[step])) {
			return index + 1;
		}
	}

	return state.cursor;
}

/** @returns What is selected: what the user chose, or else where the build is. */
export function selectionIn(
	state: DebuggerState,
	view: ViewState,
): Selection | null {
	return state.program && view.selection ? view.selection : currentPlace(state);
}

/** @returns The stage of what is selected. */
export function stageOf(program: Program, selection: Selection): number {
	return selection.kind === 'stage'
		? selection.stage
		: program.steps[selection.step]!.stage;
}

/** @returns The id of the step that is selected; for a stage, of its FROM. */
export function stepOf(program: Program, selection: Selection): number {
	return selection.kind === 'step'
		? selection.step
		: program.stages[selection.stage]!.steps[0]!;
}

/** @returns The first stage that what is selected reads: of `--from`, a mount or FROM; `null` when it reads none. */
export function readStage(
	state: DebuggerState,
	view: ViewState,
): number | null {
	const selection = selectionIn(state, view);
	if (!state.program || !selection) {
		return null;
	}

	return stageReadBy(state.program, stepOf(state.program, selection));
}

/** @returns The index in `positions` that the user looks at; -1 in a stage that isn't built. */
export function positionIn(
	{program, positions, cursor}: DebuggerState,
	{selection}: ViewState,
): number {
	return program && selection
		? positionOfStep(positions, stepOf(program, selection))
		: cursor;
}

/**
@returns Tells of a stage whether its instructions are shown: as the user wants it, or else while the build is there or one
of them is selected.
*/
export function openStages(
	state: DebuggerState,
	view: ViewState,
): (stage: number) => boolean {
	const place = currentPlace(state);
	const current = state.program && place ? stageOf(state.program, place) : -1;
	const {selection} = view;
	const selected =
		state.program && selection?.kind === 'step'
			? stageOf(state.program, selection)
			: -1;
	return stage =>
		view.folds[stage] ?? (stage === current || stage === selected);
}

/**
@param logOf - Gives a step's log.
@returns The id of the step whose log is shown: the selected one; in a selected stage the one that runs or failed, or
else the last that printed something.
*/
export function logStepOf(
	state: DebuggerState,
	view: ViewState,
	logOf: (step: number) => StepLog,
): number | null {
	const selection = selectionIn(state, view);
	if (!state.program || !selection) {
		return null;
	}

	if (selection.kind === 'step') {
		return selection.step;
	}

	const {steps} = state.program.stages[selection.stage]!;
	return (
		steps.find(step =>
			['running', 'failed'].includes(state.steps[step]!.kind),
		) ??
		steps.findLast(step => logOf(step).lineCount > 0) ??
		steps[0]!
	);
}

/** @returns Whether there is an outcome to show. */
export function hasOutcome(state: DebuggerState): boolean {
	return ['failed', 'finished', 'broken'].includes(state.phase.kind);
}

/** @returns The pane that is shown: the one the user chose, as long as there is something to show in it. */
export function paneIn(state: DebuggerState, view: ViewState): PaneName {
	return (view.pane === 'outcome' && !hasOutcome(state)) ||
		(view.pane === 'warnings' && state.warnings.length === 0)
		? 'source'
		: view.pane;
}

/** @returns The breakpoint that is selected in its pane; `undefined` without any. */
export function selectedBreakpoint(
	{breakpoints}: DebuggerState,
	{breakpointRow}: ViewState,
): Breakpoint | undefined {
	return breakpoints[Math.min(breakpointRow, breakpoints.length - 1)];
}

/** @returns The warning that is selected in its pane; `undefined` without any. */
export function selectedWarning(
	{warnings}: DebuggerState,
	{warningRow}: ViewState,
): BuildWarning | undefined {
	return byLine(warnings)[Math.min(warningRow, warnings.length - 1)];
}

/** @returns Why the Dockerfile can't be read as it is now, or `null` when it can, as far as is known. */
export function dockerfileError({
	phase,
	reload,
}: DebuggerState): DockerfileError | null {
	const error = phase.kind === 'broken' ? phase.error : reload?.error;
	return error instanceof DockerfileError ? error : null;
}

/** @returns The line to edit, counted from 1: of the Dockerfile's error, or else of what is selected. */
export function editedLine(state: DebuggerState, view: ViewState): number {
	const line = dockerfileError(state)?.line ?? null;
	const selection = selectionIn(state, view);
	return (
		line ??
		(state.program && selection
			? state.program.steps[stepOf(state.program, selection)]!.lines[0]
			: 1)
	);
}
