import type {Transition} from './running.js';
import type {DebuggerEvent, DebuggerState} from './state.js';

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
			return [...state.retraces.values()].includes('running')
				? [state, []]
				: [withRetrace(state, step, 'running'), [{type: 'retrace', step}]];
		}

		case 'retraced': {
			return state.retraces.get(step) === 'running'
				? [withRetrace(state, step, event.retrace), []]
				: [state, []];
		}
	}
}

function withRetrace(
	state: DebuggerState,
	step: number,
	retrace: 'running' | Extract<LookEvent, {type: 'retraced'}>['retrace'],
): DebuggerState {
	return {...state, retraces: new Map(state.retraces).set(step, retrace)};
}
