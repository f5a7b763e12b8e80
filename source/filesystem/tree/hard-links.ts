import type {BytePath} from '../../text/byte-path.js';
import {type Aspect, type Change, allAspects} from '../compare/change.js';
import type {Entry} from './entry.js';

type Side = 'from' | 'to';

/** A file of several names. */
type Group = {
	readonly first: BytePath;

	/** In path order, the first one included. */
	readonly names: BytePath[];
};

type LinkedPair = {
	readonly path: BytePath;
	readonly from: Entry;
	readonly to: Entry;
};

/**
Collects the names of files that have several while two listings are read, and tells at the end what that means for the
changes: which names moved from one file to another, and at which name the bytes of a file count.
*/
export class HardLinks {
	readonly #groups: Readonly<Record<Side, Map<BytePath, Group>>> = {
		from: new Map(),
		to: new Map(),
	};

	/** By name, the first ones included. */
	readonly #groupOf: Readonly<Record<Side, Map<BytePath, Group>>> = {
		from: new Map(),
		to: new Map(),
	};

	readonly #pairs: LinkedPair[] = [];

	/** Takes what the two listings have of one path; in path order. */
	add(path: BytePath, from: Entry | null, to: Entry | null): void {
		const isLinked = [
			this.#addTo('from', path, from),
			this.#addTo('to', path, to),
		].includes(true);
		if (isLinked && from?.kind === 'file' && to?.kind === 'file') {
			this.#pairs.push({path, from, to});
		}
	}

	/**
	@param changes - All that differs, in path order, each with the sizes of its entries as its bytes.
	@returns The same in the same order, with every file's bytes counted once, and after them the names that are no change
	but for the file that they are a name of.
	*/
	settle(changes: readonly Change[]): readonly Change[] {
		if (this.#groupOf.from.size === 0 && this.#groupOf.to.size === 0) {
			return changes;
		}

		const known = new Map(
			changes
				.filter(
					({path}) =>
						this.#groupOf.from.has(path) || this.#groupOf.to.has(path),
				)
				.map(change => [change.path, change]),
		);
		const moved = new Map(
			this.#pairs
				.filter(
					({path}) =>
						this.#representative('from', path, known) !==
						this.#representative('to', path, known),
				)
				.map(pair => [pair.path, pair]),
		);
		const settled = changes.map((change): Change => {
			const isMoved = moved.delete(change.path);
			return this.#withBytes(
				isMoved ? {...change, aspects: withHardLink(change.aspects)} : change,
				known,
			);
		});
		for (const {path, from, to} of moved.values()) {
			settled.push(
				this.#withBytes(
					{
						path,
						kind: 'changed',
						from,
						to,
						aspects: ['hard link'],
						bytes: {from: from.size, to: to.size},
					},
					known,
				),
			);
		}

		return settled;
	}

	#addTo(side: Side, path: BytePath, entry: Entry | null): boolean {
		const first = entry?.hardLinkTo ?? null;
		if (first === null) {
			return false;
		}

		const group = this.#groups[side].get(first) ?? {first, names: [first]};
		group.names.push(path);
		this.#groups[side].set(first, group);
		this.#groupOf[side].set(first, group).set(path, group);
		return true;
	}

	/** The first of a file's names that both sides have as a file, or else its first: the one that its bytes count at. */
	#representative(
		side: Side,
		path: BytePath,
		known: ReadonlyMap<BytePath, Change>,
	): BytePath {
		const group = this.#groupOf[side].get(path);
		return (
			group?.names.find(name => isOnBothSides(known.get(name))) ??
			group?.first ??
			path
		);
	}

	#withBytes(change: Change, known: ReadonlyMap<BytePath, Change>): Change {
		return known.has(change.path) || change.aspects.includes('hard link')
			? {
					...change,
					bytes: {
						from: this.#bytes('from', change, known),
						to: this.#bytes('to', change, known),
					},
				}
			: change;
	}

	#bytes(
		side: Side,
		change: Change,
		known: ReadonlyMap<BytePath, Change>,
	): number {
		const group = this.#groupOf[side].get(change.path);
		if (!group) {
			return change.bytes[side];
		}

		if (this.#representative(side, change.path, known) !== change.path) {
			return 0;
		}

		// A first name that isn't where the bytes count is on one side only, and so one of the changes.
		return change.path === group.first
			? change.bytes[side]
			: (known.get(group.first)?.[side]?.size ?? 0);
	}
}

/** A path that is no change is there, the same, on both sides. */
function isOnBothSides(change: Change | undefined): boolean {
	return (
		change === undefined ||
		(change.kind === 'changed' && !change.aspects.includes('type'))
	);
}

function withHardLink(aspects: readonly Aspect[]): readonly Aspect[] {
	return allAspects.filter(
		aspect => aspect === 'hard link' || aspects.includes(aspect),
	);
}
