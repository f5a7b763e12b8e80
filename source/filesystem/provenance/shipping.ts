import type {BytePath} from '../../text/byte-path.js';
import type {Change, Destination, ShippedTo} from '../compare/change.js';
import type {Amount} from '../compare/change-tree.js';
import type {Entry} from '../tree/entry.js';
import {parentOf} from '../tree/paths.js';

/** How a stage's files compare with the target's, told as what was shipped and what was left behind. */
export type Shipment = {
	/**
	In path order: what was removed from where it was but arrived elsewhere says where, and what arrived isn't told a
	second time as added.
	*/
	readonly changes: readonly Change[];

	/** What a copy took to the same path, where it still is as it was. */
	readonly inPlace: Amount;
};

/** Tells of a comparison of a stage with the target what copies took there. */
export class Shipping {
	readonly #destinationsOf: (
		path: BytePath,
		isDirectory: boolean,
	) => Iterable<Destination>;

	#files = 0;
	#bytes = 0;

	/** @param destinationsOf - Where copies may take a path of the stage, likeliest first. */
	constructor(
		destinationsOf: (
			path: BytePath,
			isDirectory: boolean,
		) => Iterable<Destination>,
	) {
		this.#destinationsOf = destinationsOf;
	}

	/** Takes note of what is the same on both sides. */
	readonly addSame = ({path, kind, size}: Entry): void => {
		if (kind !== 'directory') {
			for (const destination of this.#destinationsOf(path, false)) {
				if (destination.path === path) {
					this.#files++;
					this.#bytes += size;
					return;
				}
			}
		}
	};

	/** @param changes - Of the comparison, in path order. */
	settle(changes: readonly Change[]): Shipment {
		const arrived = new Map(
			changes.flatMap(({path, to}) => (to === null ? [] : [[path, to]])),
		);
		const arrivals = new Map<BytePath, ShippedTo>();
		const ways = new Set<BytePath>();
		// What a directory holds comes behind it: whether some of that arrived is known first this way.
		for (const change of changes.toReversed()) {
			const arrival =
				change.to === null && this.#arrivalOf(change, arrived, ways);
			if (arrival) {
				arrivals.set(change.path, arrival);
				addWay(ways, change.path);
			}
		}

		const targets = new Set<BytePath>();
		for (const {path} of arrivals.values()) {
			addWay(targets, path);
		}

		return {
			changes: changes
				.filter(({kind, path}) => kind !== 'added' || !targets.has(path))
				.map(change => {
					const shippedTo = arrivals.get(change.path);
					return shippedTo ? {...change, shippedTo} : change;
				}),
			inPlace: {files: this.#files, bytes: this.#bytes},
		};
	}

	/**
	@param arrived - What the target has that the stage hasn't, or hasn't so.
	@param ways - The directories of which something arrived.
	*/
	#arrivalOf(
		{path, from}: Change,
		arrived: ReadonlyMap<BytePath, Entry>,
		ways: ReadonlySet<BytePath>,
	): ShippedTo | null {
		const isDirectory = from!.kind === 'directory';
		for (const destination of this.#destinationsOf(path, isDirectory)) {
			const entry = arrived.get(destination.path) ?? null;
			if (isDirectory ? ways.has(path) || entry : entry?.kind === from!.kind) {
				return {...destination, entry};
			}
		}

		return null;
	}
}

/** Adds a path and the directories that it is in. */
function addWay(ways: Set<BytePath>, path: BytePath): void {
	for (let at = path; at !== '' && !ways.has(at); at = parentOf(at)) {
		ways.add(at);
	}
}
