import {dependentsOf} from './dependents.js';
import {positionOfStep} from './positions.js';
import {type Transition, forgetFailures, run} from './running.js';
import type {DebuggerState, StepState} from './state.js';

/**
Runs a step again without cache. What builds on it is to do again too; with `onward` also without cache, up to where
the build stood.

@param step - A step's id.
@returns The same state when nothing of it runs, or the build doesn't stand still.
*/
export function rerun(
	state: DebuggerState,
	step: number,
	onward: boolean,
): Transition {
	const {program, phase, positions} = state;
	const position = positionOfStep(positions, step);
	if (
		!program ||
		position === -1 ||
		!['paused', 'failed', 'finished'].includes(phase.kind)
	) {
		return [state, []];
	}

	const dependents = dependentsOf(program, step);
	const forced = (onward ? [...dependents] : [step]).filter(
		id =>
			program.steps[id]!.executes &&
			program.stages[program.steps[id]!.stage]!.needed,
	);
	if (forced.length === 0) {
		return [state, []];
	}

	const stood = phase.kind === 'failed' ? state.cursor + 1 : state.cursor;
	const again = forgetFailures(state);
	return run(
		{
			...again,
			steps: again.steps.map((known, id): StepState =>
				dependents.has(id) && known.kind !== 'skipped'
					? {kind: 'pending'}
					: known,
			),
			withoutCache: new Set([...state.withoutCache, ...forced]),
			cursor: Math.min(position, state.cursor),
		},
		{
			goal: onward ? Math.max(position + 1, stood) : position + 1,
			reason: 'step',
			first: step,
		},
	);
}
