import {positionOfStep} from '../debugger/machine/positions.js';
import type {DebuggerState} from '../debugger/machine/state.js';
import {canRun, isAtEnd} from '../debugger/machine/transition.js';
import {reachedBeside} from '../debugger/machine/travel.js';
import {
	hasOutcome,
	positionIn,
	readStage,
	selectionIn,
	stepOf,
} from './place.js';
import {pairsFor} from './files/pairs.js';
import type {PairName} from './files/point-pair.js';
import {shellPoint, whyNothingIsOpen} from './shell-point.js';
import type {ViewState} from './view-state.js';

/*
Why a key can't be used now: one sentence that also says what can be done instead.
*/

const stillLoading = 'The Dockerfile is still being loaded.';

/** @returns Why the build can't go on, or `null` when it can; what failed can be tried again. */
export function whyNotPaused(state: DebuggerState): string | null {
	switch (state.phase.kind) {
		case 'paused':
		case 'failed': {
			return null;
		}

		case 'finished': {
			return 'The build is finished: r loads it again, q quits.';
		}

		case 'broken': {
			return 'There is nothing to run: r loads the build again, q quits.';
		}

		default: {
			return whyBusy(state);
		}
	}
}

/** @returns Why the build can't be loaded again now, or `null` when it can. */
export function whyNotReloadable(state: DebuggerState): string | null {
	return whyBusy(state);
}

function whyBusy({phase}: DebuggerState): string | null {
	switch (phase.kind) {
		case 'loading': {
			return stillLoading;
		}

		case 'running': {
			return 'The build is running: Ctrl-C pauses it.';
		}

		case 'finishing': {
			return 'The build is being finished.';
		}

		default: {
			return null;
		}
	}
}

/** @returns Why what is selected can't be run again, or `null` when it can. */
export function whyNoRerun(
	state: DebuggerState,
	view: ViewState,
): string | null {
	const reason =
		whyBusy(state) ??
		(state.phase.kind === 'broken' ? whyNotPaused(state) : null);
	const selection = selectionIn(state, view);
	if (reason !== null || !state.program || !selection) {
		return reason ?? stillLoading;
	}

	const step = stepOf(state.program, selection);
	if (state.steps[step]!.kind === 'skipped') {
		return 'The target does not need this stage, so nothing of it runs.';
	}

	return state.program.steps[step]!.executes
		? null
		: `${state.program.steps[step]!.keyword} only changes the configuration: there is nothing to run again.`;
}

/** @returns Why the failed command can't be run again to see which part of it fails, or `null` when it can. */
export function whyNoRetrace({phase, program}: DebuggerState): string | null {
	if (phase.kind !== 'failed') {
		return 'Nothing has failed.';
	}

	const {step, exitCode} = phase.failure;
	if (
		step === null ||
		exitCode === null ||
		program!.steps[step]!.keyword !== 'RUN'
	) {
		return 'Only a RUN has a command that can be run again.';
	}

	return null;
}

/** @returns Why no breakpoint can be added yet, or `null` when one can. */
export function whyNoProgram({program}: DebuggerState): string | null {
	return program ? null : stillLoading;
}

/** @returns Why there is no breakpoint to be changed, or `null` when there is one. */
export function whyNoBreakpointAtAll({
	breakpoints,
}: DebuggerState): string | null {
	return breakpoints.length === 0
		? 'There is no breakpoint: b sets one before what is selected, a adds one by its text.'
		: null;
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

/** @returns Why there are no files of what is selected, or `null` when there are. */
export function whyNoFiles(
	state: DebuggerState,
	view: ViewState,
): string | null {
	return whyNoShell(state, view);
}

/** @returns Why what is left behind can't be shown, or `null` when it can; what is known stays when the build is gone. */
export function whyNoLeft(
	state: DebuggerState,
	{leftBehind}: ViewState,
): string | null {
	return leftBehind.outline === null ? whyNoPath(state) : null;
}

/** @returns Why no file can be followed, or `null` when one can; what is known stays when the build is gone. */
export function whyNoWhere(
	state: DebuggerState,
	{whereFrom, focus}: ViewState,
): string | null {
	return whereFrom.status.kind === 'ready' && focus !== 'where-from'
		? null
		: whyNoPath(state);
}

/** @returns Why no point can be looked into, or `null` when one can. */
export function whyNoPath(state: DebuggerState): string | null {
	return whyNothingIsOpen(state) ?? (state.program ? null : stillLoading);
}

/** @returns Why there is nothing to compare around what is selected, or `null` when there is. */
export function whyNothingToCompare(
	state: DebuggerState,
	view: ViewState,
): string | null {
	return pairsFor(state, view).size > 0
		? null
		: (whyNoShell(state, view) ??
				'There is nothing to compare this with yet: run more of the build, or select a later instruction.');
}

/** @returns Tells why a pair around what is selected can't be compared, or `null` when it can. */
export function whyNoPair(
	name: PairName,
): (state: DebuggerState, view: ViewState) => string | null {
	return (state, view) =>
		pairsFor(state, view).has(name)
			? null
			: (whyNoShell(state, view) ?? notThere[name]);
}

const notThere: Readonly<Record<PairName, string>> = {
	step: 'A stage as a whole has nothing before it: select an instruction that is done.',
	final:
		'This can be compared with the final image once both are done, and it is none of its stage.',
	last: 'No session before this one looked at the files of this.',
	base: 'This is the base itself: select something after it that is done.',
};

/** @returns Why there is no outcome to be shown, or `null` when there is one. */
export function whyNoOutcome(state: DebuggerState): string | null {
	return hasOutcome(state)
		? null
		: 'The build has neither failed nor finished yet: c continues it.';
}

/** @returns Why there are no warnings to show, or `null` when there are. */
export function whyNoWarnings({warnings}: DebuggerState): string | null {
	return warnings.length > 0 ? null : 'There are no warnings.';
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
