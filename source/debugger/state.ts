import type {
	BuildResult,
	EngineDescription,
	Failure,
	Program,
} from '../engine/port.js';

/** When a run stops by itself. A failure always does. */
export type PausePolicy = 'stage' | 'error' | 'never';

/** What is known of a step. */
export type StepState =
	| {readonly kind: 'pending'}
	| {readonly kind: 'running'; readonly since: number}
	| {readonly kind: 'cached'}
	/** `seconds` is `null` for instructions that only change the configuration, and where nobody said how long it took. */
	| {readonly kind: 'done'; readonly seconds: number | null}
	| {readonly kind: 'failed'; readonly seconds: number | null}
	/** The target doesn't need its stage. */
	| {readonly kind: 'skipped'};

/** A place where a build can stand: before a step, or (`step` is `null`) at the end of a stage. */
export type Position = {readonly stage: number; readonly step: number | null};

/** Why the build stands where it stands. */
export type PauseReason =
	'entry' | 'stage' | 'step' | 'breakpoint' | 'end' | 'interrupt';

export type Phase =
	| {readonly kind: 'loading'}
	/** Before the position under the cursor. */
	| {readonly kind: 'paused'; readonly reason: PauseReason}
	/** On the way to `goal`, an index in `positions`. */
	| {
			readonly kind: 'running';
			readonly goal: number;
			readonly reason: PauseReason;
			readonly canceling: boolean;
	  }
	/** The cursor stands before the failed step. */
	| {readonly kind: 'failed'; readonly failure: Failure}
	| {readonly kind: 'finishing'}
	| {readonly kind: 'finished'; readonly result: BuildResult}
	/** The session can't go on: no program, or no engine any more. */
	| {readonly kind: 'broken'; readonly error: Error};

/** Everything that is known of a debug session, logs apart. */
export type DebuggerState = {
	readonly policy: PausePolicy;
	readonly engine: EngineDescription;
	readonly phase: Phase;

	/** `null` until the program is loaded. */
	readonly program: Program | null;

	/** Every place where the build can stand, in the order in which it gets there. */
	readonly positions: readonly Position[];

	/** An index in `positions`: everything before it is done. */
	readonly cursor: number;

	/** One per step of the program. */
	readonly steps: readonly StepState[];

	/** Indices in `positions`, ascending, each before a step. */
	readonly breakpoints: readonly number[];

	/** The texts of `--break`, resolved when the program is loaded. */
	readonly wantedBreakpoints: readonly string[];
};

/** What happened, seen from the transition: what the user asked for, or what the engine reported. */
export type DebuggerEvent =
	| {readonly type: 'loaded'; readonly program: Program}
	| {readonly type: 'continue'}
	| {readonly type: 'next'}
	| {readonly type: 'end-of-stage'}
	| {readonly type: 'interrupt'}
	/** Sets or clears the breakpoint at an index in `positions`; at the end of a stage there is none. */
	| {readonly type: 'toggle-breakpoint'; readonly position: number}
	| {readonly type: 'started'; readonly step: number; readonly at: number}
	| {readonly type: 'cached'; readonly step: number}
	| {readonly type: 'done'; readonly step: number; readonly seconds: number}
	| {readonly type: 'reached'}
	| {readonly type: 'failed'; readonly failure: Failure}
	| {readonly type: 'canceled'}
	| {readonly type: 'finished'; readonly result: BuildResult}
	| {readonly type: 'broken'; readonly error: Error};

/** What the store is to do after a transition. */
export type Effect =
	/** Run until each of the steps is done. */
	| {readonly type: 'run'; readonly steps: readonly number[]}
	| {readonly type: 'cancel'}
	| {readonly type: 'finish'};
