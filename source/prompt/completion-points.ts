import type {DebuggerStore} from '../debugger/session/store.js';
import {pointTexts} from '../inspect/complete.js';

/** @returns The points of the session as they are spelled; none before a program is loaded. */
export function pointsOf({state: {program}}: DebuggerStore): readonly string[] {
	return program ? pointTexts(program) : [];
}
