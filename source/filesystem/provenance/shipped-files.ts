import type {BytePath} from '../../text/byte-path.js';
import type {Destination} from '../compare/change.js';
import type {CopyMapping, Origin} from './copy-mapping.js';
import type {Earlier, LayerAccount, StoredFile} from './layers.js';

/** What following files back from the target takes to know of a build. */
export type ShippingBuild = {
	/** The index of the stage that the build is for. */
	readonly target: number;

	/** By stage: what the layers of its image hold. Of a stage that isn't done there is none. */
	readonly accounts: ReadonlyMap<number, LayerAccount>;

	/** By stage: the FROM that names what it starts from, through other stages if need be. */
	readonly bottoms: ReadonlyMap<number, number>;

	/** The steps whose layers the target has. */
	readonly lineage: readonly number[];

	/** By step: of copies from stages. */
	readonly mappings: ReadonlyMap<number, CopyMapping>;

	/** @returns Whether the base of a stage has something of that name. */
	isInBase(stage: number, path: BytePath): Promise<boolean>;

	/**
	@param step - One that isn't a copy.
	@returns By what was asked for: which of the names before the step had the contents first, and has them no more, if any had.
	*/
	firstSame(
		step: number,
		questions: readonly SamenessQuestion[],
	): Promise<ReadonlyMap<BytePath, BytePath>>;
};

/** Which of some names had the contents of a file before the step that wrote it. */
export type SamenessQuestion = {
	readonly path: BytePath;

	/** The size of the file and of all that it may have been. */
	readonly bytes: number;
	readonly earlier: ReadonlyArray<Pick<Earlier, 'path' | 'isThere'>>;
};

/** A name of a file of a stage, with the name that it has in the target. */
type Spot = {
	readonly stage: number;
	readonly path: BytePath;

	/** `null` when it is the base image's. */
	readonly file: StoredFile | null;
	readonly final: BytePath;

	/** The copy that took it to the target; `null` in the target itself. */
	readonly copy: Omit<Destination, 'path'> | null;
};

/** A file that a step wrote again with nothing that shows changed. */
type Rewritten = {
	readonly stage: number;
	readonly file: StoredFile;
	readonly earlier: Earlier;
};

/** Which files of a build's stages the target has, by the steps that wrote them. */
export class ShippedFiles {
	/**
	Follows all that is to be seen in the target back through the copies that brought it, from stage to stage, and through
	what only changed its mode or owner, or moved it.

	@throws What looking into the build throws.
	*/
	static async trace(build: ShippingBuild): Promise<ShippedFiles> {
		const shipped = new ShippedFiles(build);
		const {target, accounts} = build;
		let spots: Spot[] = [];
		for (const [path, file] of accounts.get(target)?.visible ?? []) {
			if (build.mappings.has(file.step) || file.earlier.has(path)) {
				spots.push({stage: target, path, file, final: path, copy: null});
			}
		}

		while (spots.length > 0) {
			/* eslint-disable no-await-in-loop -- all that is as far away is asked of at once */
			const kept = await shipped.#kept(spots);
			const before: Spot[] = [];
			for (const spot of spots) {
				const next = await shipped.#before(spot, kept);
				if (next && shipped.#note(next)) {
					before.push(next);
				}
			}

			/* eslint-enable no-await-in-loop */
			spots = before;
		}

		await shipped.#shareUnchanged();
		return shipped;
	}

	readonly #destinations = new Map<string, Destination[]>();
	readonly #build: ShippingBuild;

	private constructor(build: ShippingBuild) {
		this.#build = build;
	}

	/** @returns Whether the target has what a step gave a name. */
	has(step: number, path: BytePath): boolean {
		return this.#destinations.has(keyOf(step, path));
	}

	/** @returns Whether the target has the file of a stage's base image. */
	hasOfBase(stage: number, path: BytePath): boolean {
		return this.#destinations.has(this.#baseKey(stage, path));
	}

	/** @returns Where the target has the file that is at a path at the end of a stage, its own name's first; empty for a directory. */
	destinationsOf(stage: number, path: BytePath): readonly Destination[] {
		const visible = this.#build.accounts.get(stage)?.visible;
		const file = visible?.get(path);
		const others = file?.names.filter(
			name => name !== path && visible?.get(name) === file,
		);
		const keys = file
			? [path, ...others!].map(name => keyOf(file.step, name))
			: [this.#baseKey(stage, path)];
		return keys.flatMap(key => this.#destinations.get(key) ?? []);
	}

	/**
	@param stages - A stage, what it starts from and what starts from it.
	@returns Where copies of the target may have put a directory of the stage, with what is in it.
	*/
	destinationsOfDirectory(
		stages: ReadonlySet<number>,
		path: BytePath,
	): readonly Destination[] {
		return this.#build.lineage.flatMap(step => {
			const mapping = this.#build.mappings.get(step);
			const sources = new Map(
				mapping?.placements.flatMap(({from}) =>
					from.kind === 'stage' && stages.has(from.stage)
						? [[from.stage, from]]
						: [],
				),
			);
			return [...sources].flatMap(([from, source]) =>
				mapping!
					.destinationsOf(source, path)
					.map(destination => ({path: destination, step, from})),
			);
		});
	}

	/** @returns Whether it is new that the file gets there. */
	#note({stage, path, file, final, copy}: Spot): boolean {
		if (copy === null) {
			return true;
		}

		const key = this.#keyOf({stage, path, file});
		const known = this.#destinations.get(key) ?? [];
		if (known.some(one => one.path === final)) {
			return false;
		}

		this.#destinations.set(key, [...known, {path: final, ...copy}]);
		return true;
	}

	/** What a step wrote again as it was is the same file as before to whoever looks: the target has it too. */
	async #shareUnchanged(): Promise<void> {
		const rewritten = new Map<number, Map<BytePath, Rewritten>>();
		for (const [stage, {visible}] of this.#build.accounts) {
			for (const [path, file] of visible) {
				const earlier = unchangedOf(file, path);
				// One that got another name is told by what became of that.
				if (earlier && file.names.every(name => unchangedOf(file, name))) {
					const ofStep =
						rewritten.get(file.step) ?? new Map<BytePath, Rewritten>();
					rewritten.set(file.step, ofStep.set(path, {stage, file, earlier}));
				}
			}
		}

		for (const [step, files] of [...rewritten].toSorted(([a], [b]) => a - b)) {
			const shipped = [...files].flatMap(([path, {stage, file, earlier}]) => {
				const known = this.#destinations.get(
					this.#keyOf({stage, path, file: earlier.file}),
				);
				return known && !this.has(step, path)
					? [{path, bytes: file.bytes, earlier: [earlier], known}]
					: [];
			});
			// eslint-disable-next-line no-await-in-loop -- what a step wrote again may have been written again before
			const same = await this.#build.firstSame(step, shipped);
			for (const {path, known} of shipped) {
				if (same.has(path)) {
					this.#destinations.set(keyOf(step, path), known);
				}
			}
		}
	}

	/** Of what RUNs wrote: what had the contents before. */
	async #kept(
		spots: readonly Spot[],
	): Promise<ReadonlyMap<StoredFile, ReadonlyMap<BytePath, Earlier>>> {
		const asked = new Map<number, Map<BytePath, StoredFile>>();
		for (const {path, file} of spots) {
			if (file?.earlier.has(path)) {
				const ofStep = asked.get(file.step) ?? new Map<BytePath, StoredFile>();
				asked.set(file.step, ofStep.set(path, file));
			}
		}

		const kept = new Map<StoredFile, Map<BytePath, Earlier>>();
		for (const [step, files] of asked) {
			// eslint-disable-next-line no-await-in-loop -- a transfer each
			const same = await this.#build.firstSame(
				step,
				[...files].map(([path, {bytes, earlier}]) => ({
					path,
					bytes,
					earlier: earlier.get(path)!,
				})),
			);
			for (const [path, file] of files) {
				const found = file.earlier
					.get(path)!
					.find(one => one.path === same.get(path));
				if (found) {
					kept.set(
						file,
						(kept.get(file) ?? new Map<BytePath, Earlier>()).set(path, found),
					);
				}
			}
		}

		return kept;
	}

	/** Where the contents were before they got there; `null` when they were written there. */
	async #before(
		{stage, path, file, final, copy}: Spot,
		kept: ReadonlyMap<StoredFile, ReadonlyMap<BytePath, Earlier>>,
	): Promise<Spot | null> {
		if (file === null) {
			return null;
		}

		const mapping = this.#build.mappings.get(file.step);
		if (mapping) {
			const origin = await this.#originOf(mapping, path);
			if (origin?.from.kind !== 'stage') {
				return null;
			}

			const from = origin.from.stage;
			return {
				stage: from,
				path: origin.path,
				file: this.#build.accounts.get(from)?.visible.get(origin.path) ?? null,
				final,
				copy: copy ?? {step: file.step, from},
			};
		}

		const earlier = kept.get(file)?.get(path);
		return earlier ? {stage, ...earlier, final, copy} : null;
	}

	/** The last source that has it: what came later in the copy overwrote what came before. */
	async #originOf(
		mapping: CopyMapping,
		path: BytePath,
	): Promise<{
		readonly from: Origin['placement']['from'];
		readonly path: BytePath;
	} | null> {
		const origins = mapping.originsOf(path);
		for (const {placement, path: source} of origins) {
			const {from} = placement;
			if (
				origins.length === 1 ||
				from.kind !== 'stage' ||
				// eslint-disable-next-line no-await-in-loop -- the first that is found ends the search
				(await this.#isThere(from.stage, source))
			) {
				return {from, path: source};
			}
		}

		return null;
	}

	async #isThere(stage: number, path: BytePath): Promise<boolean> {
		const {accounts, isInBase} = this.#build;
		const account = accounts.get(stage);
		if (!account || account.visible.has(path)) {
			return account !== undefined;
		}

		return account.firstTouch.has(path) ? false : isInBase(stage, path);
	}

	#keyOf({stage, path, file}: Pick<Spot, 'stage' | 'path' | 'file'>): string {
		return file ? keyOf(file.step, path) : this.#baseKey(stage, path);
	}

	#baseKey(stage: number, path: BytePath): string {
		return keyOf(this.#build.bottoms.get(stage) ?? -1, path);
	}
}

/** What it was before, if nothing that shows tells the two apart. */
function unchangedOf(file: StoredFile, path: BytePath): Earlier | undefined {
	return file.earlier.get(path)?.find(({looksSame}) => looksSame);
}

/** FROM writes no layer: its number stands for what a stage starts from. */
function keyOf(step: number, path: BytePath): string {
	return `${step}:${path}`;
}
