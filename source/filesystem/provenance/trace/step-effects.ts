import type {BytePath} from '../../../text/byte-path.js';
import type {Entry} from '../../tree/entry.js';
import type {CopyStep} from '../copies.js';
import type {CopyMapping, Origin} from '../copy-mapping.js';
import {
	type Confirmation,
	type Link,
	type Lookup,
	type Place,
	type Sameness,
	type Spot,
	confirmationOf,
	statAt,
} from '../provenance.js';
import {areSame, hasSameOwner, isSameKind} from './likeness.js';
import {OtherNames} from './other-names.js';
import type {State} from './timeline.js';

/** What a step did to something that is there after it, and what it was before. */
export type Cause =
	/** It was there, the same by all that shows without reading it. */
	| {readonly kind: 'none'; readonly before: Entry}
	/** Its contents stayed. */
	| {readonly kind: 'touched'; readonly before: Entry}
	| {
			readonly kind: 'moved' | 'linked';
			readonly before: Entry;
			readonly isReplaced: boolean;
			readonly confirmation: Confirmation;
	  }
	| {readonly kind: 'copied'; readonly link: CopiedLink}
	| {readonly kind: 'written'};

/** What a step did to something that was there before it, and what it is then. */
export type Effect =
	| {readonly kind: 'none' | 'touched'; readonly after: Entry}
	| {
			readonly kind: 'moved';
			readonly after: Entry;
			readonly isReplaced: boolean;
	  }
	| {readonly kind: 'overwritten'; readonly isSame: boolean}
	| {readonly kind: 'deleted'};

export type CopiedLink = Extract<Link, {readonly kind: 'copied'}>;

/** Finds out from the files before and after a step what it did to one of them. */
export class StepEffects {
	readonly lookup: Lookup;
	readonly names: OtherNames;
	readonly #mappingOf: (copy: CopyStep) => Promise<CopyMapping>;

	/** @param mappingOf - Makes the mapping of a copy, or has made it. */
	constructor(
		lookup: Lookup,
		mappingOf: (copy: CopyStep) => Promise<CopyMapping>,
	) {
		this.lookup = lookup;
		this.names = new OtherNames(lookup);
		this.#mappingOf = mappingOf;
	}

	/**
	@param from - The state before the step.
	@param to - The one that it left.
	@param entry - Something in the latter.
	*/
	async causeOf(from: State, to: State, entry: Entry): Promise<Cause> {
		const {path} = entry;
		const before = await statAt(this.lookup, from.place, path);
		const copied =
			to.step?.copy &&
			!(entry.kind === 'directory' && isSameKind(before, entry))
				? await this.copiedBy(to.step.copy, entry, before)
				: null;
		if (copied !== null) {
			return {kind: 'copied', link: copied};
		}

		const kept = await this.#keptAs(from, to, before, entry);
		if (kept !== null) {
			return {kind: kept, before: before!};
		}

		const other = to.step?.copy
			? null
			: await this.names.before(from, to, entry);
		return other === null
			? {kind: 'written'}
			: {
					kind: other.kind,
					before: other.entry,
					isReplaced: other.isReplaced,
					confirmation: other.confirmation,
				};
	}

	/**
	@param from - The state before a step that isn't a copy.
	@param to - The one that it left.
	@param path - Of a file whose contents it changed, and nothing else that shows.
	*/
	async changeOf(from: State, to: State, path: BytePath): Promise<Cause> {
		const entry = await statAt(this.lookup, to.place, path);
		const other = entry && (await this.names.before(from, to, entry));
		return other
			? {
					kind: other.kind,
					before: other.entry,
					isReplaced: other.isReplaced,
					confirmation: other.confirmation,
				}
			: {kind: 'written'};
	}

	/**
	@param from - The state before the step.
	@param to - The one that it left.
	@param entry - Something in the former.
	*/
	async effectOn(from: State, to: State, entry: Entry): Promise<Effect> {
		const after = await statAt(this.lookup, to.place, entry.path);
		const isCopiedOver =
			to.step?.copy &&
			after !== null &&
			after.kind !== 'directory' &&
			(await this.copiedBy(to.step.copy, after, entry)) !== null;
		if (isCopiedOver) {
			return {
				kind: 'overwritten',
				isSame: await this.#isSameContents(from, to, entry, after),
			};
		}

		const kept = await this.#keptAs(from, to, entry, after);
		if (kept !== null) {
			return {kind: kept, after: after!};
		}

		const other = to.step?.copy
			? null
			: await this.names.after(from, to, entry);
		return other === null
			? after === null
				? {kind: 'deleted'}
				: {kind: 'overwritten', isSame: false}
			: {
					kind: 'moved',
					after: other.entry,
					isReplaced: other.isReplaced,
				};
	}

	/**
	Goes through what may have been copied there, the last first, until one has the contents. Of an archive that can't be
	read nobody knows what it has: one that can comes first.

	@param entry - Something in the filesystem after a copy.
	@param before - What was there before it.
	@returns How the copy brought it; `null` when it didn't.
	*/
	async copiedBy(
		copy: CopyStep,
		entry: Entry,
		before: Entry | null,
	): Promise<CopiedLink | null> {
		const mapping = await this.#mappingOf(copy);
		const unread: CopiedLink[] = [];
		for (const origin of mapping.originsOf(entry.path)) {
			// eslint-disable-next-line no-await-in-loop -- the first that is found ends the search
			const sameness = await this.#samenessOf(copy.step, origin, entry);
			const isUnlikely =
				sameness === 'unknown' && before !== null && areSame(before, entry);
			if (sameness !== null && sameness !== 'different' && !isUnlikely) {
				const {placement, path: source, member} = origin;
				const link: CopiedLink = {
					kind: 'copied',
					path: entry.path,
					step: copy.step,
					from: placement.from,
					source,
					named: namedOf(origin),
					member,
					confirmation: confirmationOf(entry, sameness),
				};
				if (member === null || sameness !== 'unknown') {
					return link;
				}

				unread.push(link);
			}
		}

		const [first, ...others] = unread;
		return first === undefined
			? null
			: {
					...first,
					...(others.length > 0 && {
						alternatives: others.map(({source}) => source),
					}),
				};
	}

	/** `null` when there is no such thing to be copied. */
	async #samenessOf(
		step: number,
		{placement: {operation, from}, path, member}: Origin,
		entry: Entry,
	): Promise<Sameness | null> {
		const place: Place = {kind: 'copy', step, operation};
		const destination: Spot = {
			place: {kind: 'after', step},
			path: entry.path,
		};
		if (member !== null) {
			return this.lookup.compareMember({place, path}, member, destination);
		}

		if (path === '') {
			return entry.kind === 'directory' ? 'same' : null;
		}

		const source = await statAt(this.lookup, place, path);
		if (source === null && from.kind === 'address') {
			// Some builders keep nothing of what they download.
			return 'unknown';
		}

		if (source?.kind !== entry.kind) {
			return null;
		}

		return entry.kind === 'file'
			? source.size === entry.size
				? this.lookup.compare({place, path}, destination)
				: 'different'
			: source.linkTarget === entry.linkTarget
				? 'same'
				: 'different';
	}

	/** Whether what is at the same path on both sides of a step has the same contents; `null` when it hasn't. */
	async #keptAs(
		from: State,
		to: State,
		before: Entry | null,
		after: Entry | null,
	): Promise<'none' | 'touched' | null> {
		if (before === null || after === null || !isSameKind(before, after)) {
			return null;
		}

		if (areSame(before, after)) {
			return 'none';
		}

		if (before.kind === 'directory') {
			return hasSameOwner(before, after) ? 'none' : 'touched';
		}

		if (before.size !== after.size || before.linkTarget !== after.linkTarget) {
			return null;
		}

		if (before.kind !== 'file' || before.modified === after.modified) {
			return 'touched';
		}

		return (await this.#isSameContents(from, to, before, after))
			? 'touched'
			: null;
	}

	/** Whether two entries, of which the second is no directory, have the same in them, as far as that is known. */
	async #isSameContents(
		from: State,
		to: State,
		before: Entry,
		after: Entry,
	): Promise<boolean> {
		if (
			!isSameKind(before, after) ||
			before.size !== after.size ||
			before.linkTarget !== after.linkTarget
		) {
			return false;
		}

		if (before.kind !== 'file') {
			return true;
		}

		const sameness = await this.lookup.compare(
			{place: from.place, path: before.path},
			{place: to.place, path: after.path},
		);
		return sameness === 'same' || sameness === 'alike';
	}
}

/** As the instruction names it, with what is below that. */
function namedOf({placement: {named, root}, path, member}: Origin): BytePath {
	return member === null && path.startsWith(root) && root !== ''
		? (`${named}${path.slice(root.length)}` as BytePath)
		: path;
}
