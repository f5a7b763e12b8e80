import {setTimeout} from 'node:timers/promises';
import {EngineError, UsageError, toError} from '../../errors.js';
import {untilAborted} from '../../until-aborted.js';
import type {Build, BuildEvent} from '../../engine/port.js';
import {outcomeOf} from '../machine/outcome.js';
import type {SizeSummary} from '../machine/sizes.js';
import type {BuilderTimes} from '../memory/builder-times.js';
import type {RunMemory} from '../memory/run-memory.js';
import type {Retrace} from '../machine/explanation.js';
import type {
	DebuggerEvent,
	DebuggerState,
	Effect,
	Explanations,
} from '../machine/state.js';
import type {DebuggerOptions} from './options.js';
import type {FailureExplainer} from './explainer.js';
import type {SessionShells} from './shells.js';

export type SessionBuildOptions = Pick<
	DebuggerOptions,
	'engine' | 'request' | 'findSizes' | 'retraceStep' | 'waits'
> & {
	readonly memory: RunMemory;
	readonly shells: SessionShells;
	readonly times: BuilderTimes;

	/** @returns The session's state as of now. */
	readonly state: () => DebuggerState;

	/** How long its end waits for the sizes of its stages, in milliseconds; later they are told by themselves. */
	readonly sizePatience: number;

	/** Finds out why steps failed; `null` where nobody does. */
	readonly explainer: FailureExplainer | null;

	/** What became of the build. */
	readonly dispatch: (event: DebuggerEvent) => void;

	/** What happens while steps run. */
	readonly take: (event: BuildEvent | ExplainedFailure) => void;
};

/** Failures with what is known of them. */
export type ExplainedFailure = Extract<BuildEvent, {type: 'failed'}> & {
	readonly explanations: Explanations;
};

/** How long after its loading a build may tell what was warned of then, in milliseconds: the report comes on a way of its own. */
const warningLag = 300;

/** The build of a session: loads it, also again, runs its steps and finishes it. What fails becomes an event. */
export class SessionBuild {
	readonly #options: SessionBuildOptions;
	readonly #loading = new AbortController();
	#current: Build | undefined;

	/** A build that broke off: what else it ends with has been told. */
	#broken: Build | undefined;
	#run: AbortController | undefined;
	#retracing: AbortController | undefined;
	#reloading: AbortController | undefined;
	#isEnded = false;
	#loadingToldOf: Promise<unknown> = Promise.resolve();

	constructor(options: SessionBuildOptions) {
		this.#options = options;
	}

	/** The one that the session has now; `undefined` until it is loaded. */
	get current(): Build | undefined {
		return this.#current;
	}

	get #isReload(): boolean {
		const {phase} = this.#options.state();
		return phase.kind === 'loading' && phase.from !== null;
	}

	/** Loads the build. The one before is kept until there is the new one, and as long as shells of it are open. */
	async load(): Promise<void> {
		const before = this.#current;
		const isReload = this.#isReload;
		const reloading = new AbortController();
		this.#reloading = reloading;
		try {
			const build = await untilAborted(
				this.#open(reloading.signal),
				reloading.signal,
			);
			const changedInputs = await this.#options.memory.adopt(build);
			if (this.#isEnded) {
				await build.close();
				return;
			}

			// Points are the old program's until the state has the new one.
			this.#current = build;
			void this.#watch(build);
			void this.#listen(build);
			this.#loadingToldOf = setTimeout(warningLag, undefined, {ref: false});
			this.#options.dispatch(
				this.#isReload
					? {type: 'reloaded', program: build.program, changedInputs}
					: {
							type: 'loaded',
							program: build.program,
							waits: this.#options.waits?.() ?? false,
						},
			);
			if (before) {
				await this.#options.shells.retire(before);
			}
		} catch (error) {
			this.#refuse(toError(error), isReload);
		}
	}

	/** Resolves when what the builder warns of while it loads has been told. */
	async loadingToldOf(): Promise<void> {
		await this.#loadingToldOf;
	}

	/** Begins what the transition asks for; what comes of it are events. */
	perform(effect: Effect): void {
		switch (effect.type) {
			case 'run': {
				this.#retracing?.abort();
				void this.#runSteps(effect.steps, effect.withoutCache);
				break;
			}

			case 'load': {
				this.#retracing?.abort();
				void this.load();
				break;
			}

			case 'cancel': {
				this.#run?.abort();
				break;
			}

			case 'stop-loading': {
				this.#reloading?.abort(this.#whyStopped());
				break;
			}

			case 'finish': {
				void this.#finish();
				break;
			}

			case 'retrace': {
				void this.#retrace(effect.step);
				break;
			}

			case 'stop-retrace': {
				this.#retracing?.abort();
				break;
			}
		}
	}

	/** Cancels what runs and loads: nothing is told any more. */
	end(): void {
		this.#isEnded = true;
		this.#loading.abort();
		this.#run?.abort();
	}

	/** Drops the build, after `end`. */
	async close(): Promise<void> {
		await this.#current?.close();
	}

	/** What is open too late is closed: nobody waits for it. */
	async #open(stopped: AbortSignal): Promise<Build> {
		const build = await this.#options.engine.openBuild(
			this.#options.request,
			AbortSignal.any([this.#loading.signal, stopped]),
		);
		if (stopped.aborted) {
			await build.close();
			stopped.throwIfAborted();
		}

		return build;
	}

	/** The session goes on with what it had, be it an engine that is lost. */
	#whyStopped(): Error {
		const outcome = outcomeOf(this.#options.state());
		return outcome.kind === 'broken'
			? outcome.error
			: new UsageError('Loading it again was stopped.');
	}

	/** What stands at a pause can't be looked into any more once the engine is lost; what is finished needs none. */
	async #watch(build: Build): Promise<void> {
		const error = await build.lost;
		if (
			error &&
			this.#current === build &&
			outcomeOf(this.#options.state()).kind !== 'finished'
		) {
			this.#break(build, error);
		}
	}

	/** What a build warns of that was loaded again is no matter any more. */
	async #listen(build: Build): Promise<void> {
		for await (const warning of build.warnings ?? []) {
			if (!this.#isEnded && this.#current === build) {
				this.#options.dispatch({type: 'warning', warning});
			}
		}
	}

	/**
	What a session can't begin with ends it; what only can't be loaded again doesn't, unless it is for the engine, which is
	lost then for what stands there, too. Whether the build there knows it by itself is only a matter of time.
	*/
	#refuse(error: Error, isReload: boolean): void {
		const hasBroken = isReload && !this.#isReload;
		if (this.#isEnded || hasBroken) {
			return;
		}

		const {kind} = outcomeOf(this.#options.state());
		if (
			error instanceof EngineError &&
			(kind === 'paused' || kind === 'failed')
		) {
			this.#break(this.#current!, error);
		} else {
			this.#options.dispatch({
				type: isReload ? 'reload-failed' : 'broken',
				error,
			});
		}
	}

	async #runSteps(
		steps: readonly number[],
		withoutCache: readonly number[],
	): Promise<void> {
		this.#run = new AbortController();
		const build = this.#current!;
		try {
			for await (const event of build.run(steps, this.#run.signal, {
				withoutCache,
			})) {
				await this.#take(build, event);
			}
		} catch (error) {
			this.#break(build, error);
		}
	}

	async #take(build: Build, event: BuildEvent): Promise<void> {
		const {explainer, take} = this.#options;
		if (event.type !== 'failed' || !explainer) {
			take(event);
			return;
		}

		const explanations = await explainer.explain(build, event);
		if (!this.#isEnded) {
			take({...event, explanations});
		}
	}

	/** How long it runs is its own affair, until it is told to stop, or the build goes on. */
	async #retrace(step: number): Promise<void> {
		const retracing = new AbortController();
		this.#retracing = retracing;
		const signal = AbortSignal.any([this.#loading.signal, retracing.signal]);
		const build = this.#current!;
		let retrace: Retrace;
		let loss: EngineError | undefined;
		try {
			retrace = await this.#options.retraceStep!(build, step, signal);
			retracing.signal.throwIfAborted();
		} catch (error_) {
			const error = toError(error_);
			loss =
				error instanceof EngineError && !retracing.signal.aborted
					? error
					: undefined;
			retrace = {kind: 'refused', reason: whyNotRetraced(error, retracing)};
		}

		if (!this.#isEnded) {
			this.#options.dispatch({type: 'retraced', step, retrace});
		}

		if (loss && this.#current === build) {
			this.#break(build, loss);
		}
	}

	async #finish(): Promise<void> {
		const build = this.#current!;
		try {
			const finding = this.#options.findSizes(build, this.#loading.signal);
			const result = await build.finish();
			const sizes = await Promise.race([
				finding,
				setTimeout(this.#options.sizePatience, 'counting' as const, {
					ref: false,
				}),
			]);
			this.#options.dispatch({type: 'finished', result, sizes});
			await this.#options.times.keep(this.#options.state());
			if (sizes === 'counting') {
				await this.#tellSizes(build, finding);
			}
		} catch (error) {
			this.#break(build, error);
		}
	}

	async #tellSizes(
		build: Build,
		finding: Promise<SizeSummary | null>,
	): Promise<void> {
		const sizes = await finding;
		if (!this.#isEnded && this.#current === build) {
			this.#options.dispatch({type: 'sized', sizes});
		}
	}

	/** An error after the end is the closing itself: nobody waits for its outcome any more. */
	#break(build: Build, error: unknown): void {
		if (!this.#isEnded && this.#broken !== build) {
			this.#broken = build;
			this.#options.dispatch({type: 'broken', error: toError(error)});
		}
	}
}

/** That the engine is lost is told as the end of the session. */
function whyNotRetraced(error: Error, retracing: AbortController): string {
	if (retracing.signal.aborted) {
		return 'Running it again was stopped.';
	}

	return error instanceof EngineError
		? 'The engine was lost before its end.'
		: error.message;
}
