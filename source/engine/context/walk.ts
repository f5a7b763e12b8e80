import {setImmediate} from 'node:timers/promises';
import {
	type BytePath,
	joinBytePath,
	rootPath,
	textOf,
} from '../../text/byte-path.js';
import {type Filter, type FilterVerdict} from './filter.js';
import {isForbidden, isMissing, readingError} from './reading-error.js';
import {type DirectoryEntry, type EntryStatus, type Tree} from './tree.js';

export type WalkedEntry = {
	readonly path: BytePath;
	readonly status: EntryStatus;
};

type OpenDirectory = {
	readonly path: BytePath;
	readonly verdict: FilterVerdict | undefined;
	readonly entries: readonly DirectoryEntry[];
	next: number;
	isSent: boolean;
};

// How long a walk may keep the event loop, in milliseconds; below what a user notices in a screen's answer to a key.
const timeSlice = 8;

/**
Walks a tree in the order of the transfer protocol: a directory before its entries, entries by the bytes of their names.
An entry that vanishes meanwhile is left out. A directory that the filter leaves out comes nevertheless, before the first
entry in it that the filter wants.

@param tree - What to walk.
@param filter - What of it is wanted.
@throws MstageError - When a directory or an entry can't be read.
*/
export async function* walk(
	tree: Tree,
	filter: Filter,
): AsyncGenerator<WalkedEntry> {
	const stack = [openRoot(tree)];
	let sliceStart = performance.now();
	for (
		let directory = stack.at(-1);
		directory !== undefined;
		directory = stack.at(-1)
	) {
		if (performance.now() - sliceStart > timeSlice) {
			// eslint-disable-next-line no-await-in-loop -- the point is to pause
			await setImmediate();
			sliceStart = performance.now();
		}

		const entry = directory.entries[directory.next++];
		if (entry === undefined) {
			stack.pop();
			continue;
		}

		const path = joinBytePath(directory.path, entry.name);
		const verdict = filter.judge(textOf(path), directory.verdict);
		if (verdict.isIncluded) {
			yield* pending(tree, stack, path);
		}

		if (entry.isDirectory && verdict.isEntered) {
			const entered = openDirectory(tree, path, verdict);
			if (entered !== undefined) {
				stack.push(entered);
			}
		}
	}
}

/** The entry, after the directories above it that were not sent yet. */
function* pending(
	tree: Tree,
	stack: OpenDirectory[],
	path: BytePath,
): Generator<WalkedEntry> {
	const status = statusOf(tree, path);
	if (status === undefined) {
		return;
	}

	for (const directory of stack) {
		if (!directory.isSent) {
			directory.isSent = true;
			const directoryStatus = statusOf(tree, directory.path);
			if (directoryStatus === undefined) {
				return;
			}

			yield {path: directory.path, status: directoryStatus};
		}
	}

	yield {path, status};
}

function openRoot(tree: Tree): OpenDirectory {
	const path = rootPath;
	try {
		return {
			path,
			verdict: undefined,
			entries: tree.readDirectory(path),
			next: 0,
			isSent: true,
		};
	} catch (error) {
		throw readingError(tree, path, error);
	}
}

function openDirectory(
	tree: Tree,
	path: BytePath,
	verdict: FilterVerdict,
): OpenDirectory | undefined {
	try {
		return {
			path,
			verdict,
			entries: tree.readDirectory(path),
			next: 0,
			isSent: verdict.isIncluded,
		};
	} catch (error) {
		if (isMissing(error) || (!verdict.isIncluded && isForbidden(error))) {
			return undefined;
		}

		throw readingError(tree, path, error);
	}
}

function statusOf(tree: Tree, path: BytePath): EntryStatus | undefined {
	try {
		return tree.readStatus(path);
	} catch (error) {
		if (isMissing(error)) {
			return undefined;
		}

		throw readingError(tree, path, error);
	}
}
