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
import {candidatesFor, isGone, linkedNames} from './likeness.js';
import type {State} from './timeline.js';

/** Another name of a file, on the other side of a step. */
export type OtherName = {
	readonly entry: Entry;
	readonly kind: 'moved' | 'linked';
	readonly confirmation: Confirmation;
};

/** How many names a filesystem may have to be listed without asking what differs: it takes as long as that, a tenth of a second. */
const fewEntries = 4000;

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
				const kind = isGone(before, await other(before.path))
					? 'moved'
					: await this.#linkKind(from, to, {entry, before});
				const {path} = before;
				return kind && {entry: before, kind, spot: {place: from.place, path}};
			}),
		);
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
					? {entry: after, kind: 'moved', spot: {place: to.place, path}}
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

	/** Whether something has its name since a step: what looks the same there as before may be another file of the same time. */
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
		if (isGone(after, await other(path))) {
			return true;
		}

		const isOfTime =
			after.kind === 'file' &&
			after.size > 0 &&
			after.modified === entry.modified;
		return (
			isOfTime &&
			(await this.#lookup.compare(
				{place: from.place, path},
				{place: to.place, path},
			)) === 'different'
		);
	}

	/** Whether a step gave a file that looks the same at its old name one more, or that is another file there now. */
	async #linkKind(
		from: State,
		to: State,
		{entry, before}: {readonly entry: Entry; readonly before: Entry},
	): Promise<'linked' | 'moved' | null> {
		if (
			entry.kind !== 'file' ||
			before.modified !== entry.modified ||
			before.size !== entry.size
		) {
			return null;
		}

		const small = await this.#lookup.list(to.place, fewEntries);
		const touched = small
			? null
			: await this.#lookup.touched(from.place, to.place);
		const listing = small ?? touched?.after ?? [];
		if (linkedNames(listing, entry.path).has(before.path)) {
			return 'linked';
		}

		const {path} = before;
		const sameness = await this.#lookup.compare(
			{place: from.place, path},
			{place: to.place, path},
		);
		return sameness === 'different' ? 'moved' : null;
	}

	async #firstSame(
		spot: Spot,
		entry: Entry,
		candidates: ReadonlyArray<
			() => Promise<
				(Pick<OtherName, 'entry' | 'kind'> & {readonly spot: Spot}) | null
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
				const {entry: other, kind} = found;
				return {
					entry: other,
					kind,
					confirmation: confirmationOf(entry, sameness),
				};
			}
		}

		return null;
	}
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
