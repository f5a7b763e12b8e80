import type {DebuggerState, Phase} from './state.js';

/**
@returns What the session comes to when it ends now: while its build is loaded again, what stood there before.
*/
export function outcomeOf({phase}: Pick<DebuggerState, 'phase'>): Phase {
	return phase.kind === 'loading' && phase.from ? phase.from : phase;
}

/** @returns Whether the build is being loaded again, and that can be stopped: what stood there before goes on then. */
export function isReloading({phase}: Pick<DebuggerState, 'phase'>): boolean {
	return phase.kind === 'loading' && phase.from !== null && !phase.isStopping;
}
