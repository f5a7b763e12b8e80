import type {Breakpoint, DebuggerState} from '../../debugger/machine/state.js';
import type {Segment} from './row.js';
import type {Theme} from './theme.js';

/** What a breakpoint does before a step: always stops, stops when its condition holds, or nothing. */
export type BreakpointMark = 'on' | 'conditional' | 'off';

/** What matters most of several comes first. */
const order: readonly BreakpointMark[] = ['on', 'conditional', 'off'];

const known = new WeakMap<
	readonly Breakpoint[],
	ReadonlyMap<number, BreakpointMark>
>();

/**
@returns What the breakpoints do, by step; those on misses apart, which could stop anywhere. Computed once for each list
of breakpoints.
*/
export function breakpointMarks({
	breakpoints,
	positions,
}: DebuggerState): ReadonlyMap<number, BreakpointMark> {
	let marks = known.get(breakpoints);
	if (!marks) {
		marks = computeMarks(breakpoints, positions);
		known.set(breakpoints, marks);
	}

	return marks;
}

function computeMarks(
	breakpoints: readonly Breakpoint[],
	positions: DebuggerState['positions'],
): ReadonlyMap<number, BreakpointMark> {
	const marks = new Map<number, BreakpointMark>();
	for (const breakpoint of breakpoints) {
		if (breakpoint.kind !== 'miss') {
			for (const position of breakpoint.positions) {
				const {step} = positions[position]!;
				const mark = markOf(breakpoint);
				const other = step === null ? undefined : marks.get(step);
				if (
					step !== null &&
					(!other || order.indexOf(mark) < order.indexOf(other))
				) {
					marks.set(step, mark);
				}
			}
		}
	}

	return marks;
}

/** @returns What a breakpoint does where it stands. */
export function markOf({enabled, condition}: Breakpoint): BreakpointMark {
	return enabled ? (condition ? 'conditional' : 'on') : 'off';
}

/** @returns The sign of a breakpoint, one cell wide; a space without one. */
export function breakpointSign(
	mark: BreakpointMark | undefined,
	{signs}: Theme,
): Segment {
	switch (mark) {
		case 'on': {
			return {text: signs.breakpoint, style: 'bad'};
		}

		case 'conditional': {
			return {text: signs.breakpointIf, style: 'bad'};
		}

		case 'off': {
			return {text: signs.breakpointOff, style: 'faint'};
		}

		case undefined: {
			return {text: ' '};
		}
	}
}
