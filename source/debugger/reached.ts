import type {Point, Program} from '../engine/port.js';
import type {DebuggerState, StepState} from './state.js';

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
			return phase.kind === 'failed' && phase.failure.state.kept;
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
