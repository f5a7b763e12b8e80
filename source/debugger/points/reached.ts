import type {Failure, Point, Program} from '../../engine/port.js';
import {UsageError} from '../../errors.js';
import type {DebuggerState, StepState} from '../machine/state.js';
import {formatPoint, stageLabel, stageOfPoint, stepLabel} from './point.js';

/**
@returns Whether everything that the point is made of is done, so that it can be opened without running anything but, for
what is before a FROM, fetching the base image.
*/
export function isPointReached(state: DebuggerState, point: Point): boolean {
	const {program, steps} = state;
	if (!program) {
		return false;
	}

	switch (point.kind) {
		case 'failed': {
			return failureAt(state, point.step)?.state.kept === true;
		}

		case 'source': {
			const failure = failureAt(state, point.step);
			return failure !== null && readsFiles(program, failure);
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
	const program = state.program!;
	if (point.kind === 'failed') {
		const failure = failureAt(state, point.step);
		return failure && !failure.state.kept
			? failure.state.reason
			: state.failures.length > 0
				? `${formatPoint(point, program)} is not there: only ${state.failures.flatMap(({step}) => (step === null ? [] : stepLabel(program, step))).join(' and ')} failed.`
				: 'There is no failed state: nothing has failed.';
	}

	if (point.kind === 'source') {
		return 'There is no source to look into: no COPY or ADD has failed.';
	}

	const stage = stageOfPoint(point, program) ?? program.target;
	const name = formatPoint(point, program);
	return program.stages[stage]!.needed
		? state.phase.kind === 'failed'
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

/**
@returns The point with its step, where that is the one of the failure that is looked at: the engine takes another one for meant
where several failed.
*/
export function exactPoint(point: Point, {phase}: DebuggerState): Point {
	return (point.kind === 'failed' || point.kind === 'source') &&
		point.step === undefined &&
		phase.kind === 'failed' &&
		phase.failure.step !== null
		? {kind: point.kind, step: phase.failure.step}
		: point;
}

/** Without a step, the one that is looked at. */
function failureAt(
	{phase, failures}: DebuggerState,
	step: number | undefined,
): Failure | null {
	return phase.kind === 'failed'
		? step === undefined
			? phase.failure
			: (failures.find(failure => failure.step === step) ?? null)
		: null;
}

function readsFiles({steps}: Program, {step}: Failure): boolean {
	return step !== null && ['COPY', 'ADD'].includes(steps[step]!.keyword);
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
