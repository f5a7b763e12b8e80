import type {StoredName} from '../../filesystem/provenance/layers.js';
import type {Entry} from '../../filesystem/tree/entry.js';
import type {BytePath} from '../../text/byte-path.js';

/**
Files to be looked at. Paths start at the root, without a leading slash. No symbolic link is followed: in a path to a file,
only the root and real directories count (`resolvePath` of the filesystem room follows links, inside the root).
*/
export type Files = {
	/** Whether a range of a file takes reading all that is in front of it; default: no. */
	readonly isSequential?: boolean;

	/**
	@returns What is in a directory, one level of it, names in the order of their bytes.
	@throws {UsageError} There is no such directory.
	@throws {EngineError} The engine was lost.
	*/
	readDirectory(path: BytePath): Promise<readonly Entry[]>;

	/**
	@throws {UsageError} There is nothing of that name.
	@throws {EngineError} The engine was lost.
	*/
	stat(path: BytePath): Promise<Entry>;

	/**
	Looks several paths up in the time that one takes; left out where each takes next to nothing.

	@returns What is there, in any order; paths that nothing is at are left out.
	@throws {EngineError} The engine was lost.
	*/
	statAll?(paths: readonly BytePath[]): Promise<readonly Entry[]>;

	/**
	Finds the names of a file in less time than a listing takes; left out where there is no such way.

	@param path - A regular file.
	@returns All of them.
	@throws {UsageError} The programs that this takes can't be run there.
	@throws {EngineError} The engine was lost.
	*/
	namesOf?(path: BytePath): Promise<readonly BytePath[]>;

	/**
	@param range - In bytes; what lies beyond the end of the file is left out. Default: all of it.
	@returns The contents in chunks, fetched as they are asked for.
	@throws {UsageError} From the iterable: there is no such file.
	@throws {EngineError} From the iterable: the engine was lost.
	*/
	readFile(path: BytePath, range?: FileRange): AsyncIterable<Uint8Array>;

	/**
	@param signal - Aborting it ends the listing; the iterable then throws the signal's reason.
	@returns Every entry but the root, in the order of a listing (see `Entry`), as they come; no contents are moved.
	@throws {EngineError} From the iterable: the engine was lost.
	*/
	list(signal?: AbortSignal): AsyncIterable<Entry>;

	/**
	@param paths - Regular files, by paths of a listing.
	@param signal - Aborting it ends the reading; the iterables then throw the signal's reason.
	@returns The contents of many files in one transfer, one file after the other in the order of a listing. Chunks that
	weren't read when the next file is asked for are dropped.
	@throws {UsageError} From the iterable: there is no such file.
	@throws {EngineError} From the iterable: the engine was lost.
	*/
	readFiles(
		paths: readonly BytePath[],
		signal?: AbortSignal,
	): AsyncIterable<FileContents>;
};

/**
What two filesystems have of the paths in which they may differ, each in the order of a listing, with the root first. Names
that were linked to a file that was touched, and weren't touched themselves, aren't among them.
*/
export type TouchedEntries = {
	readonly before: readonly Entry[];
	readonly after: readonly Entry[];
};

/** What the engine tells of the layer of a step. */
export type LayerContents = {
	/** What it holds, by name; `null` when only whole listings tell. */
	readonly names: {
		/** See `StepLayer`. */
		readonly written: readonly StoredName[];
		readonly removed: readonly BytePath[];
	} | null;

	/** What it holds in all, as the engine counts it, in bytes: its regular files; `null` when it doesn't say. */
	readonly bytes: number | null;
};

export type FileRange = {readonly offset: number; readonly length: number};

export type FileContents = {
	readonly path: BytePath;
	readonly chunks: AsyncIterable<Uint8Array>;
};
