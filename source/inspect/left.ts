import type {Point, Program} from '../engine/port.js';
import {findStage} from '../dockerfile/stage-graph.js';
import {UsageError} from '../errors.js';
import {
	type Duplicates,
	collectSameSize,
	duplicatesOf,
} from '../filesystem/compare/duplicates.js';
import type {Entry} from '../filesystem/tree/entry.js';
import {
	type StageFiles,
	leftBehind,
	leftIn,
	lineageOf,
	shippedBy,
	sourceStages,
} from '../filesystem/provenance/left-behind.js';
import {
	type Hidden,
	hiddenBy,
	layerSteps,
} from '../filesystem/provenance/lower-layers.js';
import type {Listing} from '../filesystem/tree/merge.js';
import type {BuildGraph} from '../filesystem/provenance/provenance.js';
import {stageLabel} from '../debugger/points/point.js';
import type {BuildFiles} from '../debugger/points/build-files.js';
import type {ContentHashes} from './content-hashes.js';
import {buildGraph} from './build-graph.js';

/** What of one stage stayed there. */
export type StageLeft = StageFiles & {
	/** Its name, or its number. */
	readonly label: string;
};

/** What a final image carries that looks left in by mistake. */
export type FinalLeft = Awaited<ReturnType<typeof leftIn>> & {
	readonly duplicates: readonly Duplicates[];

	/** By their bytes, the most first. */
	readonly hidden: readonly Hidden[];
};

/** What the stages of a build leave behind. */
export type Left = {
	readonly stages: readonly StageLeft[];
	readonly final: FinalLeft;
};

/**
@param build - One that is done.
@param name - Only this stage; nothing for all that the target only takes files from.
@returns What of each stage didn't get into the final image, and what looks left in there by mistake.
@throws {UsageError} There is no such stage, or it is part of the final image.
@throws {EngineError} The engine was lost.
*/
export async function findLeft(
	build: BuildFiles,
	name: string | undefined,
	hashes: ContentHashes,
	signal: AbortSignal,
): Promise<Left> {
	const left = new LeftBehind(build, signal);
	const stages: StageLeft[] = [];
	for (const stage of chosenStages(build.program, left.stages, name)) {
		// eslint-disable-next-line no-await-in-loop -- one stage's listing at a time is held
		stages.push(await left.ofStage(stage));
	}

	return {stages, final: await left.ofFinal(hashes)};
}

function chosenStages(
	program: Program,
	candidates: readonly number[],
	name: string | undefined,
): readonly number[] {
	if (name === undefined) {
		return candidates;
	}

	const stage = findStage(program.graph, name);
	if (stage === undefined || !candidates.includes(stage)) {
		throw new UsageError(
			`'${name}' is no stage that the target only takes files from: give one of ${candidates.map(index => stageLabel(program, index)).join(', ') || 'none'}.`,
		);
	}

	return [stage];
}

/** Tells of a build that is done what its stages leave behind. Each answer takes whole listings. */
export class LeftBehind {
	/** The indices of the stages that the target only takes files from. */
	readonly stages: readonly number[];

	readonly #build: BuildFiles;
	readonly #graph: BuildGraph;
	readonly #signal: AbortSignal;
	readonly #isShipped: ReturnType<typeof shippedBy>;

	constructor(build: BuildFiles, signal: AbortSignal) {
		const {program} = build;
		this.#build = build;
		this.#graph = buildGraph(build);
		this.#signal = signal;
		this.#isShipped = shippedBy(this.#graph, program.target);
		const used = program.stages.filter(
			({used: isUsed, index}) =>
				isUsed && !program.graph.stages[index]!.isReplaced,
		);
		this.stages = sourceStages(
			this.#graph,
			program.target,
			new Set(used.map(({index}) => index)),
		);
	}

	/** @throws {EngineError} The engine was lost. */
	async ofStage(stage: number): Promise<StageLeft> {
		const bottom = [...lineageOf(this.#graph, stage)].at(-1)!;
		const [from] = this.#graph.stages[bottom]!.steps;
		const [listing, base] = await Promise.all([
			this.#list({kind: 'stage', stage}),
			this.#list({kind: 'before', step: from!.id}),
		]);
		return this.#compared(stage, listing, base);
	}

	/**
	@returns The same as `ofStage`, in half the time: what came with the base image counts as made by the stage.
	@throws {EngineError} The engine was lost.
	*/
	async sizesOf(stage: number): Promise<StageLeft> {
		return this.#compared(stage, await this.#list({kind: 'stage', stage}), []);
	}

	/** @throws {EngineError} The engine was lost. */
	async ofFinal(hashes: ContentHashes): Promise<FinalLeft> {
		const files = await this.#build.snapshot({kind: 'final'});
		const same = collectSameSize(files.list(this.#signal));
		const found = await leftIn(same.listing);
		const candidates = same.candidates();
		const paths = candidates.map(({path}) => path);
		return {
			...found,
			duplicates: duplicatesOf(
				candidates,
				await hashes.of(files, paths, this.#signal),
			),
			hidden: await this.#hidden(),
		};
	}

	async #compared(
		stage: number,
		listing: Listing,
		base: Listing,
	): Promise<StageLeft> {
		return {
			label: stageLabel(this.#build.program, stage),
			...(await leftBehind(listing, base, path =>
				this.#isShipped(stage, path),
			)),
		};
	}

	async #hidden(): Promise<readonly Hidden[]> {
		const hidden: Hidden[] = [];
		const {target} = this.#build.program;
		for (const step of layerSteps(this.#graph, target)) {
			/* eslint-disable no-await-in-loop -- one pair of listings at a time is read */
			const before = await this.#list({kind: 'before', step});
			const after = await this.#list({kind: 'after', step});
			hidden.push(...(await hiddenBy(step, before, after)));
			/* eslint-enable no-await-in-loop */
		}

		return hidden.toSorted((a, b) => b.bytes - a.bytes);
	}

	async #list(point: Point): Promise<AsyncIterable<Entry>> {
		const files = await this.#build.snapshot(point);
		return files.list(this.#signal);
	}
}
