import type {Program} from '../../engine/port.js';
import {moveBreakpoints} from './breakpoints/move.js';
import {inputsOf} from './dependents.js';
import {type StepPairs, outlineOf, pairSteps} from './outline.js';
import {positionsOf} from './positions.js';
import {initialSteps, isReached, withdrawConfigurations} from './steps.js';
import type {
	DebuggerState,
	Position,
	StandingPhase,
	StepState,
} from './state.js';
import {breakpointContext} from './values.js';

/**
Goes over to a program that was loaded again. What is the same and was done stays done; the cursor stays where it was,
or stands before the first step that isn't done any more; breakpoints and what is known of misses move with their
instructions. What failed may be tried again.

@param state - With an earlier program.
@param changedInputs - The new program's steps that read files of the context that changed.
*/
export function adopt(
	state: DebuggerState,
	program: Program,
	changedInputs: ReadonlySet<number>,
): DebuggerState {
	const before = state.program!;
	const pairs = pairSteps(outlineOf(before), outlineOf(program));
	const {same, changed} = compare(before, program, {pairs, changedInputs});
	const positions = positionsOf(program);
	const kept = initialSteps(program).map((initial, id): StepState => {
		const old = pairs.oldOf.get(id);
		const known = old === undefined ? undefined : state.steps[old]!;
		return initial.kind === 'pending' &&
			known !== undefined &&
			same.has(id) &&
			isReached(known)
			? known
			: initial;
	});
	const steps = withdrawConfigurations(program, kept);
	const firstMissing = positions.findIndex(
		({step}) => step !== null && !isReached(steps[step]!),
	);
	const stood = moveCursor(state, positions, pairs);
	const next: DebuggerState = {
		...state,
		program,
		positions,
		steps,
		cursor: firstMissing === -1 ? stood : Math.min(stood, firstMissing),
		phase: {kind: 'paused', reason: 'reload'},
		failures: [],
		reload: {changed, error: null},
		missReasons: new Map(
			[...state.missReasons].flatMap(([old, reasons]) => {
				const id = pairs.newOf.get(old);
				return id !== undefined && same.has(id) ? [[id, reasons]] : [];
			}),
		),
		withoutCache: new Set(
			[...state.withoutCache].flatMap(old => pairs.newOf.get(old) ?? []),
		),
	};
	return {
		...next,
		breakpoints: moveBreakpoints(
			state.breakpoints,
			pairs,
			breakpointContext(state),
			breakpointContext(next),
		),
	};
}

/** @returns The state that goes on when the build couldn't be loaded again. */
export function refuseReload(
	state: DebuggerState,
	from: StandingPhase,
	error: Error,
): DebuggerState {
	return {
		...state,
		phase: from.kind === 'broken' ? {kind: 'broken', error} : from,
		reload: {changed: [], error},
	};
}

type Comparison = {
	/** The new program's steps that do what they did before, on the same. */
	readonly same: ReadonlySet<number>;

	/** Of the others, those that don't only build on others of them; ascending. */
	readonly changed: readonly number[];
};

/**
Equal keys mean equal operations with equal inputs, the contents of the context apart. Where a builder tells no keys, a
step is the same when its text is, and what it builds on.
*/
function compare(
	before: Program,
	after: Program,
	{
		pairs,
		changedInputs,
	}: {
		readonly pairs: StepPairs;
		readonly changedInputs: ReadonlySet<number>;
	},
): Comparison {
	const same = new Set<number>();
	const changed: number[] = [];

	/** Whose result is another one, or can be: without keys, whatever changed before a step may matter to it. */
	const affected = new Set<number>();
	for (const step of after.steps) {
		const {id, key, text, executes} = step;
		const old = before.steps[pairs.oldOf.get(id) ?? -1];
		const isSameText = old?.text === text;
		const buildsOnChange = inputsOf(after, id).some(input =>
			affected.has(input),
		);
		const isSameOperation =
			old !== undefined &&
			(executes && key !== null
				? old.key === key
				: isSameText && old.executes === executes);
		if (
			isSameOperation &&
			!changedInputs.has(id) &&
			!(executes && buildsOnChange)
		) {
			same.add(id);
		} else if (
			after.stages[step.stage]!.needed &&
			(!buildsOnChange || !isSameText || changedInputs.has(id))
		) {
			changed.push(id);
		}

		if (
			buildsOnChange ||
			(!same.has(id) && (executes || isKeyless(after, id)))
		) {
			affected.add(id);
		}
	}

	return {same, changed};
}

/** Whether what follows in the stage has no keys that would tell what an instruction without operation changes. */
function isKeyless(program: Program, step: number): boolean {
	return program.stages[program.steps[step]!.stage]!.steps.some(
		id => program.steps[id]!.executes && program.steps[id]!.key === null,
	);
}

/** Where the cursor stood: before the same instruction, or the next that is still there; or at the end of the stage. */
function moveCursor(
	{positions, cursor, program}: DebuggerState,
	next: readonly Position[],
	{newOf}: StepPairs,
): number {
	const {stage, step: stood} = positions[cursor]!;
	const last = program!.stages[stage]!.steps.findLast(id => newOf.has(id));
	if (stood === null && last !== undefined) {
		const end = next.findLastIndex(
			({step}) => step !== null && step <= newOf.get(last)!,
		);
		return next.findIndex(({step}, index) => index > end && step === null);
	}

	for (const {step} of positions.slice(cursor)) {
		const id = step === null ? undefined : newOf.get(step);
		const found =
			id === undefined ? -1 : next.findIndex(position => position.step === id);
		if (found !== -1) {
			return found;
		}
	}

	return next.length - 1;
}
