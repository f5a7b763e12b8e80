import {toError} from '../../errors.js';
import type {VariableOptions} from '../../dockerfile/variables/read.js';
import type {EngineDescription, Program} from '../../engine/port.js';
import type {PausePolicy} from './pause-policy.js';
import {
	setAll,
	setBreakpoint,
	toggleBreakpoint,
} from './breakpoints/breakpoints.js';
import {positionOfStep, positionsOf} from './positions.js';
import {adopt, refuseReload} from './reload.js';
import {lookIntoFailure, stopRetrace} from './look-into-failure.js';
import {rerun} from './rerun.js';
import {
	type Transition,
	cancel,
	fail,
	forgetFailures,
	interrupt,
	isAtEnd,
	reach,
	run,
	start,
	withPhase,
	withStep,
} from './running.js';
import {initialSteps, settle} from './steps.js';
import {type Stop, endOfStage, nextStop, stopsAtEntry} from './stops.js';
import type {DebuggerEvent, DebuggerState, WantedBreakpoint} from './state.js';
import {breakpointContext} from './values.js';
import {withHints, withWarnings} from './warnings.js';

export {isAtEnd} from './running.js';

/**
@param options - `breakpoints` are the texts of `--break`, `kept` those that an earlier session had; they are resolved
when the program is loaded.
@returns The state of a session whose program is being loaded.
*/
export function initialState(options: {
	readonly engine: EngineDescription;
	readonly policy: PausePolicy;
	readonly breakpoints: readonly string[];
	readonly kept?: readonly WantedBreakpoint[];
	readonly variableOptions?: VariableOptions;
}): DebuggerState {
	return {
		policy: options.policy,
		engine: options.engine,
		phase: {kind: 'loading', from: null},
		program: null,
		positions: [],
		cursor: 0,
		steps: [],
		breakpoints: [],
		wantedBreakpoints: [
			...(options.kept ?? []),
			...options.breakpoints.map(text => ({
				text,
				enabled: true,
				required: true,
			})),
		],
		variableOptions: options.variableOptions ?? {},
		failures: [],
		explanations: new Map(),
		retraces: new Map(),
		sizes: null,
		spans: [],
		reload: null,
		warnings: [],
		missReasons: new Map(),
		withoutCache: new Set(),
		isSilent: false,
	};
}

/**
The debugger itself: what follows from an event. Pure; an event that means nothing in the state changes nothing, so
that a key pressed a moment too late does no harm.

@returns The next state (the same object when nothing changed), and what the store is to do about it.
@throws {UsageError} On `loaded` and `set-breakpoint`: a breakpoint names nothing in the program.
*/
export function transition(
	state: DebuggerState,
	event: DebuggerEvent,
): Transition {
	switch (event.type) {
		case 'loaded': {
			return load(state, event);
		}

		case 'continue': {
			return resume(state);
		}

		case 'next': {
			return go(state, ({cursor}) => [cursor + 1, 'step']);
		}

		case 'end-of-stage': {
			return go(state, endOfStage);
		}

		case 'interrupt': {
			return stopRetrace(state) ?? interrupt(state);
		}

		case 'set-policy': {
			return [
				state.policy === event.policy
					? state
					: {...state, policy: event.policy},
				[],
			];
		}

		case 'rerun': {
			return rerun(state, event.step, event.onward);
		}

		case 'select-failure': {
			return [selectFailure(state, event.index), []];
		}

		case 'toggle-breakpoint':
		case 'set-breakpoint':
		case 'remove-breakpoint':
		case 'enable-breakpoint': {
			return [editBreakpoints(state, event), []];
		}

		case 'reload': {
			return reload(state);
		}

		case 'reloaded': {
			return [reloaded(state, event), []];
		}

		case 'reload-failed': {
			return state.phase.kind === 'loading' && state.phase.from
				? [refuseReload(state, state.phase.from, toError(event.error)), []]
				: [state, []];
		}

		default: {
			return report(state, event);
		}
	}
}

/**
@returns Whether the build stands still and a step can be taken.
*/
export function canRun(state: DebuggerState): boolean {
	return (
		state.phase.kind === 'failed' ||
		(state.phase.kind === 'paused' && !isAtEnd(state))
	);
}

/** What the engine tells, also of a failure that is looked into. */
function report(
	state: DebuggerState,
	event: Extract<
		DebuggerEvent,
		{
			type:
				| 'explained'
				| 'failure-explained'
				| 'retrace'
				| 'retraced'
				| 'warning'
				| 'started'
				| 'cached'
				| 'done'
				| 'reached'
				| 'failed'
				| 'canceled'
				| 'finished'
				| 'sized'
				| 'broken'
				| 'silence';
		}
	>,
): Transition {
	switch (event.type) {
		case 'failure-explained':
		case 'retrace':
		case 'retraced': {
			return lookIntoFailure(state, event);
		}

		case 'started': {
			return start(state, event.step, event.at);
		}

		case 'cached': {
			return [withStep(state, event.step, {kind: 'cached'}), []];
		}

		case 'done': {
			const done = {kind: 'done', seconds: event.seconds} as const;
			return [withStep(state, event.step, done), []];
		}

		case 'explained': {
			const missReasons = new Map(state.missReasons);
			missReasons.set(event.step, event.reasons);
			return [{...state, missReasons}, []];
		}

		case 'warning': {
			return [withWarnings(state, [event.warning]), []];
		}

		case 'reached': {
			return reach(state);
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
					? withPhase(
							{...state, sizes: event.sizes ?? null},
							{kind: 'finished', result: event.result},
						)
					: state,
				[],
			];
		}

		case 'sized': {
			return [{...state, sizes: event.sizes}, []];
		}

		case 'broken': {
			return [breakOff(state, toError(event.error)), []];
		}

		case 'silence': {
			return [{...state, isSilent: event.isSilent}, []];
		}
	}
}

function load(
	state: DebuggerState,
	{program, waits = false}: Extract<DebuggerEvent, {type: 'loaded'}>,
): Transition {
	if (state.program || state.phase.kind !== 'loading') {
		return [state, []];
	}

	const loaded = withProgram(state, program);
	return waits || stopsAtEntry(loaded) ? [loaded, []] : resume(loaded);
}

function withProgram(state: DebuggerState, program: Program): DebuggerState {
	const loaded: DebuggerState = {
		...state,
		program,
		positions: positionsOf(program),
		steps: initialSteps(program),
		phase: {kind: 'paused', reason: 'entry'},
	};
	return {
		...withHints(loaded),
		breakpoints: setAll(state.wantedBreakpoints, breakpointContext(loaded)),
	};
}

/** What failed is tried again. */
function resume(state: DebuggerState): Transition {
	return state.phase.kind === 'paused' && isAtEnd(state)
		? [withPhase(state, {kind: 'finishing'}), [{type: 'finish'}]]
		: go(state, nextStop);
}

function go(
	state: DebuggerState,
	stopOf: (state: DebuggerState) => Stop,
): Transition {
	if (!canRun(state)) {
		return [state, []];
	}

	const standing = forgetFailures(state);
	const [goal, reason] = stopOf(standing);
	const first = standing.positions[standing.cursor]!.step;
	const end = standing.positions.length - 1;
	return run(standing, {goal: Math.min(goal, end), reason, first});
}

function reload(state: DebuggerState): Transition {
	const {phase} = state;
	switch (phase.kind) {
		case 'paused':
		case 'failed':
		case 'finished':
		case 'broken': {
			return [
				withPhase(state, {kind: 'loading', from: phase}),
				[{type: 'load'}],
			];
		}

		default: {
			return [state, []];
		}
	}
}

function reloaded(
	state: DebuggerState,
	{program, changedInputs}: Extract<DebuggerEvent, {type: 'reloaded'}>,
): DebuggerState {
	if (state.phase.kind !== 'loading' || !state.phase.from) {
		return state;
	}

	return state.program
		? withHints(adopt(state, program, new Set(changedInputs)))
		: withProgram(state, program);
}

/** An engine that is lost while the build is loaded again is lost for the build that stands there, too. */
function breakOff(state: DebuggerState, error: Error): DebuggerState {
	return withPhase(
		{...forgetFailures(settle(state)), failures: []},
		{kind: 'broken', error},
	);
}

function selectFailure(state: DebuggerState, index: number): DebuggerState {
	const failure = state.failures[index];
	if (
		state.phase.kind !== 'failed' ||
		!failure ||
		failure === state.phase.failure
	) {
		return state;
	}

	return {
		...state,
		cursor:
			failure.step === null
				? state.cursor
				: positionOfStep(state.positions, failure.step),
		phase: {kind: 'failed', failure},
	};
}

function editBreakpoints(
	state: DebuggerState,
	event: Extract<DebuggerEvent, {type: `${string}-breakpoint`}>,
): DebuggerState {
	if (!state.program) {
		return state;
	}

	const {breakpoints} = state;
	const edited = (): typeof breakpoints => {
		switch (event.type) {
			case 'toggle-breakpoint': {
				return toggleBreakpoint(
					breakpoints,
					event.position,
					breakpointContext(state),
				);
			}

			case 'set-breakpoint': {
				return setBreakpoint(breakpoints, event.text, breakpointContext(state));
			}

			case 'remove-breakpoint': {
				return breakpoints.some(({id}) => id === event.id)
					? breakpoints.filter(({id}) => id !== event.id)
					: breakpoints;
			}

			case 'enable-breakpoint': {
				return breakpoints.map(other =>
					other.id === event.id ? {...other, enabled: event.enabled} : other,
				);
			}
		}
	};

	const next = edited();
	return next === breakpoints ? state : {...state, breakpoints: next};
}
