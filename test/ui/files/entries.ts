import {type Entry, noXattrs} from '../../../source/filesystem/tree/entry.js';
import {bytePathFromText} from '../../../source/text/byte-path.js';

/** @returns An entry as a listing has it: without a size, a directory. */
export function entryOf(
	path: string,
	size: number | null,
	other: Partial<Entry> = {},
): Entry {
	return {
		path: bytePathFromText(path),
		kind: size === null ? 'directory' : 'file',
		mode: size === null ? 0o755 : 0o644,
		uid: 0,
		gid: 0,
		size: size ?? 0,
		modified: 0n,
		linkTarget: null,
		hardLinkTo: null,
		device: null,
		xattrs: noXattrs,
		...other,
	};
}

/** @returns The entries as they arrive. */
export async function* listingOf(
	...entries: readonly Entry[]
): AsyncGenerator<Entry> {
	yield* entries;
}
