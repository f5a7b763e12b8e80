import type {
	Build,
	BuildEvent,
	Failure,
	Point,
	Shell,
	Snapshot,
	TouchedEntries,
} from '../../engine/port.js';
import type {Variables} from '../../dockerfile/variables/read.js';
import type {BuildFiles} from '../points/build-files.js';
import {EarlierListings} from '../memory/earlier-listings.js';
import {BuilderTimes} from '../memory/builder-times.js';
import {checkReached, exactPoint} from '../points/reached.js';
import {RunMemory} from '../memory/run-memory.js';
import type {DebuggerEvent, DebuggerState} from '../machine/state.js';
import {isReached} from '../machine/steps.js';
import {transition} from '../machine/transition.js';
import {
	argumentNames,
	variablesAfterStep,
	withValues,
} from '../machine/values.js';
import {hideInFailure} from './hide-in-failure.js';
import type {StepLog} from './log.js';
import {BreakpointKeeper} from './breakpoint-keeper.js';
import {Redactor} from './redactor.js';
import {type ExplainedFailure, SessionBuild} from './build.js';
import {
	type DebuggerOptions,
	explanationPatience,
	openingState,
	sizePatience,
} from './options.js';
import {endOf, FailureExplainer, type FailureFacts} from './explainer.js';
import {
	type DebuggerView,
	type SessionEvent,
	type SessionListener,
	SessionNews,
} from './news.js';
import {type Printed, SessionOutput} from './output.js';
import {type SessionShellOptions, SessionShells, shellKey} from './shells.js';
import {unseenFailureOf} from './unseen-failure.js';

/** What is asked for, or looked into, before it is known whether it is cached: that it starts tells nothing. */
const startsAnyway = new Set(['COPY', 'ADD']);

/**
A debug session: holds its state outside of React, runs the effects that the transition asks for, and tells what
happens. Whoever made it has to `close` it.
*/
export class DebuggerStore {
	/** What points looked like in earlier sessions. */
	readonly earlierListings: EarlierListings;

	/** How long instructions took under each builder. */
	readonly times: BuilderTimes;
	readonly #options: DebuggerOptions;
	readonly #shells = new SessionShells();
	readonly #redactor = new Redactor(
		() => this.#build.current?.secretValues() ?? [],
	);

	readonly #output = new SessionOutput(this.#redactor);
	readonly #memory: RunMemory;
	readonly #build: SessionBuild;
	readonly #news: SessionNews;
	readonly #breakpoints: BreakpointKeeper;
	#state: DebuggerState;

	/** Steps that started, of which only the end tells whether they were cached. */
	readonly #unexplained = new Set<number>();

	readonly #closing = new AbortController();
	#closed: Promise<void> | undefined;
	readonly #stopListening: (() => void) | undefined;

	constructor(options: DebuggerOptions) {
		const {breakpoints, cache, keepsBreakpoints = true} = options;
		this.#options = options;
		this.#state = openingState(options);
		this.times = new BuilderTimes(cache ?? null, text =>
			this.#redactor.forKeeping(text),
		);
		this.earlierListings = new EarlierListings(cache ?? null);
		this.#memory = new RunMemory({
			cache: cache ?? null,
			hide: text => this.#redactor.forKeeping(text),
			argumentNames: (program, step) =>
				argumentNames(program, step, this.#state.variableOptions),
		});
		this.#build = new SessionBuild({
			engine: options.engine,
			request: options.request,
			memory: this.#memory,
			shells: this.#shells,
			times: this.times,
			sizePatience: options.sizePatience ?? sizePatience,
			findSizes: options.findSizes,
			retraceStep: options.retraceStep,
			explainer: options.explainFailure
				? new FailureExplainer({
						explain: options.explainFailure,
						patience: options.explanationPatience ?? explanationPatience,
						closing: this.#closing.signal,
						factsOf: failure => this.#factsOf(failure),
						tell: (from, event) => {
							if (!this.#closed && from === this.#build.current) {
								this.dispatch(event);
							}
						},
					})
				: null,
			...(options.waits && {waits: options.waits}),
			state: () => this.#state,
			dispatch: event => {
				this.dispatch(event);
			},
			take: event => {
				this.#take(event);
			},
		});
		this.#breakpoints = new BreakpointKeeper({
			cache: keepsBreakpoints ? cache : undefined,
			given: breakpoints,
			isSecret: text => this.#redactor.forKeeping(text) !== text,
		});
		this.#news = new SessionNews(() => ({
			state: this.#state,
			logVersion: this.#output.version,
			progress: this.#output.progress,
		}));
		this.#stopListening = options.engine.liveness?.onChange(isSilent => {
			this.dispatch({type: 'silence', isSilent});
		});
	}

	/** The state as of now; `getView` lags behind it until subscribers hear of it. */
	get state(): DebuggerState {
		return this.#state;
	}

	/** What looking at the files of all its points takes; `null` until a program is loaded. */
	get buildFiles(): BuildFiles | null {
		return this.#build.current ?? null;
	}

	/** @returns The same object until something changed, as React's `useSyncExternalStore` wants it. */
	readonly getView = (): DebuggerView => this.#news.view;

	/**
	@param subscriber - Called after something changed: once for all that changes in one turn of the event loop.
	@returns Ends the subscription.
	*/
	readonly subscribe = (subscriber: () => void): (() => void) =>
		this.#news.subscribe(subscriber);

	/**
	@param listener - Called for each event, at once.
	@returns Ends the subscription.
	*/
	onEvent(listener: SessionListener): () => void {
		return this.#news.onEvent(listener);
	}

	/**
	@param step - A step's id.
	@returns What it printed; an empty log when it printed nothing.
	*/
	log(step: number): StepLog {
		return this.#output.log(step);
	}

	/** Loads the program. A failure becomes the phase `broken`. */
	async start(): Promise<void> {
		await this.#build.load();
	}

	/** Resolves when what the builder warns of while it loads has been told. */
	async loadingToldOf(): Promise<void> {
		await this.#build.loadingToldOf();
	}

	/** Loads the build again, as the event `reload` does. */
	reload(): void {
		this.dispatch({type: 'reload'});
	}

	/**
	Takes a command of the user.

	@throws {UsageError} A breakpoint that is to be set names nothing.
	*/
	dispatch(event: DebuggerEvent): void {
		const before = this.#state;
		const [state, effects] = transition(before, event);
		this.#state = state;
		if (event.type === 'reloaded' && before.program) {
			this.#output.adopt(before.program, state);
		}

		this.#tell(event, before);
		if (before.program && state.breakpoints !== before.breakpoints) {
			this.#breakpoints.keep(state.breakpoints);
		}

		for (const effect of effects) {
			this.#build.perform(effect);
		}
	}

	/**
	@param point - Where the shell opens.
	@param options - Without a command the last shell of the point is entered again, with its changes, unless `fresh` is set.
	@throws {UsageError} Nothing is there yet, or no shell.
	*/
	async openShell(point: Point, options: SessionShellOptions): Promise<Shell> {
		const snapshot = await this.snapshot(point);
		return this.#shells.open(
			shellKey(point, this.#state, this.#build.current),
			snapshot,
			options,
		);
	}

	/** @returns Whether `openShell` would come back to a shell with its changes. */
	hasShell(point: Point): boolean {
		return (
			this.#build.current !== undefined &&
			this.#shells.has(shellKey(point, this.#state, this.#build.current))
		);
	}

	/**
	@returns The filesystem at a point.
	@throws {UsageError} Nothing is there yet.
	*/
	async snapshot(point: Point): Promise<Snapshot> {
		return this.#buildAt(point).snapshot(exactPoint(point, this.#state));
	}

	/**
	@returns What may differ between two points, or `null` when only whole listings tell (see `Build.touched`).
	@throws {UsageError} One of them isn't there yet.
	*/
	async touched(
		from: Point,
		to: Point,
		signal?: AbortSignal,
	): Promise<TouchedEntries | null> {
		this.#buildAt(from);
		return this.#buildAt(to).touched(from, to, signal);
	}

	/**
	@param step - A step's id.
	@returns The variables and settings that hold after it, without secrets; `null` until the program is loaded.
	*/
	variablesAfter(step: number): Variables | null {
		const {program, variableOptions} = this.#state;
		if (!program) {
			return null;
		}

		return withValues(
			variablesAfterStep(program, step, variableOptions),
			value => this.#redactor.hide(value),
		);
	}

	/** Ends a shell that `openShell` gave. */
	async closeShell(shell: Shell): Promise<void> {
		await this.#shells.close(shell);
	}

	/** Cancels what runs, ends the shells and drops the build. Never fails; later calls wait for the first. */
	async close(): Promise<void> {
		this.#closed ??= this.#close();
		await this.#closed;
	}

	/** @throws {UsageError} The point isn't there yet. */
	#buildAt(point: Point): Build {
		checkReached(this.#state, point);
		return this.#build.current!;
	}

	async #close(): Promise<void> {
		this.#closing.abort();
		this.#stopListening?.();
		this.#build.end();
		this.#news.end();
		await Promise.all([
			this.#shells.closeAll(),
			this.#memory.close(),
			this.earlierListings.close(),
			this.#breakpoints.settled(),
		]);
		await this.#build.close();
	}

	#factsOf(failure: Failure): FailureFacts {
		this.#tellPrinted(this.#output.flush());
		return {
			failure: hideInFailure(failure, text => this.#redactor.hide(text)),
			output:
				failure.step === null ? '' : endOf(this.#output.log(failure.step)),
			platform: this.#state.engine.platform,
			builder: this.#state.engine.builder,
		};
	}

	#take(event: BuildEvent | ExplainedFailure): void {
		switch (event.type) {
			case 'log': {
				this.#tellPrinted(
					this.#output.print(event.step, event.stream ?? 1, event.data),
				);
				break;
			}

			case 'progress': {
				this.#output.move(event.progress);
				this.#tell(event, this.#state);
				break;
			}

			case 'started': {
				this.#takeStart(event);
				break;
			}

			default: {
				this.#tellPrinted(this.#output.flush());
				this.dispatch(
					event.type === 'failed' ? this.#withoutSecrets(event) : event,
				);
				if (event.type === 'done') {
					this.#lookForFailures(event.step);
				}

				if (event.type === 'done') {
					if (this.#unexplained.delete(event.step)) {
						void this.#explain(event.step);
					}

					void this.#memory.rememberRun(event.step);
				}

				if (event.type === 'failed') {
					void this.#memory.rememberFailures(
						[event.failure, ...event.others].flatMap(({step}) => step ?? []),
					);
				}

				void this.#memory.remember(
					this.#state.steps.flatMap((step, id) =>
						isReached(step) ? [id] : [],
					),
				);
			}
		}
	}

	#tellPrinted(printed: readonly Printed[]): void {
		for (const printing of printed) {
			this.#tell({type: 'log', ...printing}, this.#state);
		}
	}

	#withoutSecrets(
		event: Extract<BuildEvent, {type: 'failed'}> | ExplainedFailure,
	): Extract<BuildEvent, {type: 'failed'}> | ExplainedFailure {
		const hide = (failure: Failure): Failure =>
			hideInFailure(failure, text => this.#redactor.hide(text));
		return {
			...event,
			failure: hide(event.failure),
			others: event.others.map(failure => hide(failure)),
		};
	}

	/** Of a step that ended well. */
	#lookForFailures(step: number): void {
		const warning = unseenFailureOf(this.#state, step, this.#output.log(step));
		if (warning) {
			this.dispatch({type: 'warning', warning});
		}
	}

	/** A step that runs again begins a new log. */
	#takeStart(event: Extract<BuildEvent, {type: 'started'}>): void {
		const {step} = event;
		const isNew = this.#state.steps[step]!.kind === 'pending';
		if (isNew) {
			this.#output.restart(step);
		}

		const isForced =
			this.#options.request.noCache || this.#state.withoutCache.has(step);
		this.dispatch(event);
		if (isNew && !isForced) {
			if (startsAnyway.has(this.#state.program!.steps[step]!.keyword)) {
				this.#unexplained.add(step);
			} else {
				void this.#explain(step);
			}
		}
	}

	async #explain(step: number): Promise<void> {
		const program = this.#state.program!;
		const reasons = await this.#memory.explain(step);
		const isCurrent = !this.#closed && this.#state.program === program;
		if (reasons.length > 0 && isCurrent && program.steps[step]!.index > 0) {
			this.dispatch({type: 'explained', step, reasons});
		}
	}

	#tell(event: SessionEvent, before: DebuggerState): void {
		this.#news.tell(event, this.#state, before);
	}
}
