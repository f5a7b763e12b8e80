import type {Point, Snapshot, TouchedEntries} from '../engine/port.js';
import {UsageError} from '../errors.js';
import {
	type Amount,
	type ChangeTree,
	changeTree,
} from '../filesystem/compare/change-tree.js';
import type {Change, ChangeKind} from '../filesystem/compare/change.js';
import {
	type Comparison,
	type ComparisonOptions,
	compare,
} from '../filesystem/compare/comparison.js';
import {pathMatcher} from '../filesystem/compare/ignore.js';
import {listWithRoot} from '../filesystem/tree/list-with-root.js';
import type {Listing} from '../filesystem/tree/merge.js';
import type {Entry} from '../filesystem/tree/entry.js';
import type {FileTree} from '../filesystem/tree/file-tree.js';
import type {Shipping} from '../filesystem/provenance/shipping.js';
import type {BytePath} from '../text/byte-path.js';
import {ContentHashes} from './content-hashes.js';
import type {Listed, Listings, ListingOptions} from './listings.js';

/** One of two filesystems that are compared. */
export type Side = {
	readonly files: Snapshot;

	/** In path order; all of it, or what may differ. */
	readonly entries: Listing;
};

/** How two filesystems are compared. */
export type CompareOptions = Omit<ComparisonOptions, 'differing' | 'onSame'> & {
	/** Follows what copies took from a stage to the target; `null` when that isn't asked, or something else is compared. */
	readonly shipping: Shipping | null;
	readonly hashes: ContentHashes;
	readonly signal: AbortSignal;
};

/** How two filesystems differ, and what of it is the copies' doing. */
export type Difference = Comparison & {
	/** What copies took from a stage to the same path of the target; `null` where that wasn't followed. */
	readonly inPlace: Amount | null;

	/** Files that are too large to be read through, and are alike in all places that were looked at. */
	readonly alike: readonly BytePath[];
};

/**
Compares two filesystems; what copies took from one to the other is told as shipped.

@throws {EngineError} The engine was lost.
@throws The signal's reason when it aborts.
*/
export async function compareFiles(
	[from, to]: readonly [from: Side, to: Side],
	{shipping, hashes, signal, ...options}: CompareOptions,
): Promise<Difference> {
	const comparison = await compare(from.entries, to.entries, {
		...options,
		...(shipping && {onSame: shipping.addSame}),
		differing: hashes.comparing(from.files, to.files, signal),
	});
	signal.throwIfAborted();
	const shipment = shipping?.settle(comparison.changes);
	return {
		...comparison,
		changes: shipment?.changes ?? comparison.changes,
		inPlace: shipment?.inPlace ?? null,
		alike: [...hashes.alike],
	};
}

/** What of a comparison is wanted. */
export type Wanted = {
	/** Compare all contents, also of files of one size and time. */
	readonly content: boolean;

	/** Globs of what is left out. */
	readonly ignore: readonly string[];

	/** Only these, and what is in them; empty for all. */
	readonly paths: readonly string[];
	readonly ignoreTimes: boolean;

	/** Empty for all kinds. */
	readonly kind: readonly ChangeKind[];
};

/** Everything, told by what the metadata says. */
export const allDifferences: Wanted = {
	content: false,
	ignore: [],
	paths: [],
	ignoreTimes: false,
	kind: [],
};

/**
@param touched - What may differ, where that is known; `null` lists both whole.
@returns How two filesystems differ, as far as it is wanted.
@throws {EngineError} The engine was lost.
@throws The signal's reason when it aborts.
*/
export async function findDifference(
	[before, after]: readonly [before: Snapshot, after: Snapshot],
	touched: TouchedEntries | null,
	{paths, kind, content, ...options}: Wanted,
	how: Pick<CompareOptions, 'shipping' | 'hashes' | 'signal'>,
): Promise<Difference> {
	const isWanted = pathMatcher(paths);
	const difference = await compareFiles(
		[
			{
				files: before,
				entries: touched?.before ?? listWithRoot(before, how.signal),
			},
			{
				files: after,
				entries: touched?.after ?? listWithRoot(after, how.signal),
			},
		],
		{...options, ...how, isWanted, compareEverything: content},
	);
	return {
		...difference,
		changes: difference.changes.filter(
			change => isWanted(change.path) && isOfKind(change, kind),
		),
	};
}

/** What was shipped is gone from one place, and new in another. */
function isOfKind(
	{kind, shippedTo}: Change,
	kinds: readonly ChangeKind[],
): boolean {
	return (
		kinds.length === 0 ||
		kinds.includes(kind) ||
		(shippedTo !== undefined && kinds.includes('added'))
	);
}

/** Two filesystems and how they differ. */
export type Compared = {
	/** `null` where only the names are known. */
	readonly from: Snapshot | null;
	readonly to: Snapshot;
	readonly tree: ChangeTree;

	/** How many paths differ in their time alone. */
	readonly timeChangeCount: number;

	/** What copies took from a stage to the same path of the target; `null` where something else is compared. */
	readonly inPlace: Amount | null;
};

/** Compares a session's points by their listings; contents that were read are remembered. */
export class Comparisons {
	readonly #listings: Listings;
	readonly #hashes = new ContentHashes();

	constructor(listings: Listings) {
		this.#listings = listings;
	}

	/**
	@param shipping - Follows what copies took from a stage to the target; `null` when something else is compared.
	@throws {UsageError} A point can't be opened.
	@throws {EngineError} The engine was lost.
	@throws The signal's reason when it aborts.
	*/
	async compare(
		points: readonly [from: Point, to: Point],
		shipping: Shipping | null,
		options: ListingOptions,
	): Promise<Compared> {
		const [from, to] = points;
		const [before, after]: readonly [Side, Side] =
			(await this.#listings.touched(from, to, options.signal)) ?? [
				sideOf(await this.#listings.load(from, options)),
				sideOf(await this.#listings.load(to, options)),
			];
		const {changes, timeChangeCount, inPlace} = await compareFiles(
			[before, after],
			{shipping, hashes: this.#hashes, signal: options.signal},
		);
		return {
			from: before.files,
			to: after.files,
			tree: changeTree(changes),
			timeChangeCount,
			inPlace,
		};
	}

	/**
	Compares a point with its listing of another session. Contents aren't known of that: files of the same size that were
	written again count as another time only.

	@throws {UsageError} The point can't be opened, or the listing is gone.
	@throws {EngineError} The engine was lost.
	@throws The signal's reason when it aborts.
	*/
	async compareWithEarlier(
		point: Point,
		{name, tree}: {readonly name: string; readonly tree: FileTree | null},
		options: ListingOptions,
	): Promise<Compared> {
		if (tree === null) {
			throw new UsageError(
				`What ${name} was in the last session isn't known any more.`,
			);
		}

		const now = await this.#listings.load(point, options);
		const {changes, timeChangeCount} = await compare(
			entriesOf(tree),
			entriesOf(now.tree),
			{differing: async () => new Set()},
		);
		options.signal.throwIfAborted();
		return {
			from: null,
			to: now.files,
			tree: changeTree(changes),
			timeChangeCount,
			inPlace: null,
		};
	}
}

function sideOf({files, tree}: Listed): Side {
	return {files, entries: entriesOf(tree)};
}

/** A listing as it came: without the root. */
function* entriesOf(tree: FileTree): Generator<Entry> {
	for (let node = 1; node < tree.paths.size; node++) {
		yield tree.entry(node);
	}
}
