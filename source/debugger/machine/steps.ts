import type {Program} from '../../engine/port.js';
import {positionsOf} from './positions.js';
import type {DebuggerState, StepState} from './state.js';

/** @returns Whether the step's result is there. */
export function isReached(step: StepState): boolean {
	return step.kind === 'cached' || step.kind === 'done';
}

/**
@returns What is known of the steps of a program before anything ran.
*/
export function initialSteps(program: Program): readonly StepState[] {
	const standing = new Set(positionsOf(program).map(({stage}) => stage));
	return program.steps.map(({stage}): StepState => ({
		kind: standing.has(stage) ? 'pending' : 'skipped',
	}));
}

/**
@returns The steps before an index in `positions` that have something to run and aren't done, in order.
*/
export function missingBefore(
	{positions, steps, program}: DebuggerState,
	end: number,
): readonly number[] {
	return positions
		.slice(0, end)
		.flatMap(({step}) =>
			step !== null &&
			program!.steps[step]!.executes &&
			!isReached(steps[step]!)
				? [step]
				: [],
		);
}

/** Nothing runs any more: what was running has to start again, and what is done needn't run without cache. */
export function settle(state: DebuggerState): DebuggerState {
	return {
		...state,
		steps: state.steps.map((step): StepState =>
			step.kind === 'running' ? {kind: 'pending'} : step,
		),
		withoutCache: new Set(
			[...state.withoutCache].filter(step => !isReached(state.steps[step]!)),
		),
	};
}

/**
@returns The steps with these reached. What BuildKit never mentioned was part of something cached: its result wasn't
needed for anything that was missing. What it saw start, it did, also when the report of the end comes too late.
*/
export function markReached(
	state: DebuggerState,
	passed: readonly number[],
): readonly StepState[] {
	const steps = [...state.steps];
	for (const id of passed) {
		if (!isReached(steps[id]!)) {
			steps[id] =
				state.program!.steps[id]!.executes && steps[id]!.kind !== 'running'
					? {kind: 'cached'}
					: {kind: 'done', seconds: null};
		}
	}

	return steps;
}

/**
@param end - An index in `positions`, up to where the engine works.
@returns The steps with those reached that run nothing, as soon as nothing is missing of what is before them in their
stage and of the stage that this starts from: no engine tells of them.
*/
export function passConfigurations(
	{positions, steps, program}: DebuggerState,
	end: number,
): readonly StepState[] {
	const passed = [...steps];
	const unfinished = new Set<number>();
	for (const {stage, step} of positions.slice(0, end)) {
		if (step === null) {
			continue;
		}

		const {base} = program!.graph.stages[stage]!;
		const isMissing =
			program!.steps[step]!.executes && !isReached(passed[step]!);
		if (isMissing || (base.kind === 'stage' && unfinished.has(base.stage))) {
			unfinished.add(stage);
		}

		if (!unfinished.has(stage) && !isReached(passed[step]!)) {
			passed[step] = {kind: 'done', seconds: null};
		}
	}

	return passed;
}

/**
@returns The steps without what runs nothing behind one that is to be done again, in its stage and in those that start
from this.
*/
export function withdrawConfigurations(
	{stages, steps: all, graph}: Program,
	steps: readonly StepState[],
): readonly StepState[] {
	const left = [...steps];
	const unfinished = new Set<number>();
	for (const {index, steps: ids, needed} of stages) {
		const {base} = graph.stages[index]!;
		if (base.kind === 'stage' && unfinished.has(base.stage)) {
			unfinished.add(index);
		}

		for (const id of needed ? ids : []) {
			if (!isReached(left[id]!)) {
				unfinished.add(index);
			} else if (unfinished.has(index) && !all[id]!.executes) {
				left[id] = {kind: 'pending'};
			}
		}
	}

	return left;
}

/** Puts the cursor before the first step that isn't done, at most to a limit. */
export function advance(state: DebuggerState, limit: number): DebuggerState {
	const steps = [...state.steps];
	let cursor = 0;
	while (cursor < limit) {
		const {step} = state.positions[cursor]!;
		if (
			step !== null &&
			state.program!.steps[step]!.executes &&
			!isReached(steps[step]!)
		) {
			break;
		}

		if (step !== null && !isReached(steps[step]!)) {
			steps[step] = {kind: 'done', seconds: null};
		}

		cursor++;
	}

	return {...state, steps, cursor};
}
