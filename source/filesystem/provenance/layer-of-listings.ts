import type {BytePath} from '../../text/byte-path.js';
import type {Entry} from '../tree/entry.js';
import {type Listing, mergeListings} from '../tree/merge.js';
import {type Look, earlierNames} from './earlier-names.js';
import type {StepLayer} from './layers.js';

/**
Finds what is in a step's layer by what was there before it and after it. What was written again as it was can't be told so,
but for the names that a file had before it got another: with one name of a file all are in the layer.

@param before - In path order.
@param after - In path order.
@returns The layer's names, and how long the targets of its symbolic links are in all.
*/
export async function layerOfListings(
	before: Listing,
	after: Listing,
): Promise<
	Pick<StepLayer, 'written' | 'removed'> & {readonly linkBytes: number}
> {
	const removed: Entry[] = [];
	const pairs: Pair[] = [];
	const sizes: Sizes = {before: new Map(), after: new Map()};
	for await (const {from, to} of mergeListings(before, after)) {
		const old = from?.kind === 'directory' ? null : from;
		if (old) {
			sizes.before.set(old.path, old.size);
		}

		if (to === null || to.kind === 'directory') {
			removed.push(...(old ? [old] : []));
		} else {
			sizes.after.set(to.path, to.size);
			pairs.push({from: old, to});
		}
	}

	const changed = new Set(pairs.filter(pair => isWrittenAgain(pair, sizes)));
	const files = new Set([...changed].map(({to}) => fileOf(to)));
	const entries = pairs.filter(({to}) => files.has(fileOf(to)));
	const looks = entries.map(({to}) => lookOf(to, sizes.after));
	const earlier = earlierNames(
		[...removed, ...entries.flatMap(({from}) => from ?? [])].map(one =>
			lookOf(one, sizes.before),
		),
		looks,
	);
	const written = entries.map((pair, index) => {
		const {path, size, file} = looks[index]!;
		return {
			path,
			bytes: size,
			file,
			earlier: earlier.get(path)!,
			looksSame: !changed.has(pair),
		};
	});
	const linkBytes = entries.reduce(
		(sum, {to}) => sum + (to.linkTarget?.length ?? 0),
		0,
	);
	return {written, removed: removed.map(({path}) => path), linkBytes};
}

/** What is no directory after a step, and what was there before it, if that is none either. */
type Pair = {readonly from: Entry | null; readonly to: Entry};

/** Of files by their first names, on both sides of a step. */
type Sizes = Readonly<Record<'before' | 'after', Map<BytePath, number>>>;

/** The same of all names of a file in a listing. */
function fileOf({path, hardLinkTo}: Entry): BytePath {
	return hardLinkTo ?? path;
}

/** As far as it shows. */
function isWrittenAgain({from, to}: Pair, sizes: Sizes): boolean {
	return (
		from?.kind !== to.kind ||
		sizes.before.get(fileOf(from)) !== sizes.after.get(fileOf(to)) ||
		from.modified !== to.modified ||
		from.linkTarget !== to.linkTarget ||
		(from.mode !== to.mode && to.kind !== 'symlink') ||
		from.uid !== to.uid ||
		from.gid !== to.gid ||
		!haveSameXattrs(from.xattrs, to.xattrs)
	);
}

function haveSameXattrs(a: Entry['xattrs'], b: Entry['xattrs']): boolean {
	return (
		a.size === b.size &&
		[...a].every(([name, value]) => {
			const other = b.get(name);
			return (
				other?.length === value.length &&
				value.every((byte, index) => byte === other[index])
			);
		})
	);
}

/** @param sizes - By the first names of files. */
function lookOf(entry: Entry, sizes: ReadonlyMap<BytePath, number>): Look {
	const {path, kind, size, modified, linkTarget} = entry;
	const file = fileOf(entry);
	return {
		path,
		// Where a link leads is all that it has.
		kind: linkTarget === null ? kind : `${kind} ${linkTarget}`,
		size: sizes.get(file) ?? size,
		modified: String(modified),
		file,
	};
}
