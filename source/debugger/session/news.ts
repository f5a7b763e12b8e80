import type {BuildEvent, Progress} from '../../engine/port.js';
import type {DebuggerEvent, DebuggerState} from '../machine/state.js';

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

/** Tells of what happens in a session: each event at once, and to what draws, that something changed. */
export class SessionNews {
	readonly #makeView: () => DebuggerView;
	readonly #subscribers = new Set<() => void>();
	readonly #listeners = new Set<SessionListener>();
	#view: DebuggerView;
	#pending: NodeJS.Immediate | undefined;
	#isOver = false;

	/** @param makeView - Makes the view of what is now. */
	constructor(makeView: () => DebuggerView) {
		this.#makeView = makeView;
		this.#view = makeView();
	}

	/** The same object until something changed. */
	get view(): DebuggerView {
		return this.#view;
	}

	/**
	@param subscriber - Called after something changed: once for all that changes in one turn of the event loop.
	@returns Ends the subscription.
	*/
	subscribe(subscriber: () => void): () => void {
		this.#subscribers.add(subscriber);
		return () => {
			this.#subscribers.delete(subscriber);
		};
	}

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

	tell(event: SessionEvent, state: DebuggerState, before: DebuggerState): void {
		for (const listener of this.#listeners) {
			listener(event, state, before);
		}

		if (this.#isOver || this.#subscribers.size === 0) {
			this.#view = this.#makeView();
			return;
		}

		this.#pending ??= setImmediate(() => {
			this.#pending = undefined;
			this.#view = this.#makeView();
			for (const subscriber of this.#subscribers) {
				subscriber();
			}
		});
	}

	/** The session is over: nothing is drawn any more. */
	end(): void {
		this.#isOver = true;
		clearImmediate(this.#pending);
	}
}
