import type {StepPairs} from '../outline.js';
import {stepLabel} from '../../points/point.js';
import type {Breakpoint} from '../state.js';
import {resolveKept} from './breakpoints.js';
import {formatCondition, parseBreakpoint, splitCondition} from './parse.js';
import type {BreakpointContext} from './resolve.js';

/**
@param before - What they are resolved against so far.
@param after - The program that was loaded again.
@returns The breakpoints, each before the same instruction as before: what names a line, or an instruction of a stage,
names the new one. One whose instruction is gone stands where its text says now.
*/
export function moveBreakpoints(
	breakpoints: readonly Breakpoint[],
	pairs: StepPairs,
	before: BreakpointContext,
	after: BreakpointContext,
): readonly Breakpoint[] {
	return breakpoints.map(breakpoint => {
		const text =
			breakpoint.kind === 'place'
				? moveText(breakpoint, pairs, before, after)
				: breakpoint.text;
		return {...breakpoint, text, ...resolveKept(text, after)};
	});
}

/** One that named nothing before, or names a whole stage, still says what was meant. */
function moveText(
	{text, positions}: Breakpoint,
	{newOf}: StepPairs,
	before: BreakpointContext,
	{program}: BreakpointContext,
): string {
	const {place, condition} = splitCondition(text);
	if (!/^\d+$|:\d+(?:\.\d+)?$/v.test(place)) {
		return text;
	}

	const stood = stepOf(place, positions, before);
	const next = stood === undefined ? undefined : newOf.get(stood);
	if (stood === undefined || next === undefined) {
		return text;
	}

	const {lines} = program.steps[next]!;
	const offset = Number(place) - before.program.steps[stood]!.lines[0];
	return place.includes(':')
		? `${stepLabel(program, next)}${formatCondition(condition)}`
		: `${lines[0] + clamp(offset, lines[1] - lines[0])}${formatCondition(condition)}`;
}

/** The step before which it stands, or would if its condition held. */
function stepOf(
	place: string,
	[position]: readonly number[],
	{program, positions}: BreakpointContext,
): number | undefined {
	if (position !== undefined) {
		return positions[position]!.step!;
	}

	const {target} = parseBreakpoint(place, program.graph);
	switch (target.kind) {
		case 'line': {
			return program.steps.find(({lines}) => lines[1] >= target.line)?.id;
		}

		case 'stage': {
			return program.stages[target.stage]!.steps[target.index];
		}

		default: {
			return undefined;
		}
	}
}

function clamp(value: number, most: number): number {
	return Math.min(Math.max(value, 0), most);
}
