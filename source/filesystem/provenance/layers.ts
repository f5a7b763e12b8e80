import type {BytePath} from '../../text/byte-path.js';
import type {Amount} from '../compare/change-tree.js';
import type {Entry} from '../tree/entry.js';
import type {Listing} from '../tree/merge.js';

/** A name of what a layer holds: a regular file, a link, a device; no directory. */
export type StoredName = {
	readonly path: BytePath;

	/** Of a regular file, as long as it is, holes too; 0 of all else. The same at all names of one file. */
	readonly bytes: number;

	/** The same for all names of one file in the layer. */
	readonly file: string;

	/**
	The names that may have had the same contents before the step, the likeliest first: its own where something else was
	changed, others where it was moved. The first that has them is the one; see `earlierNames`.
	*/
	readonly earlier: readonly BytePath[];

	/** Whether it had the name before the step too, and looks as it did then: same size, time, mode and owner. */
	readonly looksSame: boolean;
};

/** What the layer of a step holds. */
export type StepLayer = {
	readonly step: number;

	/** What the step made, changed, or wrote again as it was. */
	readonly written: readonly StoredName[];

	/** The names that were there before it and aren't any more, directories apart. */
	readonly removed: readonly BytePath[];

	/** What the layer has besides, in bytes: files that were written again as they were, of which nobody tells the names. */
	readonly unseen: number;

	/** Whether what it holds came from another stage: that counts there, where it was written. */
	readonly isBrought: boolean;
};

/** A file in a layer. */
export type StoredFile = {
	/** Of the layer. */
	readonly step: number;
	readonly bytes: number;
	readonly names: readonly BytePath[];

	/** What took its last name away; `null` while it has one. */
	readonly hiddenBy: Hiding | null;
	readonly isBrought: boolean;

	/** By name: of which names the contents may be, the likeliest first; of those that may be older than the layer. */
	readonly earlier: ReadonlyMap<BytePath, readonly Earlier[]>;
};

/** A name that was there before a layer. */
export type Earlier = {
	readonly path: BytePath;

	/** `null` when it is the base image's. */
	readonly file: StoredFile | null;

	/** Whether the layer has another file of that name and size: where that has the contents still, it was only touched. */
	readonly isThere: boolean;

	/** Whether it is its own name, and all that shows is as it was: with the same contents the step changed nothing. */
	readonly looksSame: boolean;
};

/** A step that takes a name from the file that had it. */
export type Hiding = {
	readonly step: number;
	readonly how: 'deleted' | 'changed';
};

/** What the layers of steps that follow one another hold, and what is to be seen of it at their end. */
export type LayerAccount = {
	readonly files: readonly StoredFile[];

	/** By name: what is there at the end, of what is in the layers. */
	readonly visible: ReadonlyMap<BytePath, StoredFile>;

	/** By name: the first step that wrote or removed it. */
	readonly firstTouch: ReadonlyMap<BytePath, Hiding>;

	/** See `StepLayer`; of the layers that have such. */
	readonly unseenBySteps: ReadonlyArray<
		Pick<StepLayer, 'step' | 'isBrought'> & {readonly bytes: number}
	>;
};

type Counted = {
	readonly step: number;
	readonly bytes: number;
	readonly isBrought: boolean;
	readonly names: BytePath[];
	readonly earlier: Map<BytePath, readonly Earlier[]>;
	left: number;
	hiddenBy: Hiding | null;
};

/**
Follows the names through layers, in the order of their steps.

@returns Each file of each layer once, however many names it has: the bytes of all are what the layers cost.
*/
export function accountOf(layers: readonly StepLayer[]): LayerAccount {
	const files: Counted[] = [];
	const visible = new Map<BytePath, Counted>();
	const firstTouch = new Map<BytePath, Hiding>();
	const hide = (path: BytePath, hiding: Hiding): void => {
		if (!firstTouch.has(path)) {
			firstTouch.set(path, hiding);
		}

		const file = visible.get(path);
		if (file) {
			visible.delete(path);
			file.left--;
			file.hiddenBy = file.left === 0 ? hiding : null;
		}
	};

	for (const {step, written, removed, isBrought} of layers) {
		const before = namesBefore(written, visible);
		for (const path of removed) {
			hide(path, {step, how: 'deleted'});
		}

		const ofLayer = new Map<string, Counted>();
		for (const {path, bytes, file: id} of written) {
			hide(path, {step, how: 'changed'});
			const file: Counted = ofLayer.get(id) ?? {
				step,
				bytes,
				isBrought,
				names: [],
				earlier: new Map(),
				left: 0,
				hiddenBy: null,
			};
			ofLayer.set(id, file);
			file.names.push(path);
			const earlier = before.get(path);
			if (earlier) {
				file.earlier.set(path, earlier);
			}

			file.left++;
			visible.set(path, file);
		}

		for (const file of ofLayer.values()) {
			files.push(file);
		}
	}

	return {
		files,
		visible,
		firstTouch,
		unseenBySteps: layers.flatMap(({step, unseen, isBrought}) =>
			unseen > 0 ? [{step, isBrought, bytes: unseen}] : [],
		),
	};
}

/** What the names of a layer may have been before it. */
function namesBefore(
	written: StepLayer['written'],
	visible: ReadonlyMap<BytePath, StoredFile>,
): ReadonlyMap<BytePath, readonly Earlier[]> {
	const names = new Map(written.map(name => [name.path, name]));
	return new Map(
		written.flatMap(
			({
				path,
				file,
				bytes,
				earlier,
				looksSame,
			}): Array<[BytePath, readonly Earlier[]]> =>
				earlier.length === 0
					? []
					: [
							[
								path,
								earlier.map(one => {
									const now = names.get(one);
									return {
										path: one,
										file: visible.get(one) ?? null,
										isThere: now?.bytes === bytes && now.file !== file,
										looksSame: looksSame && one === path,
									};
								}),
							],
						],
		),
	);
}

/** What became of what a stage's own steps wrote. */
export type MadeParts = {
	/** All of it, which the three parts add up to. */
	readonly made: Amount;

	/** What the target has of it. */
	readonly shipped: Amount;

	/** What is at the stage's end, and not in the target. */
	readonly stayed: Amount;

	/** What later steps of the stage deleted, or wrote anew. */
	readonly deleted: Amount;

	/** What copies brought from other stages, which is no part of what was made. */
	readonly brought: Amount;

	/** The files that stayed, by one of their names. */
	readonly stayedFiles: readonly StoredFile[];
};

/**
@param isShipped - Whether the target has what a step gave a name.
@returns What a stage's own steps wrote, in its parts.
*/
export function madeParts(
	{files, visible, unseenBySteps}: LayerAccount,
	isShipped: (step: number, path: BytePath) => boolean,
): MadeParts {
	const own = files.filter(({isBrought}) => !isBrought);
	const alive = own.filter(({hiddenBy}) => hiddenBy === null);
	const shipped = new Set(
		alive.filter(file =>
			file.names.some(
				path => visible.get(path) === file && isShipped(file.step, path),
			),
		),
	);
	const stayedFiles = alive.filter(file => !shipped.has(file));
	const deleted = amountOf(own.filter(({hiddenBy}) => hiddenBy !== null));
	const made = amountOf(own);
	const unseen = sumOf(unseenBySteps.filter(({isBrought}) => !isBrought));
	return {
		made: {...made, bytes: made.bytes + unseen},
		shipped: amountOf([...shipped]),
		stayed: amountOf(stayedFiles),
		deleted: {...deleted, bytes: deleted.bytes + unseen},
		brought: amountOf(files.filter(({isBrought}) => isBrought)),
		stayedFiles,
	};
}

/** What an image's layers cost, and how much of that there is to see. */
export type ImageParts = {
	/** What its layers hold, which the two parts add up to, in bytes. */
	readonly size: number;

	/** The files that are there. */
	readonly visible: Amount;

	/** What is in lower layers only, in bytes. */
	readonly hidden: number;

	/** Of what is hidden: what the base image's own layers hide of one another, in bytes. */
	readonly hiddenInBase: number;

	/** What steps deleted or wrote anew of the layers below them. */
	readonly hiddenFiles: readonly HiddenFile[];
};

/** A file that is only in a lower layer any more. */
export type HiddenFile = {
	/** Of several names the first. */
	readonly path: BytePath;
	readonly bytes: number;

	/** The step whose layer it is in; `null` of the base image. */
	readonly writtenBy: number | null;
	readonly hiddenBy: Hiding;
};

/**
@param base - The listing of the base image; empty when there is none.
@param baseSize - What the engine says that the base image's layers cost, in bytes; `null` when only its files are known.
@returns What the image costs that has the layers of an account on top of its base.
*/
export async function imageParts(
	{files, visible, firstTouch, unseenBySteps}: LayerAccount,
	base: Listing,
	baseSize: number | null,
): Promise<ImageParts> {
	const ofBase = new BaseFiles(firstTouch);
	for await (const entry of base) {
		ofBase.add(entry);
	}

	const hiddenFiles: readonly HiddenFile[] = [
		...ofBase.hidden(),
		...files.flatMap(({names, bytes, step, hiddenBy}) =>
			hiddenBy === null
				? []
				: [{path: names[0]!, bytes, writtenBy: step, hiddenBy}],
		),
	];
	const sumOfBase = ofBase.amount.bytes;
	const unseen = sumOf(unseenBySteps);
	const hiddenInBase = ofBase.hiddenBelow(baseSize);
	const size = sumOfBase + hiddenInBase + sumOf(files) + unseen;
	const hidden = hiddenInBase + unseen + sumOf(hiddenFiles);
	const ofBaseHidden = hiddenFiles.filter(({writtenBy}) => writtenBy === null);
	return {
		size,
		hidden,
		hiddenInBase,
		hiddenFiles,
		visible: {
			files:
				ofBase.amount.files -
				ofBaseHidden.length +
				new Set(visible.values()).size,
			bytes: size - hidden,
		},
	};
}

/** The files of a base image, those of several names once, and which of them the steps above hide. */
class BaseFiles {
	amount: Amount = {files: 0, bytes: 0};
	#ofLinks = 0;
	readonly #firstTouch: ReadonlyMap<BytePath, Hiding>;
	readonly #hidden = new Map<BytePath, HiddenFile>();

	constructor(firstTouch: ReadonlyMap<BytePath, Hiding>) {
		this.#firstTouch = firstTouch;
	}

	add({path, kind, size, hardLinkTo, linkTarget}: Entry): void {
		if (kind === 'directory') {
			return;
		}

		this.#ofLinks += linkTarget?.length ?? 0;
		const hiddenBy = this.#firstTouch.get(path);
		if (hardLinkTo === null) {
			const {files, bytes} = this.amount;
			this.amount = {files: files + 1, bytes: bytes + size};
			if (hiddenBy) {
				this.#hidden.set(path, {
					path,
					bytes: size,
					writtenBy: null,
					hiddenBy,
				});
			}
		} else if (!hiddenBy) {
			// It is still there under this name.
			this.#hidden.delete(hardLinkTo);
		}
	}

	/**
	Of layers that it got whole, the engine counts the symbolic links as well, each as long as its target is
	(moby/moby daemon/graphdriver/overlay2, `DiffSize`); of those that it made, it doesn't.

	@param size - Of the layers, as the engine counts.
	@returns What they hold besides what is to be seen, in bytes.
	*/
	hiddenBelow(size: number | null): number {
		return Math.max(0, (size ?? 0) - this.amount.bytes - this.#ofLinks);
	}

	hidden(): Iterable<HiddenFile> {
		return this.#hidden.values();
	}
}

function amountOf(files: ReadonlyArray<{readonly bytes: number}>): Amount {
	return {
		files: files.length,
		bytes: sumOf(files),
	};
}

function sumOf(parts: ReadonlyArray<{readonly bytes: number}>): number {
	return parts.reduce((sum, {bytes}) => sum + bytes, 0);
}
