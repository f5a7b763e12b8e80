import {UsageError} from '../../errors.js';
import {type BytePath, rootPath} from '../../text/byte-path.js';
import type {Entry} from './entry.js';

/** A filesystem that can be listed, and asked for its root (the engine's `Files`). */
type Listed = {
	stat(path: BytePath): Promise<Entry>;
	list(signal?: AbortSignal): AsyncIterable<Entry>;
};

/**
@returns A whole listing with the root first, where the filesystem has one: transfers leave it out, yet it has a mode and an
owner like all directories.
*/
export async function* listWithRoot(
	files: Listed,
	signal?: AbortSignal,
): AsyncGenerator<Entry> {
	const root = await rootOf(files);
	if (root !== null) {
		yield root;
	}

	yield* files.list(signal);
}

async function rootOf(files: Listed): Promise<Entry | null> {
	try {
		return await files.stat(rootPath);
	} catch (error) {
		if (error instanceof UsageError) {
			return null;
		}

		throw error;
	}
}
