import type {BytePath} from '../../../text/byte-path.js';
import type {Entry} from '../../tree/entry.js';
import {nameOf} from '../../tree/paths.js';

/** How many files are compared of the same size and time, and how many of another time. */
const mostOfTime = 200;
const mostOfOtherTime = 64;

/**
@returns What may be the same thing under another name, the likeliest first: of the same time, and of the same name in the same
directories, as what is in a directory that was moved. A move from a lower layer may be a copy that keeps the time to the second, or not at all; then
only the contents tell.

@param listing - Of the other side of a step: what it may have touched, each name of a file with its size.
*/
export function candidatesFor(
	entry: Entry,
	listing: readonly Entry[],
): readonly Entry[] {
	const isOfTime = (other: Entry): boolean => other.modified === entry.modified;
	const alike = listing
		.filter(other => isAlike(other, entry))
		.toSorted(
			(a, b) =>
				Number(isOfTime(b)) - Number(isOfTime(a)) ||
				sharedTail(b.path, entry.path) - sharedTail(a.path, entry.path),
		);
	return [
		...alike.filter(other => isOfTime(other)).slice(0, mostOfTime),
		...alike.filter(other => !isOfTime(other)).slice(0, mostOfOtherTime),
	];
}

/** @returns How many names at their ends two paths have in common: two of `pkg/a/x` and `moved/a/x`. */
export function sharedTail(a: BytePath, b: BytePath): number {
	const [names, others] = [a.split('/'), b.split('/')];
	let count = 0;
	while (
		count < Math.min(names.length, others.length) &&
		names.at(-1 - count) === others.at(-1 - count)
	) {
		count++;
	}

	return count;
}

/** Whether two entries may be the same thing under two names. A link that is made anew in a moved directory has a new time. */
function isAlike(a: Entry, b: Entry): boolean {
	const isOfContents =
		b.kind === 'symlink'
			? nameOf(a.path) === nameOf(b.path)
			: b.kind === 'file' && b.size > 0;
	return (
		isSameKind(a, b) &&
		a.linkTarget === b.linkTarget &&
		a.size === b.size &&
		(a.kind !== 'directory' || hasSameOwner(a, b)) &&
		(isOfContents || a.modified === b.modified)
	);
}

/** @returns The other names of a file in a listing. */
export function linkedNames(
	listing: readonly Entry[],
	path: BytePath,
): ReadonlySet<BytePath> {
	const first = listing.find(entry => entry.path === path)?.hardLinkTo ?? path;
	return new Set(
		listing
			.filter(entry => entry.path === first || entry.hardLinkTo === first)
			.map(entry => entry.path)
			.filter(name => name !== path),
	);
}

/** @returns Whether both are there, and of one kind. */
export function isSameKind(a: Entry | null, b: Entry): boolean {
	return a?.kind === b.kind;
}

/** @returns Whether mode and owner are the same. */
export function hasSameOwner(a: Entry, b: Entry): boolean {
	return a.mode === b.mode && a.uid === b.uid && a.gid === b.gid;
}

/** @returns Whether two entries look the same by all that shows without reading them. */
export function areSame(a: Entry, b: Entry): boolean {
	return (
		a.kind === b.kind &&
		a.size === b.size &&
		a.modified === b.modified &&
		a.linkTarget === b.linkTarget &&
		hasSameOwner(a, b)
	);
}
