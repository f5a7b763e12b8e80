import type {Files} from '../../engine/port.js';
import {type Entry, plainRoot} from '../../filesystem/tree/entry.js';
import {isWithin} from '../../filesystem/tree/paths.js';
import {asBytePath, type BytePath, rootPath} from '../../text/byte-path.js';
import type {ResolvedPath} from '../../filesystem/tree/resolve-path.js';

/** One entry of what is to be copied. */
export type Selected = {
	/** From what is copied; empty for itself. */
	readonly path: BytePath;
	readonly entry: Entry;

	/** Of a later name of a file: the path of its first name among what is copied, also without a leading slash. */
	readonly sameAs: BytePath | null;
};

/**
@param found - A file, or a directory with everything below it.
@returns What there is to copy, in the order of a listing.
*/
export async function selectBelow(
	files: Pick<Files, 'list' | 'stat'>,
	found: Pick<Extract<ResolvedPath, {kind: 'found'}>, 'path' | 'entry'>,
	signal: AbortSignal,
): Promise<readonly Selected[]> {
	if (found.entry && found.entry.kind !== 'directory') {
		return [{path: rootPath, entry: found.entry, sameAs: null}];
	}

	const firstNames = new Map<BytePath, BytePath>();
	const selected: Selected[] =
		found.entry === null
			? [{path: rootPath, entry: plainRoot, sameAs: null}]
			: [];
	for await (const entry of files.list(signal)) {
		if (isWithin(entry.path, found.path)) {
			const path = relativeTo(found.path, entry.path);
			const key = entry.hardLinkTo ?? entry.path;
			const sameAs = firstNames.get(key) ?? null;
			selected.push({path, entry, sameAs});
			if (entry.kind === 'file' && !firstNames.has(key)) {
				firstNames.set(key, path);
			}
		}
	}

	return Promise.all(selected.map(async one => withSize(files, one)));
}

/** A later name of a file has no size in a listing; the first may be none of what is copied. */
async function withSize(
	files: Pick<Files, 'stat'>,
	one: Selected,
): Promise<Selected> {
	const {entry, sameAs} = one;
	return entry.hardLinkTo !== null && sameAs === null
		? {...one, entry: await files.stat(entry.path)}
		: one;
}

/** @returns The paths at the point of the files whose contents are needed. */
export function contentsOf(
	selected: readonly Selected[],
): ReadonlyMap<BytePath, Selected> {
	return new Map(
		selected
			.filter(({entry, sameAs}) => entry.kind === 'file' && sameAs === null)
			.map(one => [one.entry.path, one]),
	);
}

function relativeTo(directory: BytePath, path: BytePath): BytePath {
	return asBytePath(path.slice(directory === '' ? 0 : directory.length + 1));
}
