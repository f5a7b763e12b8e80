import type {BytePath} from '../../text/byte-path.js';
import {type Entry, comparePaths} from '../tree/entry.js';
import {HardLinks} from '../tree/hard-links.js';
import {type EntryPair, type Listing, mergeListings} from '../tree/merge.js';
import {isWithin} from '../tree/paths.js';
import {ignoreMatcher} from './ignore.js';
import {type Aspect, type Change, allAspects} from './change.js';
import {compareEntries} from './aspects.js';

/** A file whose contents only reading tells apart: of one size on both sides as far as that is known. */
export type Candidate = {
	readonly path: BytePath;

	/** The names under which its contents are to be read: of a file of several names, the first. */
	readonly from: BytePath;
	readonly to: BytePath;

	/** In bytes, on both sides; 0 for a later name of a file. */
	readonly size: number;
};

export type ComparisonOptions = {
	/** What to leave out, with all that is below it (see `ignoreMatcher`). */
	readonly ignore?: readonly string[];

	/** Asked of what is on both sides: whether it is compared. All is, unless given. */
	readonly isWanted?: (path: BytePath) => boolean;

	/** Whether nothing is said of modification times. */
	readonly ignoreTimes?: boolean;

	/** Whether the contents of all files are compared, also of those with the same metadata. */
	readonly compareEverything?: boolean;

	/** Whether to keep the paths whose time alone differs, which can be all of them; default: they are only counted. */
	readonly keepTimes?: boolean;

	/** Called for each path of which nothing but the time differs. */
	readonly onSame?: (entry: Entry) => void;

	/**
	Compares contents; called at most once.

	@param candidates - At least one.
	@returns The paths whose contents differ.
	*/
	readonly differing: (
		candidates: readonly Candidate[],
	) => Promise<ReadonlySet<BytePath>>;
};

/** How two filesystems differ. What is the same in both isn't held, only counted. */
export type Comparison = {
	/** In path order, without those whose time alone differs. */
	readonly changes: readonly Change[];

	/** Those whose time alone differs, in path order; empty unless they were to be kept. */
	readonly timeChanges: readonly Change[];

	/** How many paths differ in their time alone. */
	readonly timeChangeCount: number;

	/** How many paths are the same in everything that was compared. */
	readonly unchangedCount: number;
};

/**
Compares two filesystems by their listings, reading both once, side by side.

@param from - In path order.
@param to - In path order.
@throws {RangeError} A listing isn't in path order.
@throws What reading the listings or comparing contents throws.
*/
export async function compare(
	from: Listing,
	to: Listing,
	options: ComparisonOptions,
): Promise<Comparison> {
	const comparing = new Comparing(options);
	const isIgnored = ignoreMatcher(options.ignore ?? []);
	let ignored: BytePath | null = null;
	for await (const pair of mergeListings(from, to)) {
		const {path} = pair;
		if (ignored !== null && isWithin(path, ignored)) {
			continue;
		}

		if (isIgnored(path)) {
			ignored = path;
		} else if (
			pair.from === null ||
			pair.to === null ||
			(options.isWanted?.(path) ?? true)
		) {
			comparing.add(pair);
		}
	}

	return comparing.finish();
}

/** What is known of a pair apart from its contents. */
type Doubt = {
	readonly from: Entry;
	readonly to: Entry;
	readonly aspects: readonly Aspect[];
	readonly isTimeDifferent: boolean;
};

class Comparing {
	readonly #options: ComparisonOptions;
	readonly #hardLinks = new HardLinks();
	readonly #changes: Change[] = [];
	readonly #timeChanges = new Map<BytePath, Change>();
	readonly #doubts: Doubt[] = [];

	/** Names on both sides whose contents differ, for those that are later names of the same files on both. */
	readonly #different = new Set<BytePath>();

	/** Those of several names whose time alone differs. */
	readonly #linkedTimes = new Set<BytePath>();
	#timeChangeCount = 0;
	#unchangedCount = 0;

	constructor(options: ComparisonOptions) {
		this.#options = options;
	}

	add({path, from, to}: EntryPair): void {
		this.#hardLinks.add(path, from, to);
		if (from !== null && to !== null) {
			this.#addPair(from, to);
		} else if (path !== '') {
			// A listing may leave out the root, which is there all the same.
			this.#changes.push({
				path,
				kind: from === null ? 'added' : 'removed',
				from,
				to,
				aspects: [],
				bytes: {from: from?.size ?? 0, to: to?.size ?? 0},
			});
		}
	}

	async finish(): Promise<Comparison> {
		await this.#settleDoubts();
		const settled = this.#hardLinks.settle(this.#changes);
		const changes = settled.map((change, index) =>
			index < this.#changes.length ? change : this.#promote(change),
		);
		return {
			changes: inPathOrder(changes),
			timeChanges: inPathOrder([...this.#timeChanges.values()]),
			timeChangeCount: this.#timeChangeCount,
			unchangedCount: this.#unchangedCount,
		};
	}

	/** Reads what only reading tells, and decides by it. */
	async #settleDoubts(): Promise<void> {
		const [followers, others] = this.#sortDoubts();
		const different =
			others.length === 0
				? new Set<BytePath>()
				: await this.#options.differing(
						others.map(({from, to}) => ({
							path: from.path,
							from: from.hardLinkTo ?? from.path,
							to: to.hardLinkTo ?? to.path,
							size: from.size,
						})),
					);
		for (const doubt of others) {
			this.#decide(doubt, different.has(doubt.from.path));
		}

		for (const doubt of followers) {
			this.#decide(doubt, this.#different.has(doubt.from.hardLinkTo!));
		}

		this.#doubts.length = 0;
	}

	/** A later name of the same file on both sides differs if the first does, unless that one is ignored. */
	#sortDoubts(): readonly [followers: Doubt[], others: Doubt[]] {
		const followers: Doubt[] = [];
		const others: Doubt[] = [];
		const ignoresSome = (this.#options.ignore?.length ?? 0) > 0;
		for (const doubt of this.#doubts) {
			const {hardLinkTo} = doubt.from;
			const follows =
				!ignoresSome &&
				hardLinkTo !== null &&
				hardLinkTo === doubt.to.hardLinkTo;
			(follows ? followers : others).push(doubt);
		}

		return [followers, others];
	}

	/** Counts as a change what until now was none, or one in time alone. */
	#promote(change: Change): Change {
		const {path} = change;
		if (!this.#linkedTimes.delete(path)) {
			this.#unchangedCount--;
			return change;
		}

		this.#timeChangeCount--;
		this.#timeChanges.delete(path);
		return {...change, aspects: [...change.aspects, 'time']};
	}

	#addPair(from: Entry, to: Entry): void {
		const {compareEverything = false, ignoreTimes = false} = this.#options;
		const {aspects, contents, isTimeDifferent} = compareEntries(
			from,
			to,
			compareEverything,
		);
		const doubt: Doubt = {
			from,
			to,
			aspects,
			isTimeDifferent: isTimeDifferent && !ignoreTimes,
		};
		if (contents === 'in doubt') {
			// One copy of the path is enough: there may be as many of these as there are files.
			this.#doubts.push({...doubt, to: {...to, path: from.path}});
		} else {
			this.#decide(doubt, contents === 'different');
		}
	}

	#decide(doubt: Doubt, isDifferent: boolean): void {
		const {from, to, aspects, isTimeDifferent} = doubt;
		if (isDifferent) {
			this.#different.add(from.path);
		}

		if (aspects.length > 0 || isDifferent) {
			this.#changes.push(changeOf(doubt, isDifferent));
			return;
		}

		this.#options.onSame?.(from);
		if (isTimeDifferent) {
			this.#timeChangeCount++;
			if (from.hardLinkTo !== null || to.hardLinkTo !== null) {
				this.#linkedTimes.add(from.path);
			}

			if (this.#options.keepTimes) {
				this.#timeChanges.set(from.path, changeOf(doubt, false));
			}
		} else {
			this.#unchangedCount++;
		}
	}
}

function changeOf(
	{from, to, aspects, isTimeDifferent}: Doubt,
	isDifferent: boolean,
): Change {
	const differing = new Set<Aspect>(aspects);
	if (isDifferent) {
		differing.add('contents');
	}

	if (isTimeDifferent) {
		differing.add('time');
	}

	return {
		path: from.path,
		kind: 'changed',
		from,
		to,
		aspects: allAspects.filter(aspect => differing.has(aspect)),
		bytes: {from: from.size, to: to.size},
	};
}

function inPathOrder(changes: readonly Change[]): readonly Change[] {
	return changes.toSorted((a, b) => comparePaths(a.path, b.path));
}
