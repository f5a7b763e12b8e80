import {type ViewAction, type ViewState, reduceView} from './view-state.js';

/**
Holds what the screen shows, outside of React: it outlives lending the terminal. Changes within one turn of the event
loop reach the subscribers as one.
*/
export class ViewStore {
	readonly #subscribers = new Set<() => void>();
	#view: ViewState;
	#told = true;

	constructor(view: ViewState) {
		this.#view = view;
	}

	/** @returns The same object until something changed, as React's `useSyncExternalStore` wants it. */
	readonly getView = (): ViewState => this.#view;

	/**
	@param subscriber - Called after something changed.
	@returns Ends the subscription.
	*/
	readonly subscribe = (subscriber: () => void): (() => void) => {
		this.#subscribers.add(subscriber);
		return () => {
			this.#subscribers.delete(subscriber);
		};
	};

	dispatch(action: ViewAction): void {
		this.#view = reduceView(this.#view, action);
		if (this.#told) {
			this.#told = false;
			queueMicrotask(() => {
				this.#told = true;
				for (const subscriber of this.#subscribers) {
					subscriber();
				}
			});
		}
	}
}
