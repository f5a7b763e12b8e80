import type {BytePath} from '../../text/byte-path.js';
import type {Entry} from '../tree/entry.js';
import {type Listing, mergeListings} from '../tree/merge.js';
import {type Look, earlierNames} from './earlier-names.js';
import type {StepLayer} from './layers.js';

/**
Finds what is in a step's layer by what was there before it and after it. What was written again as it was can't be told so.

@param before - In path order.
@param after - In path order.
@param sizeOf - Of a file by its first name, which is the same in both.
@returns The layer's names, and how long the targets of its symbolic links are in all.
*/
export async function layerOfListings(
	before: Listing,
	after: Listing,
	sizeOf: (path: BytePath) => Promise<number>,
): Promise<
	Pick<StepLayer, 'written' | 'removed'> & {readonly linkBytes: number}
> {
	const removed: Entry[] = [];
	const entries: Array<{readonly from: Entry | null; readonly to: Entry}> = [];
	for await (const {from, to} of mergeListings(before, after)) {
		const wasThere = from !== null && from.kind !== 'directory';
		if (to === null || to.kind === 'directory') {
			if (wasThere) {
				removed.push(from);
			}
		} else if (!wasThere || isWrittenAgain(from, to)) {
			entries.push({from, to});
		}
	}

	const sizes = new Map(entries.map(({to}) => [to.path, to.size]));
	for (const {
		to: {hardLinkTo},
	} of entries) {
		if (hardLinkTo !== null && !sizes.has(hardLinkTo)) {
			// A new name of a file brings the file itself into the layer.
			// eslint-disable-next-line no-await-in-loop -- there are few
			sizes.set(hardLinkTo, await sizeOf(hardLinkTo));
		}
	}

	const earlierEntries = [
		...removed,
		...entries.flatMap(({from}) => from ?? []),
	];
	const looks = entries.map(({to}) => lookOf(to, sizes));
	const sizesBefore = new Map(
		earlierEntries.map(({path, size}) => [path, size]),
	);
	const earlier = earlierNames(
		earlierEntries
			.filter(({kind}) => kind !== 'directory')
			.map(one => lookOf(one, sizesBefore)),
		looks,
	);
	const written = looks.map(({path, size, file}) => ({
		path,
		bytes: size,
		file,
		earlier: earlier.get(path)!,
	}));
	const linkBytes = entries.reduce(
		(sum, {to}) => sum + (to.linkTarget?.length ?? 0),
		0,
	);
	return {written, removed: removed.map(({path}) => path), linkBytes};
}

/** As far as size and time tell. */
function haveSameContents(from: Entry, to: Entry): boolean {
	const isLinked = from.hardLinkTo !== null || to.hardLinkTo !== null;
	return (
		from.kind === to.kind &&
		(from.size === to.size || isLinked) &&
		from.modified === to.modified &&
		from.linkTarget === to.linkTarget
	);
}

function isWrittenAgain(from: Entry, to: Entry): boolean {
	return (
		!haveSameContents(from, to) ||
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
function lookOf(
	{path, kind, size, modified, hardLinkTo, linkTarget}: Entry,
	sizes: ReadonlyMap<BytePath, number>,
): Look {
	const file = hardLinkTo ?? path;
	return {
		path,
		// Where a link leads is all that it has.
		kind: linkTarget === null ? kind : `${kind} ${linkTarget}`,
		size: sizes.get(file) ?? size,
		modified: String(modified),
		file,
	};
}
