import {runningRetrace} from '../debugger/machine/look-into-failure.js';
import type {StepState} from '../debugger/machine/state.js';
import type {DebuggerView} from '../debugger/session/news.js';
import type {DebuggerStore} from '../debugger/session/store.js';
import type {ViewStore} from './view-store.js';
import type {ViewState} from './view-state.js';

/** What one frame is drawn from. */
export type Frame = {
	readonly session: DebuggerView;
	readonly view: ViewState;

	/** Milliseconds since 1970. */
	readonly now: number;
};

/** The shortest time between frames that go on and on, in milliseconds. */
const shortest = 33;

/** How long something runs before that is drawn, in milliseconds: a step that is cached is done by then, and spares a frame. */
const grace = 25;

/** How often elapsed time is drawn while something runs, in milliseconds: as long as it shows tenths, and later. */
const fastClock = 250;
const slowClock = 1000;
const showsTenths = 10_000;

/**
Decides when a frame is drawn: at once after a change, but never so often that drawing takes more than a third of the
time, however fast a build prints and however large the terminal is. After a rest one more may follow at once, so that
two keys are answered at once. That something begins to run is drawn only if it still does after a moment.
*/
export class Frames {
	readonly #store: DebuggerStore;
	readonly #views: ViewStore;
	readonly #subscribers = new Set<() => void>();
	#frame: Frame;

	/** When drawing has had no more than its share of the time. */
	#restedAt = 0;
	#cost = 0;
	#timer: NodeJS.Timeout | undefined;

	/** When the timer draws. */
	#due = 0;

	/** When the session began to run what the frame doesn't show as running. */
	#begun: number | undefined;
	#clock: NodeJS.Timeout | undefined;
	#stop: (() => void) | undefined;

	constructor(store: DebuggerStore, views: ViewStore) {
		this.#store = store;
		this.#views = views;
		this.#frame = this.#next();
	}

	/** @returns The same object until it is time for another frame, as React's `useSyncExternalStore` wants it. */
	readonly getFrame = (): Frame => this.#frame;

	/**
	@param subscriber - Called when it is time for another frame.
	@returns Ends the subscription.
	*/
	readonly subscribe = (subscriber: () => void): (() => void) => {
		this.#subscribers.add(subscriber);
		return () => {
			this.#subscribers.delete(subscriber);
		};
	};

	/** Follows the session and the view. */
	start(): void {
		const stops = [
			this.#store.subscribe(this.#schedule),
			this.#views.subscribe(this.#schedule),
		];
		this.#stop = () => {
			for (const stop of stops) {
				stop();
			}
		};

		this.#frame = this.#next();
		this.#keepTime();
	}

	stop(): void {
		this.#stop?.();
		clearTimeout(this.#timer);
		clearTimeout(this.#clock);
		this.#timer = undefined;
		this.#clock = undefined;
	}

	/** @param milliseconds - How long drawing a part of a frame took. */
	drawn(milliseconds: number): void {
		const before = pauseAfter(this.#cost);
		this.#cost += milliseconds;
		this.#restedAt += pauseAfter(this.#cost) - before;
	}

	readonly #schedule = (): void => {
		const now = performance.now();
		this.#begun = this.#begins() ? (this.#begun ?? now) : undefined;
		const shownAt = this.#begun === undefined ? now : this.#begun + grace;
		const due = Math.max(shownAt, this.#restedAt - shortest);
		if (this.#timer && due >= this.#due) {
			return;
		}

		clearTimeout(this.#timer);
		this.#timer = undefined;
		if (due <= now) {
			this.#draw();
		} else {
			this.#due = due;
			this.#timer = setTimeout(() => {
				this.#timer = undefined;
				this.#draw();
			}, due - now);
		}
	};

	#begins(): boolean {
		return (
			this.#store.state.phase.kind === 'running' &&
			this.#frame.session.state.phase.kind !== 'running'
		);
	}

	#draw(): void {
		this.#begun = undefined;
		this.#frame = this.#next();
		this.#restedAt =
			Math.max(this.#restedAt, performance.now()) + pauseAfter(0);
		this.#cost = 0;
		for (const subscriber of this.#subscribers) {
			subscriber();
		}

		this.#keepTime();
	}

	#keepTime(): void {
		clearTimeout(this.#clock);
		const {state} = this.#frame.session;
		const retrace = runningRetrace(state);
		if (state.phase.kind === 'running' || retrace) {
			const age =
				Date.now() - (retrace?.[1].since ?? youngestStart(state.steps));
			this.#clock = setTimeout(
				this.#schedule,
				age < showsTenths ? fastClock : slowClock,
			);
		}
	}

	#next(): Frame {
		return {
			session: this.#store.getView(),
			view: this.#views.getView(),
			now: Date.now(),
		};
	}
}

/** @returns How long nothing is drawn after a frame, in the long run, in milliseconds. */
function pauseAfter(cost: number): number {
	return Math.max(shortest, cost * 2);
}

/** When what started last was started; of nothing that runs, long ago. */
function youngestStart(steps: readonly StepState[]): number {
	let youngest = 0;
	for (const step of steps) {
		if (step.kind === 'running') {
			youngest = Math.max(youngest, step.since);
		}
	}

	return youngest;
}
