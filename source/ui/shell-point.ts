import {stageLabel, stepLabel} from '../debugger/points/point.js';
import {isPointReached} from '../debugger/points/reached.js';
import type {DebuggerState} from '../debugger/machine/state.js';
import type {Point, Program} from '../engine/port.js';
import {isReached} from './place.js';
import type {Selection} from './view-state.js';

/**
Where a shell opens for what is selected: after a step that is done; in the failed state of the step that failed, or
before it where the engine didn't keep that; before a step whose input is done; at the end of a stage, or, where the
build isn't there yet, after the furthest instruction that it has reached.

@returns The point, or in one sentence why there is none.
*/
export function shellPoint(
	state: DebuggerState,
	selection: Selection | null,
): Point | {readonly reason: string} {
	const gone = whyNothingIsOpen(state);
	if (gone !== null || !state.program || !selection) {
		return {
			reason:
				gone ??
				'The Dockerfile is still being loaded: wait until the stages are there.',
		};
	}

	return selection.kind === 'stage'
		? stagePoint(state, state.program, selection.stage)
		: stepPoint(state, state.program, selection.step);
}

function stagePoint(
	state: DebuggerState,
	program: Program,
	stage: number,
): Point | {readonly reason: string} {
	const {steps} = program.stages[stage]!;
	if (steps.every(step => isReached(state.steps[step]))) {
		return {kind: 'stage', stage};
	}

	const furthest = steps.findLast(step => isReached(state.steps[step]));
	return furthest === undefined
		? stepPoint(state, program, steps[0]!)
		: {kind: 'after', step: furthest};
}

function stepPoint(
	state: DebuggerState,
	program: Program,
	step: number,
): Point | {readonly reason: string} {
	const stepState = state.steps[step]!;
	if (isReached(stepState)) {
		return {kind: 'after', step};
	}

	if (stepState.kind === 'skipped') {
		const name = stageLabel(program, program.steps[step]!.stage);
		return {
			reason: `The target does not need the stage ${name}, so it is not built: there is nothing to open.`,
		};
	}

	if (
		state.phase.kind === 'failed' &&
		state.phase.failure.step === step &&
		state.phase.failure.state.kept
	) {
		return {kind: 'failed'};
	}

	return inputIsReached(state, program, step)
		? {kind: 'before', step}
		: {
				reason: `The build has not reached ${stepLabel(program, step)}: run up to it first, or select something that is done.`,
			};
}

/** @returns What the COPY or ADD whose failure is shown looked in, or `null` when it isn't one that lacks its source. */
export function sourceOfFailure({phase}: DebuggerState): Point | null {
	return phase.kind === 'failed'
		? (phase.failure.missing?.point ?? null)
		: null;
}

/** A base image could be fetched at any time; it is offered where the build is about to. */
function inputIsReached(
	state: DebuggerState,
	program: Program,
	step: number,
): boolean {
	return (
		isPointReached(state, {kind: 'before', step}) &&
		(program.steps[step]!.index > 0 ||
			state.positions[state.cursor]!.step === step)
	);
}

/** @returns Why nothing can be looked into any more, or `null` when it can. */
export function whyNothingIsOpen(state: DebuggerState): string | null {
	return state.phase.kind === 'broken'
		? 'The build is not there any more: r loads it again.'
		: null;
}

/**
@returns Where a point is, in words that go on from "a shell": `after builder:3`, `where builder:3 failed`, `at the end of
builder`, `before builder:3`, `in the base of builder`.
*/
export function whereIs(point: Point, state: DebuggerState): string {
	const program = state.program!;
	switch (point.kind) {
		case 'after': {
			return `after ${stepLabel(program, point.step)}`;
		}

		case 'before': {
			const {stage, index} = program.steps[point.step]!;
			return index === 0
				? `in the base of ${stageLabel(program, stage)}`
				: `before ${stepLabel(program, point.step)}`;
		}

		case 'stage': {
			return `at the end of ${stageLabel(program, point.stage)}`;
		}

		case 'final': {
			return `at the end of ${stageLabel(program, program.target)}`;
		}

		case 'failed': {
			const step = failedStep(point.step, state);
			return step === null
				? 'where it failed'
				: `where ${stepLabel(program, step)} failed`;
		}

		case 'source': {
			const step = failedStep(point.step, state);
			return step === null
				? 'in what the failed step looked in'
				: `in what ${stepLabel(program, step)} looked in`;
		}

		case 'context': {
			return 'in the build context';
		}

		case 'image': {
			return `in the image ${point.reference}`;
		}
	}
}

function failedStep(
	step: number | undefined,
	{phase}: DebuggerState,
): number | null {
	return step ?? (phase.kind === 'failed' ? phase.failure.step : null);
}
