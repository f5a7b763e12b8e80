import {UsageError} from '../../../errors.js';
import {stepLabel} from '../../points/point.js';
import type {Breakpoint, WantedBreakpoint} from '../state.js';
import {type BreakpointContext, resolveBreakpoint} from './resolve.js';

/** @returns The positions where an enabled breakpoint stops whatever the cache holds. */
export function breakpointPositions(
	breakpoints: readonly Breakpoint[],
): ReadonlySet<number> {
	return positionsOf(breakpoints, kind => kind !== 'miss');
}

/** @returns The positions where an enabled breakpoint stops when the step isn't cached. */
export function missPositions(
	breakpoints: readonly Breakpoint[],
): ReadonlySet<number> {
	return positionsOf(breakpoints, kind => kind === 'miss');
}

/**
@param wanted - Resolved in this order.
@throws {UsageError} One that is required names nothing that this build can stop at.
*/
export function setAll(
	wanted: readonly WantedBreakpoint[],
	context: BreakpointContext,
): readonly Breakpoint[] {
	let breakpoints: readonly Breakpoint[] = [];
	for (const {text, enabled, required} of wanted) {
		breakpoints = required
			? setBreakpoint(breakpoints, text, context)
			: [
					...breakpoints.filter(other => other.text !== text),
					{
						id: nextId(breakpoints),
						text,
						enabled,
						...resolveKept(text, context),
					},
				];
	}

	return breakpoints;
}

/**
@param text - Of a breakpoint that is there already: it is enabled.
@returns With the breakpoint as the last.
@throws {UsageError} It names nothing that this build can stop at.
*/
export function setBreakpoint(
	breakpoints: readonly Breakpoint[],
	text: string,
	context: BreakpointContext,
): readonly Breakpoint[] {
	const written = text.trim();
	const resolved = resolveBreakpoint(written, context);
	const known = breakpoints.find(other => other.text === written);
	return known
		? breakpoints.map(other =>
				other === known ? {...other, enabled: true} : other,
			)
		: [
				...breakpoints,
				{id: nextId(breakpoints), text: written, enabled: true, ...resolved},
			];
}

/**
@param position - An index in `positions`.
@returns Without what stops there, and only there, unconditionally; when there is none, with one. The same when the
build can't stop there.
*/
export function toggleBreakpoint(
	breakpoints: readonly Breakpoint[],
	position: number,
	context: BreakpointContext,
): readonly Breakpoint[] {
	const step = context.positions[position]?.step;
	if (typeof step !== 'number') {
		return breakpoints;
	}

	const others = breakpoints.filter(
		({kind, condition, positions}) =>
			kind !== 'place' || condition !== null || positions[0] !== position,
	);
	return others.length < breakpoints.length
		? others
		: setBreakpoint(breakpoints, stepLabel(context.program, step), context);
}

/**
@returns Where it stops in this program; nowhere when it names nothing there, with a note that says so.
*/
export function resolveKept(
	text: string,
	context: BreakpointContext,
): Pick<Breakpoint, 'kind' | 'positions' | 'condition' | 'note'> {
	try {
		return resolveBreakpoint(text, context);
	} catch (error) {
		if (error instanceof UsageError) {
			return {
				kind: 'place',
				positions: [],
				condition: null,
				note: error.message,
			};
		}

		throw error;
	}
}

function positionsOf(
	breakpoints: readonly Breakpoint[],
	isMeant: (kind: Breakpoint['kind']) => boolean,
): ReadonlySet<number> {
	return new Set(
		breakpoints.flatMap(({enabled, kind, positions}) =>
			enabled && isMeant(kind) ? positions : [],
		),
	);
}

function nextId(breakpoints: readonly Breakpoint[]): number {
	return Math.max(0, ...breakpoints.map(({id}) => id)) + 1;
}
