import {comparePaths, type Entry} from '../../../filesystem/tree/entry.js';
import {type BytePath, rootPath} from '../../../text/byte-path.js';
import type {Files, TouchedEntries} from '../../port.js';

/** How many directories are read at most: each takes about a millisecond, and whole listings a few seconds. */
const mostDirectories = 1000;

/** How many directories are read at once. */
const atOnce = 16;

export type TouchedOptions = {
	readonly before: Files;
	readonly after: Files;

	/**
	What was touched, in the order of a listing, with the directories on the way: what was made, changed or written again.
	Of what was removed only the directory that it was in.
	*/
	readonly difference: AsyncIterable<Entry>;
	readonly signal?: AbortSignal | undefined;
};

/**
Adds to what was touched what was there before. For that it reads the directories in which something was touched, on both
sides, where the names that are gone show, and all of the directories that are gone.

@returns `null` when that takes reading too many directories, or when a file that was touched may have had other names.
@throws What reading them throws.
*/
export async function readTouched(
	options: TouchedOptions,
): Promise<TouchedEntries | null> {
	const touched = new Map<BytePath, Entry>();
	for await (const entry of options.difference) {
		touched.set(entry.path, entry);
	}

	const [before, after] = await Promise.all([
		options.before.stat(rootPath),
		options.after.stat(rootPath),
	]);
	const old = await new OldEntries(options, touched).read();
	return (
		old && {
			before: [before, ...old.toSorted((a, b) => comparePaths(a.path, b.path))],
			after: [after, ...touched.values()],
		}
	);
}

type Directory = {
	readonly path: BytePath;

	/** Whether there is no such directory any more. */
	readonly isGone: boolean;
};

/** What was there before, of what was touched or is gone. */
class OldEntries {
	readonly #options: TouchedOptions;
	readonly #touched: ReadonlyMap<BytePath, Entry>;
	readonly #found: Entry[] = [];

	/** Those of several names in one directory. */
	readonly #linked = new Set<BytePath>();

	/** In which directories files are that may be one, by what is the same of all names of a file. */
	readonly #alike = new Map<string, Set<BytePath>>();

	constructor(options: TouchedOptions, touched: ReadonlyMap<BytePath, Entry>) {
		this.#options = options;
		this.#touched = touched;
	}

	async read(): Promise<readonly Entry[] | null> {
		let level: readonly Directory[] = [{path: rootPath, isGone: false}];
		let count = 0;
		while (level.length > 0) {
			count += level.length;
			if (count > mostDirectories) {
				return null;
			}

			// eslint-disable-next-line no-await-in-loop -- what is to be read next depends on what was read
			level = await this.#readLevel(level);
		}

		return this.#found.some(entry => this.#isMaybeLinked(entry))
			? null
			: this.#found;
	}

	/** @returns The directories below. */
	async #readLevel(level: readonly Directory[]): Promise<readonly Directory[]> {
		const below: Directory[] = [];
		for (let start = 0; start < level.length; start += atOnce) {
			this.#options.signal?.throwIfAborted();
			// eslint-disable-next-line no-await-in-loop -- a bounded number at a time
			const entries = await Promise.all(
				level
					.slice(start, start + atOnce)
					.map(async directory => this.#readDirectory(directory)),
			);
			for (const entry of entries.flat()) {
				this.#found.push(entry);
				if (entry.kind === 'directory') {
					const {path} = entry;
					const isGone = this.#touched.get(path)?.kind !== 'directory';
					below.push({path, isGone});
				}
			}
		}

		return below;
	}

	async #readDirectory({path, isGone}: Directory): Promise<readonly Entry[]> {
		const {before, after} = this.#options;
		const [old, present] = await Promise.all([
			before.readDirectory(path),
			isGone ? [] : after.readDirectory(path),
		]);
		this.#noteNames(path, old);
		const names = new Set(present.map(entry => entry.path));
		return old.filter(
			entry => this.#touched.has(entry.path) || !names.has(entry.path),
		);
	}

	/** A directory's listing tells of names that one file has in it, and not of those in other directories. */
	#noteNames(directory: BytePath, entries: readonly Entry[]): void {
		for (const entry of entries) {
			if (entry.hardLinkTo !== null) {
				this.#linked.add(entry.path).add(entry.hardLinkTo);
			}

			const key = likenessOf(entry);
			const directories = this.#alike.get(key) ?? new Set();
			this.#alike.set(key, directories.add(directory));
		}
	}

	/** Empty files, of which many are alike, are taken to have no names elsewhere. */
	#isMaybeLinked(entry: Entry): boolean {
		return (
			this.#linked.has(entry.path) ||
			(entry.kind === 'file' &&
				entry.size > 0 &&
				this.#alike.get(likenessOf(entry))!.size > 1)
		);
	}
}

function likenessOf({kind, size, modified, mode, uid, gid}: Entry): string {
	return [kind, size, modified, mode, uid, gid].join(' ');
}
