import {breakpointPositions} from './breakpoints/breakpoints.js';
import type {DebuggerState, PauseReason} from './state.js';

/** Where a run is to stop, as an index in `positions`, and why. */
export type Stop = readonly [goal: number, reason: PauseReason];

/** @returns Where `continue` stops next. */
export function nextStop(state: DebuggerState): Stop {
	const last = state.positions.length - 1;
	const breakpoints = breakpointPositions(state.breakpoints);
	for (let index = state.cursor + 1; index < last; index++) {
		if (breakpoints.has(index)) {
			return [index, 'breakpoint'];
		}

		if (state.policy === 'instruction') {
			return [index, isStageStart(state, index) ? 'stage' : 'step'];
		}

		if (state.policy === 'stage' && isStageStart(state, index)) {
			return [index, 'stage'];
		}
	}

	return [last, 'end'];
}

/** @returns Where running to the end of the stage stops: at a breakpoint on the way, if there is one. */
export function endOfStage(state: DebuggerState): Stop {
	const {stage} = state.positions[state.cursor]!;
	const end = state.positions.findIndex(
		position => position.stage === stage && position.step === null,
	);
	const breakpoints = breakpointPositions(state.breakpoints);
	for (let index = state.cursor + 1; index < end; index++) {
		if (breakpoints.has(index)) {
			return [index, 'breakpoint'];
		}
	}

	return [Math.max(end, state.cursor + 1), 'step'];
}

/** @returns Whether a build that is loaded waits before its first instruction. */
export function stopsAtEntry(state: DebuggerState): boolean {
	return pausesByItself(state) || breakpointPositions(state.breakpoints).has(0);
}

/** @returns Whether the policy pauses also where nothing is wrong: then at the end, too. */
export function pausesByItself({policy}: DebuggerState): boolean {
	return policy === 'stage' || policy === 'instruction';
}

function isStageStart(state: DebuggerState, index: number): boolean {
	const {step} = state.positions[index]!;
	return step !== null && state.program!.steps[step]!.index === 0;
}
