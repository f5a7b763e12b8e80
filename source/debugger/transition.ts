import {toError} from '../errors.js';
import type {EngineDescription, Program} from '../engine/port.js';
import {positionOfStep, positionsOf, stepsBetween} from './positions.js';
import {resolveBreakpoints} from './breakpoints.js';
import type {
	DebuggerEvent,
	DebuggerState,
	Effect,
	PausePolicy,
	PauseReason,
	Phase,
	StepState,
} from './state.js';

type Transition = readonly [state: DebuggerState, effects: readonly Effect[]];

/**
@param options - `breakpoints` are the texts of `--break`; they are resolved when the program is loaded.
@returns The state of a session whose program is being loaded.
*/
export function initialState(options: {
	readonly engine: EngineDescription;
	readonly policy: PausePolicy;
	readonly breakpoints: readonly string[];
}): DebuggerState {
	return {
		policy: options.policy,
		engine: options.engine,
		phase: {kind: 'loading'},
		program: null,
		positions: [],
		cursor: 0,
		steps: [],
		breakpoints: [],
		wantedBreakpoints: options.breakpoints,
	};
}

/**
The debugger itself: what follows from an event. Pure; an event that means nothing in the state changes nothing, so
that a key pressed a moment too late does no harm.

@returns The next state (the same object when nothing changed), and what the store is to do about it.
@throws {UsageError} On `loaded`: a breakpoint of `--break` names nothing in the program.
*/
export function transition(
	state: DebuggerState,
	event: DebuggerEvent,
): Transition {
	switch (event.type) {
		case 'loaded': {
			return load(state, event.program);
		}

		case 'continue': {
			return resume(state);
		}

		case 'next': {
			return canRun(state) ? run(state, state.cursor + 1, 'step') : [state, []];
		}

		case 'end-of-stage': {
			return canRun(state) ? run(state, ...endOfStage(state)) : [state, []];
		}

		case 'interrupt': {
			return interrupt(state);
		}

		case 'toggle-breakpoint': {
			return [toggleBreakpoint(state, event.position), []];
		}

		case 'started': {
			return [start(state, event.step, event.at), []];
		}

		case 'cached': {
			return [withStep(state, event.step, {kind: 'cached'}), []];
		}

		case 'done': {
			return [
				withStep(state, event.step, {kind: 'done', seconds: event.seconds}),
				[],
			];
		}

		case 'reached': {
			return state.phase.kind === 'running'
				? reach(
						state,
						state.phase.goal,
						state.phase.canceling ? 'interrupt' : state.phase.reason,
					)
				: [state, []];
		}

		case 'failed': {
			return [fail(state, event), []];
		}

		case 'canceled': {
			return [cancel(state), []];
		}

		case 'finished': {
			return [
				state.phase.kind === 'finishing'
					? withPhase(state, {kind: 'finished', result: event.result})
					: state,
				[],
			];
		}

		case 'broken': {
			return [
				withPhase(settle(state), {kind: 'broken', error: toError(event.error)}),
				[],
			];
		}
	}
}

/**
@returns Whether the build stands still and a step can be taken.
*/
export function canRun(state: DebuggerState): boolean {
	return (
		state.phase.kind === 'paused' && state.cursor < state.positions.length - 1
	);
}

/**
@returns Whether every step that the target needs is done, so that the build can be finished.
*/
export function isAtEnd(state: DebuggerState): boolean {
	return (
		state.positions.length > 0 && state.cursor === state.positions.length - 1
	);
}

function load(state: DebuggerState, program: Program): Transition {
	if (state.phase.kind !== 'loading') {
		return [state, []];
	}

	const positions = positionsOf(program);
	const loaded: DebuggerState = {
		...state,
		program,
		positions,
		cursor: 0,
		steps: program.steps.map((step): StepState => ({
			kind: program.stages[step.stage]!.needed ? 'pending' : 'skipped',
		})),
		breakpoints: resolveBreakpoints(
			state.wantedBreakpoints,
			program,
			positions,
		),
		phase: {kind: 'paused', reason: 'entry'},
	};

	const stopsHere = state.policy === 'stage' || loaded.breakpoints.includes(0);
	return stopsHere ? [loaded, []] : resume(loaded);
}

function resume(state: DebuggerState): Transition {
	if (state.phase.kind !== 'paused') {
		return [state, []];
	}

	if (isAtEnd(state)) {
		return [withPhase(state, {kind: 'finishing'}), [{type: 'finish'}]];
	}

	const [goal, reason] = nextStop(state);
	return run(state, goal, reason);
}

function nextStop(
	state: DebuggerState,
): readonly [goal: number, reason: PauseReason] {
	const last = state.positions.length - 1;
	for (let index = state.cursor + 1; index < last; index++) {
		if (state.breakpoints.includes(index)) {
			return [index, 'breakpoint'];
		}

		if (state.policy === 'stage' && isStageStart(state, index)) {
			return [index, 'stage'];
		}
	}

	return [last, 'end'];
}

function isStageStart(state: DebuggerState, index: number): boolean {
	const {step} = state.positions[index]!;
	return step !== null && state.program!.steps[step]!.index === 0;
}

function endOfStage(
	state: DebuggerState,
): readonly [goal: number, reason: PauseReason] {
	const {stage} = state.positions[state.cursor]!;
	const end = state.positions.findIndex(
		position => position.stage === stage && position.step === null,
	);
	const breakpoint = state.breakpoints.find(
		index => index > state.cursor && index < end,
	);
	return breakpoint === undefined
		? [Math.max(end, state.cursor + 1), 'step']
		: [breakpoint, 'breakpoint'];
}

function run(
	state: DebuggerState,
	goal: number,
	reason: PauseReason,
): Transition {
	const missing = stepsBetween(state.positions, state.cursor, goal).filter(
		step =>
			state.program!.steps[step]!.executes && !isReached(state.steps[step]!),
	);

	if (missing.length === 0) {
		return reach(state, goal, reason);
	}

	return [
		withPhase(state, {kind: 'running', goal, reason, canceling: false}),
		[{type: 'run', steps: missing}],
	];
}

/** What a step shares with another stage may start again for that one. */
function start(state: DebuggerState, step: number, at: number): DebuggerState {
	return isReached(state.steps[step]!)
		? state
		: withStep(state, step, {kind: 'running', since: at});
}

function isReached(step: StepState): boolean {
	return step.kind === 'cached' || step.kind === 'done';
}

/** Everything before the goal is done; a later step that shares work with one of these may have started. */
function reach(
	state: DebuggerState,
	goal: number,
	reason: PauseReason,
): Transition {
	const steps = markReached(
		state,
		stepsBetween(state.positions, state.cursor, goal),
	);
	const reached: DebuggerState = {
		...settle({...state, steps}),
		cursor: goal,
		phase: {kind: 'paused', reason},
	};
	return reason === 'end' && state.policy !== 'stage'
		? resume(reached)
		: [reached, []];
}

/**
What BuildKit never mentioned was part of something cached: its result wasn't needed for anything that was missing. What
it saw start, it did, also when the report of the end comes too late.
*/
function markReached(
	state: DebuggerState,
	passed: readonly number[],
): readonly StepState[] {
	const steps = [...state.steps];
	for (const id of passed) {
		if (!isReached(steps[id]!)) {
			steps[id] =
				state.program!.steps[id]!.executes && steps[id]!.kind !== 'running'
					? {kind: 'cached'}
					: {kind: 'done', seconds: null};
		}
	}

	return steps;
}

/**
Of the steps before one that failed, those that are done. A COPY may fail while the steps before it still run, because
BuildKit looks for its files in the meantime.
*/
function doneBefore(
	state: DebuggerState,
	passed: readonly number[],
): readonly number[] {
	const running = passed.findIndex(
		step => state.steps[step]!.kind === 'running',
	);
	return running === -1
		? passed
		: passed.filter(
				(step, index) =>
					index < running || !state.program!.steps[step]!.executes,
			);
}

function startOfStage({positions}: DebuggerState, position: number): number {
	const {stage} = positions[position]!;
	return positions.findIndex(other => other.stage === stage);
}

function interrupt(state: DebuggerState): Transition {
	return state.phase.kind === 'running' && !state.phase.canceling
		? [withPhase(state, {...state.phase, canceling: true}), [{type: 'cancel'}]]
		: [state, []];
}

function cancel(state: DebuggerState): DebuggerState {
	return state.phase.kind === 'running'
		? withPhase(advance(settle(state), state.phase.goal), {
				kind: 'paused',
				reason: 'interrupt',
			})
		: state;
}

function fail(
	state: DebuggerState,
	{failure}: Extract<DebuggerEvent, {type: 'failed'}>,
): DebuggerState {
	if (state.phase.kind !== 'running') {
		return state;
	}

	const settled = settle(state);
	if (failure.step === null) {
		return withPhase(advance(settled, state.phase.goal), {
			kind: 'failed',
			failure,
		});
	}

	const position = positionOfStep(settled.positions, failure.step);
	const passed = stepsBetween(
		state.positions,
		startOfStage(state, position),
		position,
	);
	const steps = markReached(settled, doneBefore(state, passed));
	return {
		...settled,
		steps: steps.with(failure.step, {kind: 'failed', seconds: failure.seconds}),
		cursor: position,
		phase: {kind: 'failed', failure},
	};
}

/** Moves the cursor over what is done, so that it stands before the first step that isn't. */
function advance(state: DebuggerState, limit: number): DebuggerState {
	const steps = [...state.steps];
	let {cursor} = state;
	while (cursor < limit) {
		const {step} = state.positions[cursor]!;
		if (
			step !== null &&
			state.program!.steps[step]!.executes &&
			!isReached(steps[step]!)
		) {
			break;
		}

		if (step !== null && !isReached(steps[step]!)) {
			steps[step] = {kind: 'done', seconds: null};
		}

		cursor++;
	}

	return {...state, steps, cursor};
}

/** Nothing runs any more: what was running has to start again. */
function settle(state: DebuggerState): DebuggerState {
	return {
		...state,
		steps: state.steps.map((step): StepState =>
			step.kind === 'running' ? {kind: 'pending'} : step,
		),
	};
}

function toggleBreakpoint(
	state: DebuggerState,
	position: number,
): DebuggerState {
	if (typeof state.positions[position]?.step !== 'number') {
		return state;
	}

	const breakpoints = state.breakpoints.includes(position)
		? state.breakpoints.filter(other => other !== position)
		: [...state.breakpoints, position].toSorted((a, b) => a - b);
	return {...state, breakpoints};
}

function withStep(
	state: DebuggerState,
	step: number,
	stepState: StepState,
): DebuggerState {
	return state.phase.kind === 'running'
		? {...state, steps: state.steps.with(step, stepState)}
		: state;
}

function withPhase(state: DebuggerState, phase: Phase): DebuggerState {
	return {...state, phase};
}
