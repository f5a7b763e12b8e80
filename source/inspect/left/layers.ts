import pLimit from 'p-limit';
import type {BuildFiles} from '../../debugger/points/build-files.js';
import type {BuildGraph} from '../../filesystem/provenance/provenance.js';
import {
	type LayerAccount,
	type StepLayer,
	accountOf,
} from '../../filesystem/provenance/layers.js';
import {layerOfListings} from '../../filesystem/provenance/layer-of-listings.js';
import {layerSteps, ownSteps} from '../../filesystem/provenance/left-behind.js';
import {passing} from '../../filesystem/tree/merge.js';
import {buildGraph} from '../trace/build-graph.js';

/** How many layers are looked into at once: each takes a container on the engine. */
const atOnce = 4;

/** What the layers of a build's steps hold; each is found once. */
export class Layers {
	readonly #build: BuildFiles;
	readonly #graph: BuildGraph;
	readonly #signal: AbortSignal;
	readonly #limit = pLimit(atOnce);
	readonly #known = new Map<number, Promise<StepLayer>>();
	#isExact = true;

	/** @param signal - Gives it up. */
	constructor(build: BuildFiles, signal: AbortSignal) {
		this.#build = build;
		this.#graph = buildGraph(build);
		this.#signal = signal;
	}

	/** Whether all that was found so far counts what was written again as it was. */
	get isExact(): boolean {
		return this.#isExact;
	}

	/**
	@returns What the layers of a stage's own steps hold.
	@throws {EngineError} The engine was lost.
	@throws The signal's reason when it aborts.
	*/
	async ofStage(stage: number): Promise<LayerAccount> {
		return this.#account(ownSteps(this.#graph, stage));
	}

	/**
	@returns What the layers of a stage's image hold on top of its base image.
	@throws {EngineError} The engine was lost.
	@throws The signal's reason when it aborts.
	*/
	async ofImage(stage: number): Promise<LayerAccount> {
		return this.#account(layerSteps(this.#graph, stage));
	}

	async #account(steps: readonly number[]): Promise<LayerAccount> {
		return accountOf(
			await Promise.all(steps.map(async step => this.#layer(step))),
		);
	}

	async #layer(step: number): Promise<StepLayer> {
		const known =
			this.#known.get(step) ??
			this.#limit(async () => {
				this.#signal.throwIfAborted();
				return this.#find(step);
			});
		this.#known.set(step, known);
		return known;
	}

	async #find(step: number): Promise<StepLayer> {
		const {names, bytes} = await this.#build.layer(step, this.#signal);
		if (names) {
			return this.#layerOf(step, names, 0);
		}

		const {linkBytes, ...found} = await this.#compare(step, bytes !== null);
		// A layer of a committed container counts its links too, each as long as its target is.
		const unseen =
			bytes === null ? 0 : Math.max(0, bytes - bytesOf(found) - linkBytes);
		return this.#layerOf(step, found, unseen);
	}

	#layerOf(
		step: number,
		{written, removed}: Pick<StepLayer, 'written' | 'removed'>,
		unseen: number,
	): StepLayer {
		const copy = this.#graph.stages
			.flatMap(({steps}) => steps)
			.find(({id}) => id === step)?.copy;
		return {
			step,
			// What a copy wrote is from elsewhere, even where it is the same.
			written: copy ? written.map(name => ({...name, earlier: []})) : written,
			removed,
			unseen,
			isBrought:
				copy?.operations.some(({from}) => from.kind === 'stage') === true,
		};
	}

	/** @param isSizeKnown - Whether what can't be seen this way is known to be there. */
	async #compare(
		step: number,
		isSizeKnown: boolean,
	): ReturnType<typeof layerOfListings> {
		const [before, after] = await Promise.all([
			this.#build.snapshot({kind: 'before', step}),
			this.#build.snapshot({kind: 'after', step}),
		]);
		return layerOfListings(
			passing(before.list(this.#signal), () => {
				// Only what was there can be written again as it was.
				this.#isExact &&= isSizeKnown;
			}),
			after.list(this.#signal),
		);
	}
}

function bytesOf({written}: Pick<StepLayer, 'written'>): number {
	const files = new Map(written.map(({file, bytes}) => [file, bytes]));
	return [...files.values()].reduce((sum, bytes) => sum + bytes, 0);
}
