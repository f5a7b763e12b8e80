import type {SizeSummary} from '../machine/sizes.js';
import type {BuildFiles} from '../points/build-files.js';
import type {BuildRequest, Engine} from '../../engine/port.js';
import type {ProjectCache} from '../memory/project-cache.js';
import type {PausePolicy} from '../machine/pause-policy.js';
import type {DebuggerState} from '../machine/state.js';
import {initialState} from '../machine/transition.js';
import type {ExplainFailure, RetraceStep} from './explainer.js';

export type DebuggerOptions = {
	readonly engine: Engine;
	readonly request: BuildRequest;
	readonly policy: PausePolicy;

	/** The texts of `--break`. */
	readonly breakpoints: readonly string[];

	/**
	Finds what the stages of a finished build weigh; `null` when there is nothing to say of it. Aborting the signal gives it up.
	*/
	readonly findSizes: (
		build: BuildFiles,
		closing: AbortSignal,
	) => Promise<SizeSummary | null>;

	/** Asked once it is loaded: whether the build waits at its start, because something is to be done before. */
	readonly waits?: () => boolean;

	/** Whether breakpoints are kept from one session to the next; default: they are. */
	readonly keepsBreakpoints?: boolean;

	/** Finds out why steps failed; without it, what the engine says of them is all that is told. */
	readonly explainFailure?: ExplainFailure;

	/** Runs a failed step again to see which part of its command fails. */
	readonly retraceStep?: RetraceStep;

	/** How long a failure waits to be told with its explanation, in milliseconds; later that follows by itself. */
	readonly explanationPatience?: number;

	/** What earlier sessions left, and where this one leaves what it knows; without it, nothing is kept. */
	readonly cache?: ProjectCache;

	/** How long the end of the build waits for the sizes of its stages, in milliseconds. */
	readonly sizePatience?: number;
};

/** For whoever is gone once the failure is told. */
export const explanationPatience = 15_000;

/** For whoever is gone once the build is finished. */
export const sizePatience = 3000;

/** @returns The state in which a session begins: nothing is loaded yet. */
export function openingState({
	engine,
	request,
	policy,
	breakpoints,
	cache,
	keepsBreakpoints = true,
}: DebuggerOptions): DebuggerState {
	return initialState({
		engine: engine.description,
		policy,
		breakpoints,
		kept: ((keepsBreakpoints && cache?.breakpoints) || []).map(kept => ({
			...kept,
			required: false,
		})),
		variableOptions: {
			buildArguments: request.buildArguments,
			target: request.target,
			buildPlatform: engine.description.platform,
			targetPlatform: request.platform,
			automaticArguments: engine.description.automaticArguments,
		},
	});
}
