import {type BytePath} from '../../text/byte-path.js';

export type DirectoryEntry = {
	readonly name: BytePath;
	/** False for a symbolic link to a directory. */
	readonly isDirectory: boolean;
};

export type EntryStatus = {
	/** Go's `os.FileMode` bits. */
	readonly mode: number;
	/** In bytes; 0 for a directory. */
	readonly size: bigint;
	/** In nanoseconds since 1970. */
	readonly modTime: bigint;
	/** Where a symbolic link points to; empty for everything else. */
	readonly linkTarget: BytePath;
	/** The same text for all names of one file, or `null` when it has only one name. */
	readonly hardLinkKey: string | null;
	/** The number of the file; a name that another file took over has another one. */
	readonly inode: bigint;
	/** Of a socket, of which the mode says a file: BuildKit's clients send it as an empty one. */
	readonly isSocket?: true;
	/** The numbers of a device; `null` for everything else. */
	readonly device: {readonly major: bigint; readonly minor: bigint} | null;
};

/**
A directory that the engine may read. Paths are relative to it, `/` apart, empty for itself. The methods throw Node's
file system errors, with their `code`.

Metadata is read synchronously, and so is the first chunk of a file: an `lstat` takes 4 µs this way and 90 µs when awaited,
a small file 10 µs and 80 µs (Node 20), and a transfer is nothing but such calls. Whoever walks gives the event loop its
turns; contents are only asked for as fast as they are sent.
*/
export type Tree = {
	/** Names the tree in messages. */
	readonly name: string;
	/** @returns The entries in the order of their names' bytes. */
	readDirectory(path: BytePath): readonly DirectoryEntry[];
	readStatus(path: BytePath): EntryStatus;
	/**
	@param path - A regular file.
	@param size - How many bytes it had when its status was read; fewer than that is an error, more is fine.
	@param chunkSize - How many bytes a chunk has at most; by default 64 KiB.
	@returns The contents in chunks, read as they are asked for.
	@throws ShrunkFileError - When the file has become shorter.
	*/
	readContents(
		path: BytePath,
		size: bigint,
		chunkSize?: number,
	): AsyncIterable<Uint8Array>;
};

/**
@param a - A name.
@param b - Another one of the same directory.
@returns Which comes first in a transfer, for sorting.
*/
export function compareNames(a: BytePath, b: BytePath): number {
	return a < b ? -1 : 1;
}
