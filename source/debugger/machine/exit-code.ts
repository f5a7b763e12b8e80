import {MstageError} from '../../errors.js';
import {outcomeOf} from './outcome.js';
import type {DebuggerState} from './state.js';

/**
@returns What a process exits with when the session ends in this state.
*/
export function exitCodeOf(state: DebuggerState): number {
	const outcome = outcomeOf(state);
	switch (outcome.kind) {
		case 'failed': {
			return 1;
		}

		case 'broken': {
			return outcome.error instanceof MstageError ? outcome.error.exitCode : 1;
		}

		default: {
			return 0;
		}
	}
}
