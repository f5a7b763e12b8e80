import {MstageError, UsageError, toError} from '../errors.js';
import type {
	Build,
	BuildEvent,
	BuildRequest,
	Engine,
	Point,
	Progress,
	Shell,
	ShellOptions,
} from '../engine/port.js';
import {StepLog} from './log.js';
import {isPointReached, whyNotReached} from './reached.js';
import type {
	DebuggerEvent,
	DebuggerState,
	Effect,
	PausePolicy,
} from './state.js';
import {initialState, transition} from './transition.js';

/** How long changes are gathered before subscribers hear of them, in milliseconds: one frame at 60 per second. */
const frame = 16;

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
	readonly #loading = new AbortController();
	#view: DebuggerView;
	#state: DebuggerState;
	#logVersion = 0;
	#timer: NodeJS.Timeout | undefined;
	#build: Build | undefined;
	#run: AbortController | undefined;
	#closed: Promise<void> | undefined;

	constructor(options: DebuggerOptions) {
		this.#options = options;
		this.#state = initialState({
			engine: options.engine.description,
			policy: options.policy,
			breakpoints: options.breakpoints,
		});
		this.#view = this.#makeView();
	}

	/** The state as of now; `getView` lags behind it by up to a frame. */
	get state(): DebuggerState {
		return this.#state;
	}

	/** @returns The same object until something changed, as React's `useSyncExternalStore` wants it. */
	readonly getView = (): DebuggerView => this.#view;

	/**
	@param subscriber - Called at most once per frame, after something changed.
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
		try {
			const build = await this.#options.engine.openBuild(
				this.#options.request,
				this.#loading.signal,
			);
			if (this.#closed) {
				await build.close();
				return;
			}

			this.#build = build;
			this.dispatch({type: 'loaded', program: build.program});
		} catch (error) {
			this.#break(error);
		}
	}

	/** Takes a command of the user. */
	dispatch(event: DebuggerEvent): void {
		const before = this.#state;
		const [state, effects] = transition(before, event);
		this.#state = state;
		this.#tell(event, before);

		for (const effect of effects) {
			this.#perform(effect);
		}
	}

	/**
	@param point - Where the shell opens.
	@throws {UsageError} Nothing is there yet, or no shell.
	*/
	async openShell(point: Point, options: ShellOptions): Promise<Shell> {
		if (!this.#build) {
			throw new UsageError(
				'No program is loaded: there is nothing yet that a shell could be opened in.',
			);
		}

		if (!isPointReached(this.#state, point)) {
			throw new UsageError(whyNotReached(this.#state, point));
		}

		const snapshot = await this.#build.snapshot(point);
		const shell = await snapshot.openShell(options);
		this.#shells.add(shell);
		return shell;
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

	async #close(): Promise<void> {
		this.#loading.abort();
		this.#run?.abort();
		clearTimeout(this.#timer);
		await Promise.all([...this.#shells].map(async shell => shell.close()));
		await this.#build?.close();
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

	/** The build before is kept until there is the new one. */
	async #load(): Promise<void> {
		const before = this.#build;
		try {
			const build = await this.#options.engine.openBuild(
				this.#options.request,
				this.#loading.signal,
			);
			if (this.#closed) {
				await build.close();
				return;
			}

			this.#build = build;
			this.dispatch({
				type: 'reloaded',
				program: build.program,
				changedInputs: [],
			});
			await before?.close();
		} catch (error) {
			if (!this.#closed) {
				this.dispatch({type: 'reload-failed', error: toError(error)});
			}
		}
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
				this.log(event.step).append(event.data);
				this.#logVersion++;
				this.#tell(event, this.#state);
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

			default: {
				this.dispatch(event);
			}
		}
	}

	async #finish(): Promise<void> {
		try {
			this.dispatch({type: 'finished', result: await this.#build!.finish()});
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

		this.#timer ??= setTimeout(() => {
			this.#timer = undefined;
			this.#view = this.#makeView();
			for (const subscriber of this.#subscribers) {
				subscriber();
			}
		}, frame);
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
