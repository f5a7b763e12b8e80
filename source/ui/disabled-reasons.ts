import {positionOfStep} from '../debugger/positions.js';
import type {DebuggerState} from '../debugger/state.js';
import {canRun, isAtEnd} from '../debugger/transition.js';
import {reachedBeside} from '../debugger/travel.js';
import {
	hasOutcome,
	positionIn,
	readStage,
	selectionIn,
	stepOf,
} from './place.js';
import {shellPoint} from './shell-point.js';
import type {ViewState} from './view-state.js';

/*
Why a key can't be used now: one sentence that also says what can be done instead.
*/

const stillLoading = 'The Dockerfile is still being loaded.';

/** @returns Why the build can't go on, or `null` when it can. */
export function whyNotPaused(state: DebuggerState): string | null {
	switch (state.phase.kind) {
		case 'paused': {
			return null;
		}

		case 'loading': {
			return stillLoading;
		}

		case 'running': {
			return 'The build is running: Ctrl-C pauses it.';
		}

		case 'failed': {
			return 'The build has failed and goes no further: s opens a shell where it failed, l shows the log, q quits.';
		}

		case 'finishing': {
			return 'The build is being finished.';
		}

		case 'finished': {
			return 'The build is finished: q quits.';
		}

		case 'broken': {
			return 'The session is over: q quits.';
		}
	}
}

/** @returns Why no instruction can be run, or `null` when one can. */
export function whyNoStep(state: DebuggerState): string | null {
	const reason = whyNotPaused(state);
	return reason === null && isAtEnd(state) && !canRun(state)
		? 'Everything that the target needs is done: c finishes the build.'
		: reason;
}

/** @returns Why the build can never stop before what is selected, or `null` when it can. */
export function whyNoBreakpoint(
	state: DebuggerState,
	view: ViewState,
): string | null {
	const selection = selectionIn(state, view);
	if (!state.program || !selection) {
		return stillLoading;
	}

	return positionOfStep(state.positions, stepOf(state.program, selection)) ===
		-1
		? 'The target does not need this stage, so it is not built: the build can never stop here.'
		: null;
}

/** @returns Why no shell can be opened in what is selected, or `null` when one can. */
export function whyNoShell(
	state: DebuggerState,
	view: ViewState,
): string | null {
	const point = shellPoint(state, selectionIn(state, view));
	return 'reason' in point ? point.reason : null;
}

/** @returns Why there is no outcome to be shown, or `null` when there is one. */
export function whyNoOutcome(state: DebuggerState): string | null {
	return hasOutcome(state)
		? null
		: 'The build has neither failed nor finished yet: c continues it.';
}

/** @returns Why there is no stage to go into, or `null` when what is selected reads one. */
export function whyNotInto(
	state: DebuggerState,
	view: ViewState,
): string | null {
	if (!state.program) {
		return stillLoading;
	}

	return readStage(state, view) === null
		? 'What is selected reads no other stage: select a COPY --from, a RUN with a mount of a stage, or a stage that starts from another.'
		: null;
}

/** @returns Why there is nothing to go back to, or `null` when there is. */
export function whyNothingEarlier(
	state: DebuggerState,
	view: ViewState,
): string | null {
	return reachedBeside(state, positionIn(state, view), -1) === null
		? 'Nothing was reached before this.'
		: null;
}

/** @returns Why there is nothing to go forward to, or `null` when there is. */
export function whyNothingLater(
	_state: DebuggerState,
	view: ViewState,
): string | null {
	return view.selection === null
		? 'This is where the build is: n runs the next instruction.'
		: null;
}
