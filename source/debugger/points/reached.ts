import type {Point, Program} from '../../engine/port.js';
import {UsageError} from '../../errors.js';
import type {DebuggerState, StepState} from '../machine/state.js';
import {formatPoint, stageLabel, stageOfPoint} from './point.js';

/**
@returns Whether everything that the point is made of is done, so that it can be opened without running anything but, for
what is before a FROM, fetching the base image.
*/
export function isPointReached(
	{program, steps, phase}: DebuggerState,
	point: Point,
): boolean {
	if (!program) {
		return false;
	}

	switch (point.kind) {
		case 'failed': {
			return isFailureOf(phase, point.step) && phase.failure.state.kept;
		}

		case 'source': {
			return isFailureOf(phase, point.step) && readsFiles(program, phase);
		}

		case 'context':
		case 'image': {
			return true;
		}

		case 'final': {
			return isStageDone(program, steps, program.target);
		}

		case 'stage': {
			return isStageDone(program, steps, point.stage);
		}

		case 'after': {
			return isDoneUpTo(program, steps, point.step);
		}

		case 'before': {
			const {index, stage} = program.steps[point.step]!;
			const {base} = program.graph.stages[stage]!;
			return index > 0
				? isDoneUpTo(program, steps, point.step - 1)
				: base.kind !== 'stage' || isStageDone(program, steps, base.stage);
		}
	}
}

/**
@param state - Of a loaded program, in which the point isn't reached.
@returns Why not, and what to do, in one sentence.
*/
function whyNotReached(state: DebuggerState, point: Point): string {
	const {phase} = state;
	const program = state.program!;
	if (point.kind === 'failed') {
		return isFailureOf(phase, point.step) && !phase.failure.state.kept
			? phase.failure.state.reason
			: 'There is no failed state: nothing has failed.';
	}

	if (point.kind === 'source') {
		return 'There is no source to look into: no COPY or ADD has failed.';
	}

	const stage = stageOfPoint(point, program) ?? program.target;
	const name = formatPoint(point, program);
	return program.stages[stage]!.needed
		? phase.kind === 'failed'
			? `The build failed before ${name} was there: correct what failed, and reload.`
			: `The build hasn't reached ${name} yet: continue to it first.`
		: `The target doesn't need the stage ${stageLabel(program, stage)}, so it isn't built: name another target with --target.`;
}

/** @throws {UsageError} The point isn't there yet. */
export function checkReached(state: DebuggerState, point: Point): void {
	if (!state.program) {
		throw new UsageError(
			'No program is loaded: there is nothing yet that could be opened.',
		);
	}

	if (!isPointReached(state, point)) {
		throw new UsageError(whyNotReached(state, point));
	}
}

type Failed = Extract<DebuggerState['phase'], {kind: 'failed'}>;

function isFailureOf(
	phase: DebuggerState['phase'],
	step: number | undefined,
): phase is Failed {
	return (
		phase.kind === 'failed' &&
		(step === undefined || phase.failure.step === step)
	);
}

function readsFiles({steps}: Program, {failure}: Failed): boolean {
	return (
		failure.step !== null &&
		['COPY', 'ADD'].includes(steps[failure.step]!.keyword)
	);
}

function isStageDone(
	program: Program,
	steps: readonly StepState[],
	stage: number,
): boolean {
	return isDoneUpTo(program, steps, program.stages[stage]!.steps.at(-1)!);
}

/** A step that only changes the configuration has the filesystem of the one before it, or of the base. */
function isDoneUpTo(
	program: Program,
	steps: readonly StepState[],
	last: number,
): boolean {
	const {stage} = program.steps[last]!;
	const step = program.stages[stage]!.steps.findLast(
		id => id <= last && program.steps[id]!.executes,
	);
	if (step !== undefined) {
		return steps[step]!.kind === 'done' || steps[step]!.kind === 'cached';
	}

	const {base} = program.graph.stages[stage]!;
	return base.kind !== 'stage' || isStageDone(program, steps, base.stage);
}
