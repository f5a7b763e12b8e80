import type {Entry} from '../../tree/entry.js';
import {
	type Confirmation,
	type Lookup,
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

/** How many names a filesystem may have to be listed without asking what differs: it takes about a quarter of a second. */
const fewEntries = 10_000;

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
		const candidates = await this.#candidates(entry, to, [from, to]);
		const named = await Promise.all(
			candidates
				.filter(({path}) => path !== entry.path)
				.map(async ({path}) => {
					const [before, after] = await Promise.all([
						statAt(this.#lookup, from.place, path),
						statAt(this.#lookup, to.place, path),
					]);
					return after !== null && isGone(after, before) ? [after] : [];
				}),
		);
		return named.flat();
	}

	/**
	@param from - The state that its stage starts with.
	@param at - The one that a file is in.
	@returns The other names that it has there. Of a large filesystem those that no step of the stage touched aren't looked for.
	*/
	async together(
		from: State,
		at: State,
		{path}: Entry,
	): Promise<readonly Entry[]> {
		const lookup = this.#lookup;
		const small = await lookup.list(at.place, fewEntries);
		const touched = small ? null : await lookup.touched(from.place, at.place);
		const listing = small ?? touched?.after ?? [];
		const names = await Promise.all(
			[...linkedNames(listing, path)].map(async name =>
				statAt(lookup, at.place, name),
			),
		);
		return names.flatMap(entry => entry ?? []);
	}

	/** Under which name a step found something that it gave another. */
	async before(
		from: State,
		to: State,
		entry: Entry,
	): Promise<OtherName | null> {
		const candidates = await this.#candidates(entry, from, [from, to]);
		return this.#firstSame(
			{place: to.place, path: entry.path},
			entry,
			candidates.map(({path}) => async () => {
				const [before, after] = await Promise.all([
					statAt(this.#lookup, from.place, path),
					statAt(this.#lookup, to.place, path),
				]);
				if (before === null || path === entry.path) {
					return null;
				}

				const kind = isGone(before, after)
					? 'moved'
					: await this.#linkKind(from, to, {entry, before});
				return kind && {entry: before, kind, spot: {place: from.place, path}};
			}),
		);
	}

	/** Under which name a step left something. */
	async after(from: State, to: State, entry: Entry): Promise<OtherName | null> {
		const candidates = await this.#candidates(entry, to, [from, to]);
		return this.#firstSame(
			{place: from.place, path: entry.path},
			entry,
			candidates.map(({path}) => async () => {
				const [before, after] = await Promise.all([
					statAt(this.#lookup, from.place, path),
					statAt(this.#lookup, to.place, path),
				]);
				return after !== null && path !== entry.path && isGone(after, before)
					? {entry: after, kind: 'moved', spot: {place: to.place, path}}
					: null;
			}),
		);
	}

	/**
	What is in one of the states around a step and may be the same as something in the other. A listing of a small filesystem
	tells that soonest; of a large one, what the step touched; where that is most of it, the whole listing again.
	*/
	async #candidates(
		entry: Entry,
		state: State,
		[from, to]: readonly [State, State],
	): Promise<readonly Entry[]> {
		const small = await this.#lookup.list(state.place, fewEntries);
		if (small !== null) {
			return candidatesFor(entry, small);
		}

		const touched = await this.#lookup.touched(from.place, to.place);
		const some = touched && (state === from ? touched.before : touched.after);
		return candidatesFor(
			entry,
			some ?? (await this.#lookup.list(state.place, Infinity)) ?? [],
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

		const touched = await this.#lookup.touched(from.place, to.place);
		if (linkedNames(touched?.after ?? [], entry.path).has(before.path)) {
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
