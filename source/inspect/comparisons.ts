import type {Point, Snapshot} from '../engine/port.js';
import {UsageError} from '../errors.js';
import {
	type Amount,
	type ChangeTree,
	changeTree,
} from '../filesystem/compare/change-tree.js';
import {compare} from '../filesystem/compare/comparison.js';
import type {Entry} from '../filesystem/tree/entry.js';
import type {FileTree} from '../filesystem/tree/file-tree.js';
import type {Shipping} from '../filesystem/provenance/shipping.js';
import {ContentHashes} from './content-hashes.js';
import type {Listed, Listings, ListingOptions} from './listings.js';

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
		const {changes, timeChangeCount} = await compare(
			before.entries,
			after.entries,
			{
				...(shipping && {onSame: shipping.addSame}),
				differing: this.#hashes.comparing(
					before.files,
					after.files,
					options.signal,
				),
			},
		);
		options.signal.throwIfAborted();
		const shipment = shipping?.settle(changes);
		return {
			from: before.files,
			to: after.files,
			tree: changeTree(shipment?.changes ?? changes),
			timeChangeCount,
			inPlace: shipment?.inPlace ?? null,
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

type Side = {readonly files: Snapshot; readonly entries: Iterable<Entry>};

function sideOf({files, tree}: Listed): Side {
	return {files, entries: entriesOf(tree)};
}

/** A listing as it came: without the root. */
function* entriesOf(tree: FileTree): Generator<Entry> {
	for (let node = 1; node < tree.paths.size; node++) {
		yield tree.entry(node);
	}
}
