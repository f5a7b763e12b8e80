import {type BytePath, rootPath} from '../../text/byte-path.js';

export type EntryKind =
	| 'file'
	| 'directory'
	| 'symlink'
	| 'character-device'
	| 'block-device'
	| 'fifo'
	| 'socket';

/**
One name in a filesystem, without its contents.

A whole listing comes in the order in which BuildKit sends it (tonistiigi/fsutil): a directory before what is in it, the
names of one directory by their bytes; in other words by the bytes of the paths, where `/` sorts before every other byte.
*/
export type Entry = {
	/** From the root, without a leading slash; empty for the root itself. */
	readonly path: BytePath;

	readonly kind: EntryKind;

	/** Permissions with setuid, setgid and sticky: `st_mode & 0o7777`. */
	readonly mode: number;

	readonly uid: number;
	readonly gid: number;

	/** In bytes; 0 for what is no file, and for a later name of a file (see `hardLinkTo`). */
	readonly size: number;

	/** In nanoseconds since 1970. */
	readonly modified: bigint;

	/** Where a symbolic link points to, as it is written there; `null` for everything else. */
	readonly linkTarget: BytePath | null;

	/** Of a file with several names in one listing: its first name, at all others. That one has the size. */
	readonly hardLinkTo: BytePath | null;

	/** Of a device. */
	readonly device: {readonly major: number; readonly minor: number} | null;

	/** The values are bytes; `security.capability` is one of the names. */
	readonly xattrs: ReadonlyMap<string, Uint8Array>;
};

/** What entries without extended attributes share. */
export const noXattrs: ReadonlyMap<string, Uint8Array> = new Map();

/** The root where a listing has no entry for it and nobody tells: in images that builders make it is root's, mode 0755. */
export const plainRoot: Entry = {
	path: rootPath,
	kind: 'directory',
	mode: 0o755,
	uid: 0,
	gid: 0,
	size: 0,
	modified: 0n,
	linkTarget: null,
	hardLinkTo: null,
	device: null,
	xattrs: noXattrs,
};

/**
@returns Less than 0 when the path `a` comes before `b` in a listing, more when after, 0 when they are the same.
*/
export function comparePaths(a: BytePath, b: BytePath): number {
	const length = Math.min(a.length, b.length);
	for (let index = 0; index < length; index++) {
		const difference = rankOf(a, index) - rankOf(b, index);
		if (difference !== 0) {
			return difference;
		}
	}

	return a.length - b.length;
}

/** A byte path has one character, of one code unit, per byte. */
function rankOf(path: BytePath, index: number): number {
	// eslint-disable-next-line unicorn/prefer-code-point -- bytes: a code unit each, and in the innermost loop
	const byte = path.charCodeAt(index);
	return byte === slash ? -1 : byte;
}

const slash = 0x2f;
