import {shownPath} from '../../report/describe-link.js';
import {progressOf} from '../../inspect/trace/progress.js';
import {Tracer} from '../../inspect/trace/trace.js';
import {formatPoint} from '../../debugger/points/point.js';
import type {DebuggerStore} from '../../debugger/session/store.js';
import type {ViewStore} from '../view-store.js';
import type {FilePlace} from '../../inspect/place.js';
import {Task} from './task.js';
import {type WhereView, noWhere, whereItems} from './where-view.js';

/** Follows a file through the build for the pane of where it came from, outside of React. */
export class WhereController {
	readonly #store: DebuggerStore;
	readonly #views: ViewStore;
	readonly #task = new Task();

	constructor(store: DebuggerStore, views: ViewStore) {
		this.#store = store;
		this.#views = views;
	}

	/** Shows where a file came from, and where it went. */
	open(place: FilePlace): void {
		void this.#find(place);
	}

	/** @returns Whether there was something to cancel. */
	cancel(): boolean {
		return this.#task.cancel();
	}

	/** Selects another item. */
	move(by: number): void {
		const {items, cursor} = this.#view;
		const next = Math.max(0, Math.min(items.length - 1, cursor + by));
		this.#show({...this.#view, cursor: next});
	}

	async #find(place: FilePlace): Promise<void> {
		const {state, buildFiles} = this.#store;
		const program = state.program!;
		const name = `${formatPoint(place.point, program)}:${shownPath(place.path)}`;
		const shown: WhereView = {...noWhere, place, name};
		this.#show({...shown, status: {kind: 'loading'}});
		const end = await this.#task.run(async signal => {
			const finder = new Tracer(buildFiles!, progressOf(state));
			const found = await finder.trace(place);
			signal.throwIfAborted();
			const items = whereItems(program, name, found);
			this.#show({
				...shown,
				status: {kind: 'ready'},
				items,
				cursor: Math.min(1, items.length - 1),
			});
		});
		if (end.kind === 'failed' || end.kind === 'canceled') {
			const reason =
				end.kind === 'failed' ? end.reason : 'Canceled: / takes a path.';
			this.#show({...shown, status: {kind: 'failed', reason}});
		}
	}

	get #view(): WhereView {
		return this.#views.getView().whereFrom;
	}

	#show(whereFrom: WhereView): void {
		this.#views.dispatch({type: 'where-from', whereFrom});
	}
}
