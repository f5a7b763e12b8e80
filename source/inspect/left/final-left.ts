import {Buffer} from 'node:buffer';
import type {Files} from '../../engine/port.js';
import type {BuildFiles} from '../../debugger/points/build-files.js';
import {
	type DuplicateCandidate,
	type Duplicates,
	SameSize,
	duplicatesOf,
} from '../../filesystem/compare/duplicates.js';
import {
	type Advice,
	type Writers,
	type WrittenFile,
	adviceOn,
} from '../../filesystem/provenance/advice.js';
import {categoryOf} from '../../filesystem/provenance/categories.js';
import {
	type HiddenFile,
	type ImageParts,
	type LayerAccount,
	type StoredFile,
	imageParts,
} from '../../filesystem/provenance/layers.js';
import {
	type Files as LeftFiles,
	filesOf,
	isUnneeded,
	lineageOf,
} from '../../filesystem/provenance/left-behind.js';
import {
	PackageFiles,
	isPackageDatabase,
	isUnreadDatabase,
} from '../../filesystem/packages/package-files.js';
import {comparePaths} from '../../filesystem/tree/entry.js';
import {type Listing, passing} from '../../filesystem/tree/merge.js';
import {type BytePath, rootPath} from '../../text/byte-path.js';
import {buildGraph, buildLookup} from '../trace/build-graph.js';
import {CopyMappings} from '../trace/copy-mappings.js';
import {isWithin} from '../../filesystem/tree/paths.js';
import {type ContentHashes, mostRead} from '../content-hashes.js';
import {baseOfStage} from './bases.js';
import type {Layers} from './layers.js';
import {type ExposedSecrets, findExposedSecrets} from './secrets.js';

/** What a final image costs, and what it carries that looks left in by mistake. */
export type FinalLeft = {
	readonly parts: ImageParts;

	/** What looks left in by mistake: neither the base image brought it nor a package of the distribution. */
	readonly found: LeftFiles;

	/** Where the image's own layers have a database of packages that can't be read: some of what was found may be theirs. */
	readonly unreadPackages: BytePath | null;

	/** The steps that wrote the found files, by path. */
	readonly writers: ReadonlyMap<BytePath, number>;
	readonly duplicates: readonly Duplicates[];

	/** What later steps took away, and is in a lower layer all the same; by their bytes, the most first. */
	readonly hidden: readonly HiddenFile[];

	/** By step: bytes of files that it wrote again as they were, of which the engine doesn't tell the names. */
	readonly unseen: ReadonlyArray<{
		readonly step: number;
		readonly bytes: number;
	}>;

	/** What would certainly make it smaller, the most first. */
	readonly advice: readonly Advice[];
	readonly secrets: ExposedSecrets;
};

/** A pass through the base image and the layers on top of it. */
type Pass = {
	readonly account: LayerAccount;
	readonly parts: ImageParts;
	readonly same: SameSize;

	/** Where packages say what they put there. */
	readonly databases: readonly BytePath[];
};

/** Looks through the final image of a build that is done, at what its own layers hold rather than at all that is in it. */
export class FinalImageFiles {
	readonly #build: BuildFiles;
	readonly #layers: Layers;
	readonly #signal: AbortSignal;

	/** @param signal - Gives it up. */
	constructor(build: BuildFiles, layers: Layers, signal: AbortSignal) {
		this.#build = build;
		this.#layers = layers;
		this.#signal = signal;
	}

	/**
	@returns What the image costs.
	@throws {EngineError} The engine was lost.
	@throws The signal's reason when it aborts.
	*/
	async parts(): Promise<ImageParts> {
		const {parts} = await this.#pass();
		return parts;
	}

	/**
	@throws {EngineError} The engine was lost.
	@throws The signal's reason when it aborts.
	*/
	async lookThrough(hashes: ContentHashes): Promise<FinalLeft> {
		const {account, parts, same, databases} = await this.#pass();
		const files = await this.#build.snapshot({kind: 'final'});
		const candidates = same.candidates();
		const suspects = [...new Set(account.visible.values())]
			.map(file => visibleName(account, file))
			.filter(({path}) => isUnneeded(categoryOf(path)));
		const packages = await this.#packageFiles(
			suspects.length === 0 ? [] : databases,
		);
		const found = suspects.filter(({path}) => !packages.has(path));
		return {
			parts,
			found: filesOf(found),
			unreadPackages:
				[...account.visible.keys()].find(path => isUnreadDatabase(path)) ??
				null,
			writers: new Map(found.map(({path, step}) => [path, step])),
			duplicates: duplicatesOf(
				candidates.toSorted((a, b) => comparePaths(a.path, b.path)),
				await this.#hashesOf(files, candidates, hashes),
			),
			hidden: parts.hiddenFiles.toSorted((a, b) => b.bytes - a.bytes),
			unseen: account.unseenBySteps,
			advice: adviceOn(found, {
				isCommand: step => this.#build.program.steps[step]!.keyword === 'RUN',
				laterTexts: step => this.#laterTexts(step),
				isTaken: await this.#takings(),
			}),
			secrets: await findExposedSecrets(this.#build, account, this.#signal),
		};
	}

	async #hashesOf(
		files: Files,
		candidates: readonly DuplicateCandidate[],
		hashes: ContentHashes,
	): Promise<ReadonlyMap<BytePath, string>> {
		const small = candidates.filter(({size}) => size <= mostRead);
		const found = new Map(
			await hashes.of(
				files,
				small.map(({path}) => path),
				this.#signal,
			),
		);
		for (const {path, size} of candidates) {
			if (size > mostRead) {
				// eslint-disable-next-line no-await-in-loop -- there are few
				found.set(path, await hashes.ofSamples(files, path, size));
			}
		}

		return found;
	}

	async #pass(): Promise<Pass> {
		const {program} = this.#build;
		const base = baseOfStage(program, program.target);
		const [account, baseSize] = await Promise.all([
			this.#layers.ofImage(program.target),
			base?.reference ? this.#build.imageSize(base.reference) : null,
		]);
		const same = new SameSize();
		const databases = [...account.visible.keys()].filter(path =>
			isPackageDatabase(path),
		);
		const parts = await imageParts(
			account,
			passing(await this.#listBase(), ({path, kind, size}) => {
				if (kind !== 'directory' && !account.firstTouch.has(path)) {
					same.add({path, size, isOfBase: true});
					if (isPackageDatabase(path)) {
						databases.push(path);
					}
				}
			}),
			baseSize,
		);
		for (const file of new Set(account.visible.values())) {
			const {path, bytes} = visibleName(account, file);
			same.add({path, size: bytes, isOfBase: false});
		}

		return {account, parts, same, databases};
	}

	async #listBase(): Promise<Listing> {
		const base = baseOfStage(this.#build.program, this.#build.program.target);
		if (base === null) {
			return [];
		}

		const files = await this.#build.snapshot({
			kind: 'before',
			step: base.step,
		});
		return files.list(this.#signal);
	}

	async #packageFiles(databases: readonly BytePath[]): Promise<PackageFiles> {
		const packages = new PackageFiles();
		if (databases.length > 0) {
			const files = await this.#build.snapshot({kind: 'final'});
			const paths = databases.toSorted(comparePaths);
			for await (const {path, chunks} of files.readFiles(paths, this.#signal)) {
				const parts: Uint8Array[] = [];
				for await (const chunk of chunks) {
					parts.push(chunk);
				}

				packages.add(path, Buffer.concat(parts));
			}
		}

		return packages;
	}

	/** Other stages may need what a step leaves: their copies are asked by the files that they took, of a mount nobody knows. */
	async #takings(): Promise<Writers['isTaken']> {
		const {program} = this.#build;
		const graph = buildGraph(this.#build);
		const mappings = new CopyMappings(buildLookup(this.#build));
		const needed = program.steps.filter(
			({stage}) => program.stages[stage]!.needed,
		);
		const copied = await Promise.all(
			needed.map(async ({id}) => {
				const copy = this.#build.copiesOf(id);
				const isOfStage = copy?.operations.some(
					({from}) => from.kind === 'stage',
				);
				const mapping = copy && isOfStage ? await mappings.of(copy) : null;
				return (mapping?.placements ?? []).flatMap(({from, root}) =>
					from.kind === 'stage' ? [{stage: from.stage, root}] : [],
				);
			}),
		);
		const mounted = needed
			.filter(({keyword}) => keyword === 'RUN')
			.flatMap(({reads}) => reads.map(stage => ({stage, root: rootPath})));
		const taken = [...copied.flat(), ...mounted];
		return (step, place) => {
			const {stage} = program.steps[step]!;
			return taken.some(
				({stage: from, root}) =>
					(isWithin(root, place) || isWithin(place, root)) &&
					lineageOf(graph, from).has(stage),
			);
		};
	}

	/** The instructions that run on what a step left: those behind it in its stage, and in the stages that start from that. */
	#laterTexts(step: number): readonly string[] {
		const {program} = this.#build;
		const graph = buildGraph(this.#build);
		const {stage} = program.steps[step]!;
		return program.steps
			.filter(
				other => other.id > step && lineageOf(graph, other.stage).has(stage),
			)
			.map(({text}) => text);
	}
}

/** The first of a file's names that is still there. */
function visibleName(
	{visible}: LayerAccount,
	file: StoredFile,
): WrittenFile & {readonly path: BytePath} {
	const {names, bytes, step} = file;
	const path = names.find(name => visible.get(name) === file)!;
	return {path, bytes, step, names};
}
