import type {VariableOptions} from '../../dockerfile/variables/read.js';
import type {
	BuildResult,
	BuildWarning,
	EngineDescription,
	Failure,
	Program,
} from '../../engine/port.js';
import type {Explanation, Retrace} from './explanation.js';
import type {SizeSummary, Sizes} from './sizes.js';
import type {Span} from './spans.js';
import type {PausePolicy} from './pause-policy.js';

/** What is known of a step. */
export type StepState =
	| {readonly kind: 'pending'}
	| {readonly kind: 'running'; readonly since: number}
	| {readonly kind: 'cached'}
	/** `seconds` is `null` for instructions that only change the configuration, and where nobody said how long it took. */
	| {readonly kind: 'done'; readonly seconds: number | null}
	| {readonly kind: 'failed'; readonly seconds: number | null}
	/** The target doesn't need its stage, or a named context takes the stage's place. */
	| {readonly kind: 'skipped'};

/** By the ids of steps. */
export type Explanations = ReadonlyMap<number, Explanation>;

/** A place where a build can stand: before a step, or (`step` is `null`) at the end of a stage. */
export type Position = {readonly stage: number; readonly step: number | null};

/** Why the build stands where it stands. */
export type PauseReason =
	| 'entry'
	| 'stage'
	| 'step'
	| 'breakpoint'
	/** The step under the cursor isn't cached. */
	| 'miss'
	| 'end'
	| 'interrupt'
	| 'reload';

/** The build stands still, and may be loaded again. */
export type StandingPhase =
	/** Before the position under the cursor. */
	| {readonly kind: 'paused'; readonly reason: PauseReason}
	/** The cursor stands before the failed step, or where the build got to when it was none of the Dockerfile's. */
	| {readonly kind: 'failed'; readonly failure: Failure}
	| {
			readonly kind: 'finished';
			readonly result: BuildResult;
	  }
	/** No program could be loaded, or the engine was lost: loading again may help. */
	| {readonly kind: 'broken'; readonly error: Error};

export type RunningPhase = {
	readonly kind: 'running';

	/** An index in `positions`. */
	readonly goal: number;

	/** Of the pause at the goal. */
	readonly reason: PauseReason;

	/** Up to which index in `positions` the engine works now: the goal, or on the way to it. */
	readonly upTo: number;

	/** The step that the build stood before: it runs whether it is cached or not. `null` at the end of a stage. */
	readonly first: number | null;

	/** Whether each step is a run of its own, so that it can be stopped at what isn't cached. */
	readonly stepwise: boolean;

	/** A step that isn't cached and that a breakpoint on misses stops at: it started, and is being canceled. */
	readonly missed: number | null;
	readonly canceling: boolean;
};

export type Phase =
	| StandingPhase
	| RunningPhase
	/** `from` is what goes on if loading fails; `null` when it is the first time. */
	| {
			readonly kind: 'loading';
			readonly from: StandingPhase | null;

			/** Whether it was told to stop. */
			readonly isStopping?: true;
	  }
	| {readonly kind: 'finishing'};

/** Holds when a build argument or environment variable has, or hasn't, a value just before the instruction. */
export type Condition = {
	readonly name: string;
	readonly operator: '=' | '!=';
	readonly value: string;
};

export type Breakpoint = {
	/** No other that is set has the same. */
	readonly id: number;

	/** As it was written: `14`, `builder:3 if FOO=bar`, `RUN`, `miss`. */
	readonly text: string;
	readonly enabled: boolean;
	readonly kind: 'place' | 'instruction-kind' | 'miss';

	/** Indices in `positions`, ascending, each before a step: where it stops, if its kind is `miss` only when not cached. */
	readonly positions: readonly number[];
	readonly condition: Condition | null;

	/** Why it stops elsewhere than its text says, or never: one sentence. */
	readonly note: string | null;
};

/** What came of loading the build again. */
export type Reload = {
	/** The steps that aren't what they were before, without those that only build on them; ascending. */
	readonly changed: readonly number[];

	/** Why the program is still the one before. */
	readonly error: Error | null;
};

/** A failed command that runs again. */
export type RunningRetrace = {
	readonly kind: 'running';

	/** Milliseconds since 1970. */
	readonly since: number;

	/** Whether it was told to stop. */
	readonly isStopping: boolean;
};

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

	/** In the order in which they were set. */
	readonly breakpoints: readonly Breakpoint[];

	/** Of those that are set before the program is loaded: the texts of `--break`, and what an earlier session kept. */
	readonly wantedBreakpoints: readonly WantedBreakpoint[];

	/** What a condition of a breakpoint depends on besides the Dockerfile. */
	readonly variableOptions: VariableOptions;

	/** What failed in the last run, the first first; the phase tells which of them is looked at. */
	readonly failures: readonly Failure[];

	/** What was found of the failures, by the steps that failed; of some nothing, or not yet. */
	readonly explanations: Explanations;

	/** What came of running failed commands again to see which of their parts failed, by their steps. */
	readonly retraces: ReadonlyMap<number, RunningRetrace | Retrace>;

	/** Of a build that is finished: how large its stages are. */
	readonly sizes: Sizes;

	/** When steps of it ran, the time in which nothing ran left out: several may have run at once. */
	readonly spans: readonly Span[];

	/** Of the last time that the build was loaded again; `null` before that. */
	readonly reload: Reload | null;

	/** What the builder and mstage warn of in the program, those of mstage first; each once. */
	readonly warnings: readonly BuildWarning[];

	/** Why steps that ran weren't cached, each reason in a few words, by step. */
	readonly missReasons: ReadonlyMap<number, readonly string[]>;

	/** The steps that run again, whatever the cache holds, as soon as their turn comes. */
	readonly withoutCache: ReadonlySet<number>;

	/** Whether the engine hasn't answered for 10 seconds. */
	readonly isSilent: boolean;
};

export type WantedBreakpoint = {
	readonly text: string;
	readonly enabled: boolean;

	/** Whether the session can't begin when it names nothing. */
	readonly required: boolean;
};

/** What happened, seen from the transition: what the user asked for, or what the engine reported. */
export type DebuggerEvent =
	| {
			readonly type: 'loaded';
			readonly program: Program;

			/** Whether the build waits at its start, though nothing else makes it. */
			readonly waits?: boolean;
	  }
	| {readonly type: 'continue'}
	| {readonly type: 'next'}
	| {readonly type: 'end-of-stage'}
	| {readonly type: 'interrupt'}
	/** From the next run on. */
	| {readonly type: 'set-policy'; readonly policy: PausePolicy}
	/** Sets or clears the breakpoint at an index in `positions`; at the end of a stage there is none. */
	| {readonly type: 'toggle-breakpoint'; readonly position: number}
	| {readonly type: 'set-breakpoint'; readonly text: string}
	| {readonly type: 'remove-breakpoint'; readonly id: number}
	| {
			readonly type: 'enable-breakpoint';
			readonly id: number;
			readonly enabled: boolean;
	  }
	/** Runs a step again without cache; with `onward` everything that builds on it, too. */
	| {readonly type: 'rerun'; readonly step: number; readonly onward: boolean}
	/** Looks at another of the failures, by its index in `failures`. */
	| {readonly type: 'select-failure'; readonly index: number}
	/** Loads the build again: the Dockerfile or the context may have changed, or the engine is back. */
	| {readonly type: 'reload'}
	| {
			readonly type: 'reloaded';
			readonly program: Program;

			/** The new program's steps that read files of the context that changed since. */
			readonly changedInputs: readonly number[];
	  }
	| {readonly type: 'reload-failed'; readonly error: Error}
	/** It is known why a step that ran wasn't cached. */
	| {
			readonly type: 'explained';
			readonly step: number;
			readonly reasons: readonly string[];
	  }
	| {readonly type: 'warning'; readonly warning: BuildWarning}
	| {readonly type: 'started'; readonly step: number; readonly at: number}
	| {readonly type: 'cached'; readonly step: number}
	| {readonly type: 'done'; readonly step: number; readonly seconds: number}
	| {readonly type: 'reached'}
	| {
			readonly type: 'failed';
			readonly failure: Failure;
			readonly others?: readonly Failure[];

			/** What is known of them already. */
			readonly explanations?: Explanations;
	  }
	/** Runs a failed step again, away from the build, to see which part of its command fails. */
	| {readonly type: 'retrace'; readonly step: number; readonly at: number}
	| {
			readonly type: 'retraced';
			readonly step: number;
			readonly retrace: Retrace;
	  }
	/** It is known why a step failed. */
	| {
			readonly type: 'failure-explained';
			readonly step: number;
			readonly explanation: Explanation;
	  }
	| {readonly type: 'canceled'}
	| {
			readonly type: 'finished';
			readonly result: BuildResult;
			readonly sizes?: Sizes;
	  }
	/** It is known how large the stages are. */
	| {readonly type: 'sized'; readonly sizes: SizeSummary | null}
	| {readonly type: 'broken'; readonly error: Error}
	/** The engine hasn't answered for 10 seconds, or answers again. */
	| {readonly type: 'silence'; readonly isSilent: boolean};

/** What the store is to do after a transition. */
export type Effect =
	/** Run until each of the steps is done. */
	| {
			readonly type: 'run';
			readonly steps: readonly number[];

			/** Those of them that run whatever the cache holds. */
			readonly withoutCache: readonly number[];
	  }
	| {readonly type: 'cancel'}
	| {readonly type: 'finish'}
	| {readonly type: 'retrace'; readonly step: number}
	| {readonly type: 'stop-retrace'}
	/** Load the build again. */
	| {readonly type: 'load'}
	| {readonly type: 'stop-loading'};
