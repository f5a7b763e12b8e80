import type {DebuggerState, Phase} from './state.js';

/**
@returns What the session comes to when it ends now: while its build is loaded again, what stood there before.
*/
export function outcomeOf({phase}: Pick<DebuggerState, 'phase'>): Phase {
	return phase.kind === 'loading' && phase.from ? phase.from : phase;
}
