import type {Transition} from './running.js';
import type {Retrace} from './explanation.js';
import type {DebuggerEvent, DebuggerState, RunningRetrace} from './state.js';

type LookEvent = Extract<
	DebuggerEvent,
	{type: 'failure-explained' | 'retrace' | 'retraced'}
>;

/** @returns What follows from looking into a failure, as long as that is there. */
export function lookIntoFailure(
	state: DebuggerState,
	event: LookEvent,
): Transition {
	const {step} = event;
	if (!state.failures.some(failure => failure.step === step)) {
		return [state, []];
	}

	switch (event.type) {
		case 'failure-explained': {
			const explanations = new Map(state.explanations);
			explanations.set(step, event.explanation);
			return [{...state, explanations}, []];
		}

		// One at a time.
		case 'retrace': {
			return runningRetrace(state)
				? [state, []]
				: [
						withRetrace(state, step, {
							kind: 'running',
							since: event.at,
							isStopping: false,
						}),
						[{type: 'retrace', step}],
					];
		}

		case 'retraced': {
			return state.retraces.get(step)?.kind === 'running'
				? [withRetrace(state, step, event.retrace), []]
				: [state, []];
		}
	}
}

/** @returns The failed command that runs again, and its step; `null` when none does. */
export function runningRetrace({
	retraces,
}: Pick<DebuggerState, 'retraces'>):
	readonly [step: number, retrace: RunningRetrace] | null {
	for (const [step, retrace] of retraces) {
		if (retrace.kind === 'running') {
			return [step, retrace];
		}
	}

	return null;
}

/** @returns What follows from stopping the command that runs again; `null` when none does, or it was told already. */
export function stopRetrace(state: DebuggerState): Transition | null {
	const running = runningRetrace(state);
	if (!running || running[1].isStopping) {
		return null;
	}

	const [step, retrace] = running;
	return [
		withRetrace(state, step, {...retrace, isStopping: true}),
		[{type: 'stop-retrace'}],
	];
}

function withRetrace(
	state: DebuggerState,
	step: number,
	retrace: RunningRetrace | Retrace,
): DebuggerState {
	return {...state, retraces: new Map(state.retraces).set(step, retrace)};
}
