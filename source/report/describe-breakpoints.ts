import type {DebuggerState} from '../debugger/machine/state.js';
import {plural} from '../text/format.js';

/** @returns How many breakpoints an earlier session left, in a sentence; `null` when there is none. */
export function keptBreakpointsText({
	breakpoints,
	wantedBreakpoints,
}: DebuggerState): string | null {
	const kept = wantedBreakpoints.filter(({required}) => !required);
	const count = breakpoints.filter(({text}) =>
		kept.some(wanted => wanted.text === text),
	).length;
	return count === 0
		? null
		: `${plural(count, 'breakpoint')} of an earlier session ${count === 1 ? 'is' : 'are'} set again.`;
}
