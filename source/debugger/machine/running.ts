import {isReloading} from './outcome.js';
import {withSpan} from './spans.js';
import {missPositions} from './breakpoints/breakpoints.js';
import {positionOfStep, stepsBetween} from './positions.js';
import {
	advance,
	isReached,
	markReached,
	missingBefore,
	passConfigurations,
	settle,
} from './steps.js';
import {pausesByItself} from './stops.js';
import type {
	DebuggerEvent,
	DebuggerState,
	Effect,
	PauseReason,
	Phase,
	RunningPhase,
	StepState,
} from './state.js';

export type Transition = readonly [
	state: DebuggerState,
	effects: readonly Effect[],
];

/** Where a run goes. */
export type Destination = Pick<RunningPhase, 'goal' | 'reason' | 'first'>;

/**
Runs what is missing before a position. That is one run of the engine, with all of its parallelism, unless there is a
breakpoint on misses: only running a step tells whether BuildKit has it cached (6 ms when it has), so that then each
step is a run of its own, and one that starts for real is canceled at once, before it. What it did until then is lost.
*/
export function run(
	state: DebuggerState,
	{goal, reason, first}: Destination,
): Transition {
	const missing = missingBefore(state, goal);
	if (missing.length === 0) {
		return arrive(state, goal, reason);
	}

	const looksForMisses = missPositions(state.breakpoints).size > 0;
	const steps = looksForMisses ? missing.slice(0, 1) : missing;
	const from = positionOfStep(state.positions, missing[0]!);
	const upTo = looksForMisses ? from + 1 : goal;
	return [
		withPhase(
			// After a failure there may be something to do in an earlier stage that ran beside it.
			{...state, failures: [], cursor: Math.min(state.cursor, from)},
			{
				kind: 'running',
				goal,
				reason,
				upTo,
				first,
				stepwise: looksForMisses,
				missed: null,
				canceling: false,
			},
		),
		[
			{
				type: 'run',
				steps,
				withoutCache: steps.filter(step => state.withoutCache.has(step)),
			},
		],
	];
}

/** What a step shares with another stage may start again for that one. */
export function start(
	state: DebuggerState,
	step: number,
	at: number,
): Transition {
	const {phase} = state;
	if (phase.kind !== 'running' || isReached(state.steps[step]!)) {
		return [state, []];
	}

	if (!isMiss(state, phase, step)) {
		return [withStep(state, step, {kind: 'running', since: at}), []];
	}

	return [
		withPhase(state, {...phase, missed: step}),
		phase.canceling || phase.missed !== null ? [] : [{type: 'cancel'}],
	];
}

/** A step that is being stopped because it isn't cached doesn't count as run. */
export function withStep(
	state: DebuggerState,
	step: number,
	stepState: StepState,
): DebuggerState {
	const {phase} = state;
	if (phase.kind !== 'running' || phase.missed === step) {
		return state;
	}

	const before = state.steps[step]!;
	const spans =
		before.kind === 'running' && stepState.kind === 'done'
			? withSpan(state.spans, [
					before.since,
					before.since + (stepState.seconds ?? 0) * 1000,
				])
			: state.spans;
	const next = {...state, spans, steps: state.steps.with(step, stepState)};
	return {...next, steps: passConfigurations(next, phase.upTo)};
}

/** The engine has done all that it was to do. */
export function reach(state: DebuggerState): Transition {
	const {phase} = state;
	if (phase.kind !== 'running') {
		return [state, []];
	}

	if (phase.missed !== null) {
		return [stopBefore(state, phase.missed), []];
	}

	if (phase.canceling) {
		return arrive(state, phase.upTo, 'interrupt');
	}

	return phase.upTo === phase.goal
		? arrive(state, phase.goal, phase.reason)
		: run(standAt(state, phase.upTo), phase);
}

export function cancel(state: DebuggerState): DebuggerState {
	const {phase} = state;
	if (phase.kind !== 'running') {
		return state;
	}

	return phase.missed === null
		? withPhase(advance(settle(state), phase.upTo), {
				kind: 'paused',
				reason: 'interrupt',
			})
		: stopBefore(state, phase.missed);
}

export function interrupt(state: DebuggerState): Transition {
	const {phase} = state;
	if (phase.kind === 'loading' && isReloading(state)) {
		return [
			withPhase(state, {...phase, isStopping: true}),
			[{type: 'stop-loading'}],
		];
	}

	return phase.kind === 'running' && !phase.canceling
		? [
				withPhase(state, {...phase, canceling: true}),
				phase.missed === null ? [{type: 'cancel'}] : [],
			]
		: [state, []];
}

export function fail(
	state: DebuggerState,
	{
		failure,
		others = [],
		explanations = new Map(),
	}: Extract<DebuggerEvent, {type: 'failed'}>,
): DebuggerState {
	const {phase} = state;
	if (phase.kind !== 'running') {
		return state;
	}

	if (phase.missed !== null && phase.missed === failure.step) {
		return stopBefore(state, phase.missed);
	}

	const failures = [failure, ...others];
	const settled = settle(state);
	let {steps} = settled;
	for (const {step, seconds} of failures) {
		if (step !== null) {
			steps = steps.with(step, {kind: 'failed', seconds});
		}
	}

	const failed = {
		...settled,
		steps: passConfigurations({...settled, steps}, phase.upTo),
	};
	const stood =
		failure.step === null
			? advance(failed, phase.upTo)
			: {...failed, cursor: positionOfStep(state.positions, failure.step)};
	return withPhase(
		{...stood, failures, explanations, retraces: new Map()},
		{kind: 'failed', failure},
	);
}

/**
@returns The state in which the failed steps may be tried again; the same when nothing failed.
*/
export function forgetFailures(state: DebuggerState): DebuggerState {
	return state.phase.kind === 'failed'
		? {
				...state,
				failures: [],
				phase: {kind: 'paused', reason: 'step'},
				steps: state.steps.map((step): StepState =>
					step.kind === 'failed' ? {kind: 'pending'} : step,
				),
			}
		: state;
}

export function withPhase(state: DebuggerState, phase: Phase): DebuggerState {
	return {...state, phase};
}

/** @returns Whether nothing is left to run. */
export function isAtEnd({cursor, positions}: DebuggerState): boolean {
	return cursor === positions.length - 1;
}

/** Everything before the goal is done; a later step that shares work with one of these may have started. */
function arrive(
	state: DebuggerState,
	goal: number,
	reason: PauseReason,
): Transition {
	const reached = withPhase(standAt(state, goal), {kind: 'paused', reason});
	return reason === 'end' && !pausesByItself(state)
		? [withPhase(reached, {kind: 'finishing'}), [{type: 'finish'}]]
		: [reached, []];
}

function standAt(state: DebuggerState, position: number): DebuggerState {
	const steps = markReached(state, stepsBetween(state.positions, 0, position));
	return {...settle({...state, steps}), cursor: position};
}

function stopBefore(state: DebuggerState, step: number): DebuggerState {
	const position = positionOfStep(state.positions, step);
	return withPhase(standAt(state, position), {kind: 'paused', reason: 'miss'});
}

/**
A base image is asked for, and a remote source of ADD fetched, also when what comes of it is cached: their start tells
nothing.
*/
function isMiss(
	state: DebuggerState,
	phase: RunningPhase,
	step: number,
): boolean {
	const {keyword, text} = state.program!.steps[step]!;
	return (
		phase.stepwise &&
		step !== phase.first &&
		step === state.positions[phase.upTo - 1]!.step &&
		missPositions(state.breakpoints).has(phase.upTo - 1) &&
		!state.withoutCache.has(step) &&
		keyword !== 'FROM' &&
		!(keyword === 'ADD' && /:\/\/|git@/v.test(text))
	);
}
