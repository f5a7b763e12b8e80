import {ContentHashes} from '../../inspect/content-hashes.js';
import {LeftBehind, sizesOf} from '../../inspect/left/left.js';
import {stageLabel} from '../../debugger/points/point.js';
import {isPointReached} from '../../debugger/points/reached.js';
import type {DebuggerStore} from '../../debugger/session/store.js';
import type {Program} from '../../engine/port.js';
import type {ViewStore} from '../view-store.js';
import {type LeftKnown, leftOutline} from './left-outline.js';
import type {LeftView} from './left-view.js';
import {type Outline, outlineOf} from './outline.js';
import {Task} from './task.js';

/** What was asked for: the answer holds as long as no other stage is done. */
type Asked = {
	readonly program: Program;
	readonly stages: readonly number[];
	readonly hasFinal: boolean;
	readonly missing: readonly string[];
};

/** Finds out what a build leaves behind, outside of React: stage by stage, each shown as soon as it is known. */
export class LeftController {
	readonly #store: DebuggerStore;
	readonly #views: ViewStore;
	readonly #hashes = new ContentHashes();
	readonly #task = new Task();
	#shown: Asked | null = null;

	constructor(store: DebuggerStore, views: ViewStore) {
		this.#store = store;
		this.#views = views;
	}

	/** Shows what the stages that are done leave behind; what is shown already stays as it is. */
	open(): void {
		const asked = this.#asked();
		const {status} = this.#view;
		const isShown =
			JSON.stringify([asked?.stages, asked?.hasFinal]) ===
				JSON.stringify([this.#shown?.stages, this.#shown?.hasFinal]) &&
			asked?.program === this.#shown?.program &&
			status.kind !== 'failed';
		if (asked && !isShown) {
			void this.#find(asked);
		}
	}

	/** @returns Whether there was something to cancel. */
	cancel(): boolean {
		return this.#task.cancel();
	}

	/** Changes how the outline is looked at. */
	change(change: (outline: Outline) => Outline): void {
		const {outline} = this.#view;
		if (outline) {
			this.#show({...this.#view, outline: change(outline)});
		}
	}

	async #find(asked: Asked): Promise<void> {
		const {program, stages, hasFinal, missing} = asked;
		this.#shown = asked;
		const before = this.#view.outline;
		this.#show({
			...this.#view,
			sizes: null,
			missing,
			status: {kind: 'loading', place: 'the stages'},
		});
		const end = await this.#task.run(async signal => {
			const left = new LeftBehind(this.#store.buildFiles!, signal, stage =>
				isPointReached(this.#store.state, {kind: 'stage', stage}),
			);
			let known: LeftKnown = {stages: new Map(), bases: [], final: null};
			const tell = (place: string | null): void => {
				signal.throwIfAborted();
				const outline = outlineOf(
					leftOutline(program, known),
					this.#view.outline ?? before,
				);
				this.#show({
					...this.#view,
					outline,
					status: place === null ? {kind: 'ready'} : {kind: 'loading', place},
				});
			};

			for (const stage of stages) {
				tell(stageLabel(program, stage));
				// eslint-disable-next-line no-await-in-loop -- one stage's listing at a time is held
				const found = await left.ofStage(stage);
				known = {...known, stages: new Map([...known.stages, [stage, found]])};
			}

			known = {...known, bases: await left.ofBases(stages)};
			if (hasFinal) {
				tell('the final image');
				known = {...known, final: await left.ofFinal(this.#hashes)};
			}

			tell(null);
			const {final} = known;
			if (final !== null) {
				const sizes = sizesOf({
					stages: [...known.stages.values()],
					bases: known.bases,
					final,
					isExact: left.isExact,
				});
				this.#show({...this.#view, sizes});
			}
		});
		if (end.kind === 'failed' || end.kind === 'canceled') {
			const reason =
				end.kind === 'failed' ? end.reason : 'Canceled: L looks again.';
			this.#show({...this.#view, status: {kind: 'failed', reason}});
		}
	}

	/** @returns What can be found out now; `null` before a program is loaded. */
	#asked(): Asked | null {
		const {state, buildFiles} = this.#store;
		const {program} = state;
		if (!program || !buildFiles) {
			return null;
		}

		const all = new LeftBehind(buildFiles, new AbortController().signal).stages;
		const isDone = (stage: number): boolean =>
			isPointReached(state, {kind: 'stage', stage});
		return {
			program,
			stages: all.filter(stage => isDone(stage)),
			hasFinal: isPointReached(state, {kind: 'final'}),
			missing: [...all, program.target]
				.filter(stage => !isDone(stage))
				.map(stage => stageLabel(program, stage)),
		};
	}

	get #view(): LeftView {
		return this.#views.getView().leftBehind;
	}

	#show(leftBehind: LeftView): void {
		this.#views.dispatch({type: 'left-behind', leftBehind});
	}
}
