import {MstageError, UsageError, toError} from '../errors.js';
import type {
	Build,
	BuildEvent,
	BuildRequest,
	Engine,
	Point,
	Program,
	Progress,
	Shell,
	ShellOptions,
	Snapshot,
	TouchedEntries,
} from '../engine/port.js';
import type {Variables} from '../dockerfile/variables.js';
import type {BuildFiles} from './files/build-graph.js';
import {EarlierListings} from './files/earlier-listings.js';
import {quickSummary} from './files/size-summary.js';
import {KeptShells} from './kept-shells.js';
import {StepLog} from './log.js';
import {outlineOf, pairSteps} from './outline.js';
import type {ProjectCache} from './project-cache.js';
import {formatPoint} from './point.js';
import {isPointReached, whyNotReached} from './reached.js';
import {Redactor} from './redactor.js';
import {RunMemory} from './run-memory.js';
import type {
	DebuggerEvent,
	DebuggerState,
	Effect,
	PausePolicy,
} from './state.js';
import {isReached} from './steps.js';
import {initialState, transition} from './transition.js';
import {variablesAfterStep} from './values.js';

/** What a screen draws from. A new object whenever something changed. */
export type DebuggerView = {
	readonly state: DebuggerState;

	/** Grows with every log output; the lines themselves are in `DebuggerStore.log`. */
	readonly logVersion: number;

	/** What moves besides the steps: transfers, pulls, the export. The newest last, finished ones left out. */
	readonly progress: readonly Progress[];
};

/** Everything that happens in a session, in order: for what has to tell each event, not only the latest state. */
export type SessionEvent =
	| DebuggerEvent
	| Extract<BuildEvent, {type: 'log'}>
	| Extract<BuildEvent, {type: 'progress'}>;

/** Hears each event after it took effect. */
export type SessionListener = (
	event: SessionEvent,
	state: DebuggerState,
	before: DebuggerState,
) => void;

export type DebuggerOptions = {
	readonly engine: Engine;
	readonly request: BuildRequest;
	readonly policy: PausePolicy;

	/** The texts of `--break`. */
	readonly breakpoints: readonly string[];

	/** What earlier sessions left, and where this one leaves what it knows; without it, nothing is kept. */
	readonly cache?: ProjectCache;
};

/**
A debug session: holds its state outside of React, runs the effects that the transition asks for, and tells what
happens. Whoever made it has to `close` it.
*/
export class DebuggerStore {
	readonly #options: DebuggerOptions;
	readonly #subscribers = new Set<() => void>();
	readonly #listeners = new Set<SessionListener>();
	readonly #logs = new Map<number, StepLog>();
	readonly #progress = new Map<string, Progress>();
	readonly #shells = new Set<Shell>();
	readonly #keptShells = new KeptShells();
	readonly #loading = new AbortController();
	readonly #redactor = new Redactor(() => this.#build?.secretValues() ?? []);
	readonly #memory: RunMemory;

	/** What points looked like in earlier sessions. */
	// eslint-disable-next-line @typescript-eslint/member-ordering -- it is made beside the memory
	readonly earlierListings: EarlierListings;

	/** Builds that were loaded anew while shells of theirs were open. */
	readonly #retired: Build[] = [];
	#view: DebuggerView;
	#state: DebuggerState;
	#logVersion = 0;
	#news: NodeJS.Immediate | undefined;
	#build: Build | undefined;
	#run: AbortController | undefined;
	#closed: Promise<void> | undefined;
	#writing = Promise.resolve();

	constructor(options: DebuggerOptions) {
		const {engine, request, policy, breakpoints, cache} = options;
		this.#options = options;
		this.#state = initialState({
			engine: engine.description,
			policy,
			breakpoints,
			kept: (cache?.breakpoints ?? []).map(kept => ({
				...kept,
				required: false,
			})),
			variableOptions: {
				buildArguments: request.buildArguments,
				target: request.target,
				buildPlatform: engine.description.platform,
				targetPlatform: request.platform,
			},
		});
		this.earlierListings = new EarlierListings(cache ?? null);
		this.#memory = new RunMemory({
			cache: cache ?? null,
			hide: text => this.#redactor.hide(text),
			argumentNames: (program, step) => this.#argumentNames(program, step),
		});
		this.#view = this.#makeView();
	}

	/** The state as of now; `getView` lags behind it until subscribers hear of it. */
	get state(): DebuggerState {
		return this.#state;
	}

	/** What looking at the files of all its points takes; `null` until a program is loaded. */
	get buildFiles(): BuildFiles | null {
		return this.#build ?? null;
	}

	/** @returns The same object until something changed, as React's `useSyncExternalStore` wants it. */
	readonly getView = (): DebuggerView => this.#view;

	/**
	@param subscriber - Called after something changed: once for all that changes in one turn of the event loop.
	@returns Ends the subscription.
	*/
	readonly subscribe = (subscriber: () => void): (() => void) => {
		this.#subscribers.add(subscriber);
		return () => {
			this.#subscribers.delete(subscriber);
		};
	};

	/**
	@param listener - Called for each event, at once.
	@returns Ends the subscription.
	*/
	onEvent(listener: SessionListener): () => void {
		this.#listeners.add(listener);
		return () => {
			this.#listeners.delete(listener);
		};
	}

	/**
	@param step - A step's id.
	@returns What it printed; an empty log when it printed nothing.
	*/
	log(step: number): StepLog {
		let log = this.#logs.get(step);
		if (!log) {
			log = new StepLog();
			this.#logs.set(step, log);
		}

		return log;
	}

	/** Loads the program. A failure becomes the phase `broken`. */
	async start(): Promise<void> {
		await this.#load();
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
			this.#moveLogs(before.program);
		}

		this.#tell(event, before);
		if (before.program && state.breakpoints !== before.breakpoints) {
			this.#keepBreakpoints();
		}

		for (const effect of effects) {
			this.#perform(effect);
		}
	}

	/**
	@param point - Where the shell opens.
	@param options - Without a command the last shell of the point is entered again, with its changes, unless `fresh` is set.
	@throws {UsageError} Nothing is there yet, or no shell.
	*/
	async openShell(
		point: Point,
		{fresh = false, ...options}: ShellOptions & {readonly fresh?: boolean},
	): Promise<Shell> {
		const snapshot = await this.snapshot(point);
		const [name, state] = this.#keyOf(point);
		if (fresh) {
			await this.#keptShells.drop(name);
		}

		const isForPeople =
			options.terminal !== null && options.command === undefined;
		const shell = await (isForPeople
			? this.#keptShells.open(name, state, snapshot, options)
			: snapshot.openShell(options));
		this.#shells.add(shell);
		return shell;
	}

	/** @returns Whether `openShell` would come back to a shell with its changes. */
	hasShell(point: Point): boolean {
		return (
			this.#build !== undefined && this.#keptShells.has(...this.#keyOf(point))
		);
	}

	/**
	@returns The filesystem at a point.
	@throws {UsageError} Nothing is there yet.
	*/
	async snapshot(point: Point): Promise<Snapshot> {
		return this.#buildAt(point).snapshot(point);
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

		const {variables, settings} = variablesAfterStep(
			program,
			step,
			variableOptions,
		);
		const hide = (text: string): string => this.#redactor.hide(text);
		return {
			variables: variables.map(variable => ({
				...variable,
				value: variable.value === null ? null : hide(variable.value),
			})),
			settings: settings.map(setting => ({
				...setting,
				value: hide(setting.value),
			})),
		};
	}

	/** Ends a shell that `openShell` gave. */
	async closeShell(shell: Shell): Promise<void> {
		await shell.close();
		this.#shells.delete(shell);
	}

	/** Cancels what runs, ends the shells and drops the build. Never fails; later calls wait for the first. */
	async close(): Promise<void> {
		this.#closed ??= this.#close();
		await this.#closed;
	}

	/** A failed state is that of one failure: after another, the same name means something else. */
	#keyOf(point: Point): readonly [name: string, state: unknown] {
		const {phase, program} = this.#state;
		const isOfFailure = point.kind === 'failed' || point.kind === 'source';
		return [
			formatPoint(point, program!),
			isOfFailure && phase.kind === 'failed' ? phase.failure : this.#build,
		];
	}

	/** @throws {UsageError} The point isn't there yet. */
	#buildAt(point: Point): Build {
		if (!this.#build) {
			throw new UsageError(
				'No program is loaded: there is nothing yet that could be opened.',
			);
		}

		if (!isPointReached(this.#state, point)) {
			throw new UsageError(whyNotReached(this.#state, point));
		}

		return this.#build;
	}

	async #close(): Promise<void> {
		this.#loading.abort();
		this.#run?.abort();
		clearImmediate(this.#news);
		await Promise.all([
			...[...this.#shells].map(async shell => shell.close()),
			this.#memory.close(),
			this.earlierListings.close(),
			this.#writing,
		]);
		await this.#keptShells.close();
		await Promise.all(
			[...this.#retired, this.#build].map(async build => build?.close()),
		);
	}

	#perform(effect: Effect): void {
		switch (effect.type) {
			case 'run': {
				void this.#runSteps(effect.steps, effect.withoutCache);
				break;
			}

			case 'load': {
				void this.#load();
				break;
			}

			case 'cancel': {
				this.#run?.abort();
				break;
			}

			case 'finish': {
				void this.#finish();
				break;
			}
		}
	}

	/** The build before is kept until there is the new one, and as long as shells of it are open. */
	async #load(): Promise<void> {
		const before = this.#build;
		try {
			const build = await this.#options.engine.openBuild(
				this.#options.request,
				this.#loading.signal,
			);
			const changedInputs = await this.#memory.adopt(build);
			if (this.#closed) {
				await build.close();
				return;
			}

			// Points are the old program's until the state has the new one.
			this.#build = build;
			this.#adopt(build.program, changedInputs);
			if (before && this.#shells.size > 0) {
				this.#retired.push(before);
			} else {
				await before?.close();
			}
		} catch (error) {
			this.#refuse(toError(error));
		}
	}

	#adopt(program: Program, changedInputs: readonly number[]): void {
		const {phase} = this.#state;
		this.dispatch(
			phase.kind === 'loading' && phase.from
				? {type: 'reloaded', program, changedInputs}
				: {type: 'loaded', program},
		);
	}

	/** What a session can't begin with ends it; what only can't be loaded again doesn't. */
	#refuse(error: Error): void {
		const {phase} = this.#state;
		if (this.#closed) {
			return;
		}

		this.dispatch(
			phase.kind === 'loading' && phase.from
				? {type: 'reload-failed', error}
				: {type: 'broken', error},
		);
	}

	/** A log stays with its instruction as long as that stays done. */
	#moveLogs(before: Program): void {
		const {program, steps} = this.#state;
		const {newOf} = pairSteps(outlineOf(before), outlineOf(program!));
		const moved = [...this.#logs].flatMap(([old, log]) => {
			const step = newOf.get(old);
			return step !== undefined && isReached(steps[step]!)
				? [[step, log] as const]
				: [];
		});
		this.#logs.clear();
		for (const [step, log] of moved) {
			this.#logs.set(step, log);
		}
	}

	/** Those of the command line are for this session; so are those that hold a secret. */
	#keepBreakpoints(): void {
		const {cache, breakpoints: given} = this.#options;
		const kept = this.#state.breakpoints
			.filter(
				({text}) => !given.includes(text) && this.#redactor.hide(text) === text,
			)
			.map(({text, enabled}) => ({text, enabled}));
		this.#writing = this.#writing.then(async () =>
			cache?.writeBreakpoints(kept),
		);
	}

	#argumentNames(program: Program, step: number): ReadonlySet<string> {
		const {variables} = variablesAfterStep(
			program,
			step,
			this.#state.variableOptions,
		);
		return new Set(
			variables.filter(({kind}) => kind === 'argument').map(({name}) => name),
		);
	}

	async #runSteps(
		steps: readonly number[],
		withoutCache: readonly number[],
	): Promise<void> {
		this.#run = new AbortController();
		try {
			for await (const event of this.#build!.run(steps, this.#run.signal, {
				withoutCache,
			})) {
				this.#take(event);
			}
		} catch (error) {
			this.#break(error);
		}
	}

	#take(event: BuildEvent): void {
		switch (event.type) {
			case 'log': {
				this.#takeLog(
					event.step,
					this.#redactor.redact(event.step, event.data),
				);
				break;
			}

			case 'progress': {
				if (event.progress.finished) {
					this.#progress.delete(event.progress.id);
				} else {
					this.#progress.set(event.progress.id, event.progress);
				}

				this.#tell(event, this.#state);
				break;
			}

			case 'started': {
				this.#takeStart(event);
				break;
			}

			default: {
				for (const [step, data] of this.#redactor.flush()) {
					this.#takeLog(step, data);
				}

				this.dispatch(event);
				void this.#memory.remember(
					this.#state.steps.flatMap((step, id) =>
						isReached(step) ? [id] : [],
					),
				);
			}
		}
	}

	#takeLog(step: number, data: Uint8Array): void {
		if (data.length > 0) {
			this.log(step).append(data);
			this.#logVersion++;
			this.#tell({type: 'log', step, data}, this.#state);
		}
	}

	/** A step that runs again begins a new log. */
	#takeStart(event: Extract<BuildEvent, {type: 'started'}>): void {
		const {step} = event;
		const isNew = this.#state.steps[step]!.kind === 'pending';
		if (isNew) {
			this.#logs.delete(step);
		}

		const isForced =
			this.#options.request.noCache || this.#state.withoutCache.has(step);
		this.dispatch(event);
		if (isNew && !isForced) {
			void this.#explain(step);
		}
	}

	async #explain(step: number): Promise<void> {
		const {program} = this.#state;
		const reasons = await this.#memory.explain(step);
		if (
			reasons.length > 0 &&
			!this.#closed &&
			this.#state.program === program &&
			program!.steps[step]!.keyword !== 'FROM'
		) {
			this.dispatch({type: 'explained', step, reasons});
		}
	}

	async #finish(): Promise<void> {
		try {
			const build = this.#build!;
			// The filesystems are gone once the build is finished.
			const sizes = await quickSummary(build, this.#loading.signal);
			const result = await build.finish();
			this.dispatch({type: 'finished', result, sizes});
		} catch (error) {
			this.#break(error);
		}
	}

	/** An error after `close` is the closing itself: nobody waits for its outcome any more. */
	#break(error: unknown): void {
		if (!this.#closed) {
			this.dispatch({type: 'broken', error: toError(error)});
		}
	}

	#tell(event: SessionEvent, before: DebuggerState): void {
		for (const listener of this.#listeners) {
			listener(event, this.#state, before);
		}

		if (this.#closed || this.#subscribers.size === 0) {
			this.#view = this.#makeView();
			return;
		}

		this.#news ??= setImmediate(() => {
			this.#news = undefined;
			this.#view = this.#makeView();
			for (const subscriber of this.#subscribers) {
				subscriber();
			}
		});
	}

	#makeView(): DebuggerView {
		return {
			state: this.#state,
			logVersion: this.#logVersion,
			progress: [...this.#progress.values()],
		};
	}
}

/**
@returns What a process exits with when the session ends in this state.
*/
export function exitCodeOf(state: DebuggerState): number {
	switch (state.phase.kind) {
		case 'failed': {
			return 1;
		}

		case 'broken': {
			return state.phase.error instanceof MstageError
				? state.phase.error.exitCode
				: 1;
		}

		default: {
			return 0;
		}
	}
}
