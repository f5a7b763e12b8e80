import type {Program} from '../../engine/port.js';
import {findStage} from '../../dockerfile/stage-graph.js';
import {UsageError} from '../../errors.js';
import type {Amount} from '../../filesystem/compare/change-tree.js';
import {
	type Files,
	filesOf,
	sourceStages,
} from '../../filesystem/provenance/left-behind.js';
import {
	accountOf,
	imageParts,
	madeParts,
} from '../../filesystem/provenance/layers.js';
import type {ShippedFiles} from '../../filesystem/provenance/shipped-files.js';
import type {
	BaseSizes,
	SizeSummary,
} from '../../filesystem/provenance/size-summary.js';
import {passing} from '../../filesystem/tree/merge.js';
import {stageLabel} from '../../debugger/points/point.js';
import type {BuildFiles} from '../../debugger/points/build-files.js';
import type {BytePath} from '../../text/byte-path.js';
import type {ContentHashes} from '../content-hashes.js';
import {buildGraph} from '../trace/build-graph.js';
import {type Base, baseOfStage, basesOf, isSameBase} from './bases.js';
import {type FinalLeft, FinalImageFiles} from './final-left.js';
import {Layers} from './layers.js';
import {findShipped} from './shipped.js';

/** What became of what one stage's own steps wrote. */
export type StageLeft = {
	/** The stage's name, or its number. */
	readonly label: string;

	/** All that its steps wrote: what was shipped, what stayed and what was deleted again add up to it. */
	readonly made: Amount;
	readonly shipped: Amount;
	readonly stayed: Files;
	readonly deleted: Amount;

	/** What copies brought from other stages: it counts there. */
	readonly brought: Amount;

	/** The image that it starts from, through other stages if need be; `null` when it starts from nothing. */
	readonly base: string | null;
};

/** What the stages of a build leave behind. */
export type Left = {
	readonly stages: readonly StageLeft[];
	readonly bases: readonly BaseSizes[];
	readonly final: FinalLeft;

	/** See `SizeSummary`. */
	readonly isExact: boolean;
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
	const chosen = chosenStages(build.program, left.stages, name);
	const [final, bases, ...stages] = await Promise.all([
		left.ofFinal(hashes),
		left.ofBases(chosen),
		...chosen.map(async stage => left.ofStage(stage)),
	]);
	return {stages, bases, final, isExact: left.isExact};
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
			`'${name}' isn't a stage that the target only takes files from: give one of ${candidates.map(index => stageLabel(program, index)).join(', ') || 'none'}.`,
		);
	}

	return [stage];
}

/** Tells of a build that is done what its stages leave behind, from what the layers of their steps hold. */
export class LeftBehind {
	/** The indices of the stages that the target only takes files from. */
	readonly stages: readonly number[];

	readonly #build: BuildFiles;
	readonly #isDone: (stage: number) => boolean;
	readonly #signal: AbortSignal;
	readonly #layers: Layers;
	#shipped: Promise<ShippedFiles> | undefined;
	readonly #finalFiles: FinalImageFiles;

	/** @param isDone - Whether a stage can be looked into without running it; all can in a build that is done. */
	constructor(
		build: BuildFiles,
		signal: AbortSignal,
		isDone: (stage: number) => boolean = () => true,
	) {
		const {program} = build;
		this.#build = build;
		this.#isDone = isDone;
		this.#signal = signal;
		this.#layers = new Layers(build, signal);
		this.#finalFiles = new FinalImageFiles(build, this.#layers, signal);
		const used = program.stages.filter(
			({used: isUsed, index}) =>
				isUsed && !program.graph.stages[index]!.isReplaced,
		);
		this.stages = sourceStages(
			buildGraph(build),
			program.target,
			new Set(used.map(({index}) => index)),
		);
	}

	/** Of all that was found so far: see `SizeSummary`. */
	get isExact(): boolean {
		return this.#layers.isExact;
	}

	/**
	@throws {EngineError} The engine was lost.
	@throws The signal's reason when it aborts.
	*/
	async ofStage(stage: number): Promise<StageLeft> {
		const {stayedFiles, ...parts} = madeParts(
			await this.#layers.ofStage(stage),
			await this.#isShipped(),
		);
		return {
			...parts,
			label: stageLabel(this.#build.program, stage),
			base: baseOfStage(this.#build.program, stage)?.name ?? null,
			stayed: filesOf(
				stayedFiles.map(({names, bytes}) => ({path: names[0]!, bytes})),
			),
		};
	}

	/**
	@param stages - Of those that the target only takes files from.
	@returns The images that they start from, each once.
	@throws {EngineError} The engine was lost.
	@throws The signal's reason when it aborts.
	*/
	async ofBases(stages: readonly number[]): Promise<readonly BaseSizes[]> {
		const {program} = this.#build;
		const ofFinal = baseOfStage(program, program.target);
		return Promise.all(
			basesOf(program, stages).map(
				async ({base, stages: standing}): Promise<BaseSizes> => {
					const isInFinal = ofFinal !== null && isSameBase(base, ofFinal);
					return {
						name: base.name,
						stages: standing.map(stage => stageLabel(program, stage)),
						isInFinal,
						...(await this.#sizeOfBase(base, isInFinal ? [] : standing)),
					};
				},
			),
		);
	}

	/**
	@throws {EngineError} The engine was lost.
	@throws The signal's reason when it aborts.
	*/
	async ofFinal(hashes: ContentHashes): Promise<FinalLeft> {
		return this.#finalFiles.lookThrough(hashes);
	}

	/**
	@returns The numbers alone.
	@throws {EngineError} The engine was lost.
	@throws The signal's reason when it aborts.
	*/
	async sizes(): Promise<SizeSummary> {
		const [{size, hidden}, bases, ...stages] = await Promise.all([
			this.#finalFiles.parts(),
			this.ofBases(this.stages),
			...this.stages.map(async stage => this.#sizesOf(stage)),
		]);
		return {stages, bases, final: {size, hidden}, isExact: this.isExact};
	}

	async #sizesOf(stage: number): Promise<SizeSummary['stages'][number]> {
		const {made, shipped, stayed, deleted} = madeParts(
			await this.#layers.ofStage(stage),
			await this.#isShipped(),
		);
		return {
			label: stageLabel(this.#build.program, stage),
			made: made.bytes,
			shipped: shipped.bytes,
			stayed: stayed.bytes,
			deleted: deleted.bytes,
		};
	}

	/** @param stages - Those whose copies may have shipped some of it. */
	async #sizeOfBase(
		base: Base,
		stages: readonly number[],
	): Promise<Pick<BaseSizes, 'size' | 'shipped'>> {
		const [ofEngine, accounts, files] = await Promise.all([
			base.reference === null ? null : this.#build.imageSize(base.reference),
			Promise.all(
				stages.map(async stage => ({
					stage,
					account: await this.#layers.ofImage(stage),
				})),
			),
			this.#build.snapshot({kind: 'before', step: base.step}),
		]);
		const shipped = await this.#findShipped();
		let shippedBytes = 0;
		const listing = passing(files.list(this.#signal), ({path, size: bytes}) => {
			if (
				bytes > 0 &&
				accounts.some(
					({stage, account}) =>
						!account.firstTouch.has(path) && shipped.hasOfBase(stage, path),
				)
			) {
				shippedBytes += bytes;
			}
		});
		const {size} = await imageParts(accountOf([]), listing, ofEngine);
		return {size, shipped: shippedBytes};
	}

	async #isShipped(): Promise<(step: number, path: BytePath) => boolean> {
		const shipped = await this.#findShipped();
		return (step, path) => shipped.has(step, path);
	}

	async #findShipped(): Promise<ShippedFiles> {
		this.#shipped ??= findShipped(
			this.#build,
			this.#layers,
			this.#signal,
			({index, used}) =>
				(used || index === this.#build.program.target) && this.#isDone(index),
		);
		return this.#shipped;
	}
}

/** @returns The short form of what was found. */
export function sizesOf({stages, bases, final, isExact}: Left): SizeSummary {
	return {
		stages: stages.map(({label, made, shipped, stayed, deleted}) => ({
			label,
			made: made.bytes,
			shipped: shipped.bytes,
			stayed: stayed.amount.bytes,
			deleted: deleted.bytes,
		})),
		bases,
		final: {size: final.parts.size, hidden: final.parts.hidden},
		isExact,
	};
}
