import {MstageError} from '../../errors.js';
import type {DebuggerState} from './state.js';

/**
@returns What a process exits with when the session ends in this state.
*/
export function exitCodeOf(state: DebuggerState): number {
	switch (state.phase.kind) {
		case 'failed': {
			return 1;
		}

		case 'broken': {
			return state.phase.error instanceof MstageError
				? state.phase.error.exitCode
				: 1;
		}

		default: {
			return 0;
		}
	}
}
