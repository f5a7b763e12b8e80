import type {BytePath} from '../../../text/byte-path.js';
import type {Entry} from '../../tree/entry.js';
import {
	type Confirmation,
	type Lookup,
	type Place,
	type Spot,
	confirmationOf,
	statAt,
} from '../provenance.js';
import {
	areSame,
	candidatesFor,
	isSameKind,
	linkedNames,
	sharedTail,
} from './likeness.js';
import type {State} from './timeline.js';

/** Another name of a file, on the other side of a step. */
export type OtherName = {
	readonly entry: Entry;
	readonly kind: 'moved' | 'linked';

	/** Whether something else has the old name behind the step, so that it may have been copied as well as moved. */
	readonly isReplaced: boolean;
	readonly confirmation: Confirmation;
};

/** How many names a filesystem may have to be listed without asking what differs: it takes as long as that, a tenth of a second. */
const fewEntries = 4000;

/** How many files are compared to tell whether one is the only one that another may have been. */
const mostRivals = 8;

/** Finds the other names of files, on the same and on the other side of steps. */
export class OtherNames {
	readonly #lookup: Lookup;

	constructor(lookup: Lookup) {
		this.#lookup = lookup;
	}

	/**
	@param from - A state in which a file is.
	@param to - A later state of the same stage.
	@returns What the latter has under other names that may be that file, and wasn't there before.
	*/
	async added(from: State, to: State, entry: Entry): Promise<readonly Entry[]> {
		const {candidates, other} = await this.#candidates(entry, 'after', [
			from,
			to,
		]);
		const named = await Promise.all(
			candidates.map(async after =>
				(await this.#isNew(from, to, {entry, after, other})) ? [after] : [],
			),
		);
		return named.flat();
	}

	/**
	@param place - What a file is in.
	@returns The other names that it has there.
	*/
	async together(place: Place, {path}: Entry): Promise<readonly Entry[]> {
		const lookup = this.#lookup;
		const small = await lookup.list(place, fewEntries);
		const names = small
			? [...linkedNames(small, path)]
			: ((await lookup.namesOf(place, path)) ?? [
					...linkedNames((await lookup.list(place, Infinity)) ?? [], path),
				]);
		const entries = await Promise.all(
			names
				.filter(name => name !== path)
				.map(async name => statAt(lookup, place, name)),
		);
		return entries.flatMap(entry => entry ?? []);
	}

	/** Under which name a step found something that it gave another. */
	async before(
		from: State,
		to: State,
		entry: Entry,
	): Promise<OtherName | null> {
		const {candidates, other} = await this.#candidates(entry, 'before', [
			from,
			to,
		]);
		return this.#firstSame(
			{place: to.place, path: entry.path},
			entry,
			candidates.map(before => async () => {
				const {path} = before;
				const there = await other(path);
				const kind = await this.#kindOf([from, to], {entry, before, there});
				return (
					kind && {
						entry: before,
						kind,
						isReplaced: kind === 'moved' && there?.kind === before.kind,
						spot: {place: from.place, path},
					}
				);
			}),
		);
	}

	/**
	@param moved - A file behind a step that moved it.
	@param origin - What it was taken for before the step.
	@returns The other files that it may have been just as well: of the same contents and time, as like in their names, and gone
	or replaced by the step. A few of them are looked at.
	*/
	async rivals(
		from: State,
		to: State,
		moved: Entry,
		origin: Entry,
	): Promise<readonly BytePath[]> {
		if (moved.kind !== 'file' || moved.size === 0) {
			return [];
		}

		const {candidates, other} = await this.#candidates(moved, 'before', [
			from,
			to,
		]);
		const likeness = sharedTail(origin.path, moved.path);
		const own = candidates.find(({path}) => path === origin.path);
		const alike = candidates.filter(
			candidate =>
				candidate.path !== origin.path &&
				candidate.modified === origin.modified &&
				sharedTail(candidate.path, moved.path) >= likeness &&
				!isOneFile(candidate, own ?? origin),
		);
		const found = await Promise.all(
			alike.slice(0, mostRivals).map(async before => {
				const {path} = before;
				const there = await other(path);
				const kind = await this.#kindOf([from, to], {
					entry: moved,
					before,
					there,
				});
				const isSame =
					kind === 'moved' &&
					(await this.#lookup.compare(
						{place: from.place, path},
						{place: to.place, path: moved.path},
					)) === 'same';
				return isSame ? [path] : [];
			}),
		);
		return found.flat();
	}

	/** Under which name a step left something. */
	async after(from: State, to: State, entry: Entry): Promise<OtherName | null> {
		const {candidates, other} = await this.#candidates(entry, 'after', [
			from,
			to,
		]);
		return this.#firstSame(
			{place: from.place, path: entry.path},
			entry,
			candidates.map(after => async () => {
				const {path} = after;
				return (await this.#isNew(from, to, {entry, after, other}))
					? {
							entry: after,
							kind: 'moved',
							isReplaced:
								(await statAt(this.#lookup, to.place, entry.path)) !== null,
							spot: {place: to.place, path},
						}
					: null;
			}),
		);
	}

	/**
	What is in one of the states around a step and may be the same as something in the other, and what the other has at a path.
	Listings of small filesystems tell that soonest; of large ones, what the step touched; where that is most of it, the whole
	listing again.
	*/
	async #candidates(
		entry: Entry,
		side: 'before' | 'after',
		[from, to]: readonly [State, State],
	): Promise<{
		readonly candidates: readonly Entry[];
		readonly other: (path: BytePath) => Promise<Entry | null>;
	}> {
		const [here, there] = side === 'before' ? [from, to] : [to, from];
		const {list} = this.#lookup;
		const small = await list(here.place, fewEntries);
		const otherSmall = small && (await list(there.place, fewEntries));
		const touched = small
			? null
			: await this.#lookup.touched(from.place, to.place);
		const others = small
			? otherSmall
			: touched?.[side === 'before' ? 'after' : 'before'];
		const listing =
			small ??
			touched?.[side] ??
			(await this.#lookup.list(here.place, Infinity)) ??
			[];
		const known = others && entriesByPath(others);
		return {
			candidates: candidatesFor(entry, [
				...entriesByPath(listing).values(),
			]).filter(({path}) => path !== entry.path),
			other: async path =>
				known
					? (known.get(path) ?? null)
					: statAt(this.#lookup, there.place, path),
		};
	}

	/** Whether something has its name since a step: what had it before may be the same, touched, or look so and be another file. */
	async #isNew(
		from: State,
		to: State,
		{
			entry,
			after,
			other,
		}: {
			readonly entry: Entry;
			readonly after: Entry;
			readonly other: (path: BytePath) => Promise<Entry | null>;
		},
	): Promise<boolean> {
		const {path} = after;
		const there = await other(path);
		if (there === null) {
			return true;
		}

		if (isUntouched(there, after, entry)) {
			return false;
		}

		const isAnother =
			entry.kind === 'file' &&
			(await this.#lookup.compare(
				{place: from.place, path: entry.path},
				{place: to.place, path},
			)) === 'different';
		return !isAnother && !(await this.#isKept([from, to], there, after));
	}

	/**
	How a step gave something a name: it moved what it took the old name from, or gave to another file. What has its old name
	still, whether it was touched or not, can only have got one more.
	*/
	async #kindOf(
		[from, to]: readonly [State, State],
		{
			entry,
			before,
			there,
		}: {
			readonly entry: Entry;
			readonly before: Entry;
			readonly there: Entry | null;
		},
	): Promise<'linked' | 'moved' | null> {
		if (there === null) {
			return 'moved';
		}

		if (isUntouched(before, there, entry)) {
			return null;
		}

		if (!(await this.#isKept([from, to], before, there))) {
			return 'moved';
		}

		return (await this.#isLinked([from, to], entry, there)) ? 'linked' : null;
	}

	/** Whether two names are those of one file in the state behind a step. */
	async #isLinked(
		[from, to]: readonly [State, State],
		entry: Entry,
		other: Entry,
	): Promise<boolean> {
		if (entry.kind !== 'file' || entry.modified !== other.modified) {
			return false;
		}

		const small = await this.#lookup.list(to.place, fewEntries);
		const touched = small
			? null
			: await this.#lookup.touched(from.place, to.place);
		const listing = small ?? touched?.after ?? [];
		return linkedNames(listing, entry.path).has(other.path);
	}

	/** Whether a step left at a path what was there: two files may look the same, and one changes its looks where it is touched. */
	async #isKept(
		[from, to]: readonly [State, State],
		before: Entry,
		after: Entry,
	): Promise<boolean> {
		if (
			!isSameKind(before, after) ||
			before.linkTarget !== after.linkTarget ||
			(before.kind === 'file' && before.size !== after.size)
		) {
			return false;
		}

		const {path} = before;
		const sameness =
			before.kind === 'file' && before.size > 0
				? await this.#lookup.compare(
						{place: from.place, path},
						{place: to.place, path},
					)
				: 'same';
		return sameness === 'unknown'
			? areSame(before, after)
			: sameness !== 'different';
	}

	async #firstSame(
		spot: Spot,
		entry: Entry,
		candidates: ReadonlyArray<
			() => Promise<
				(Omit<OtherName, 'confirmation'> & {readonly spot: Spot}) | null
			>
		>,
	): Promise<OtherName | null> {
		for (const candidate of candidates) {
			// eslint-disable-next-line no-await-in-loop -- the first that is found ends the search
			const found = await candidate();
			if (found?.entry.size !== entry.size) {
				continue;
			}

			const sameness =
				entry.kind === 'file'
					? // eslint-disable-next-line no-await-in-loop -- see above
						await this.#lookup.compare(found.spot, spot)
					: 'unknown';
			if (sameness !== 'different') {
				const {entry: other, kind, isReplaced} = found;
				return {
					entry: other,
					kind,
					isReplaced,
					confirmation: confirmationOf(entry, sameness),
				};
			}
		}

		return null;
	}
}

/** Whether what is at a path looks the same on both sides of a step; of the time of the file that is asked about it may be another. */
function isUntouched(before: Entry, after: Entry, {modified}: Entry): boolean {
	return (
		areSame(before, after) &&
		(before.kind !== 'file' || before.modified !== modified)
	);
}

/** Whether two entries of one listing are names of one file. */
function isOneFile(a: Entry, b: Entry): boolean {
	return (a.hardLinkTo ?? a.path) === (b.hardLinkTo ?? b.path);
}

/** By their paths, with the size that later names of a file have none of in a listing. */
function entriesByPath(
	listing: readonly Entry[],
): ReadonlyMap<BytePath, Entry> {
	const entries = new Map(listing.map(entry => [entry.path, entry]));
	for (const entry of listing) {
		const first =
			entry.hardLinkTo === null ? undefined : entries.get(entry.hardLinkTo);
		if (first) {
			entries.set(entry.path, {...entry, size: first.size});
		}
	}

	return entries;
}
