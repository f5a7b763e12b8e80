import type {Entry} from '../../../filesystem/entry.js';
import {type BytePath, rootPath} from '../../../text/byte-path.js';

/** How many directories are asked for at the same time: with fewer the engine waits for us, with more it is no faster. */
const inFlight = 32;

type Directory = Promise<readonly Entry[]>;

/**
A whole listing by reading one directory after the other.

@param read - Reads one directory, names in the order of their bytes.
@param signal - Aborting it ends the walk.
@returns All entries in the order of a listing.
*/
export async function* walkDirectories(
	read: (path: BytePath) => Directory,
	signal?: AbortSignal,
): AsyncIterable<Entry> {
	const ahead = new ReadAhead(read, inFlight);
	const root = await ahead.take(rootPath);
	const stack = [root.values()];
	for (
		let entries = stack.at(-1);
		entries !== undefined;
		entries = stack.at(-1)
	) {
		signal?.throwIfAborted();
		const {value: entry} = entries.next();
		if (entry === undefined) {
			stack.pop();
			continue;
		}

		yield entry;
		if (entry.kind === 'directory') {
			// eslint-disable-next-line no-await-in-loop -- the order is the point; what comes next is being read already
			const children = await ahead.take(entry.path);
			stack.push(children.values());
		}
	}
}

/** Reads directories before they are asked for, in the order in which they will be. */
class ReadAhead {
	readonly #read: (path: BytePath) => Directory;
	readonly #limit: number;
	readonly #started = new Map<BytePath, Directory>();

	/** What will be asked for, the next one last. */
	readonly #waiting: BytePath[] = [];

	constructor(read: (path: BytePath) => Directory, limit: number) {
		this.#read = read;
		this.#limit = limit;
	}

	async take(path: BytePath): Directory {
		if (!this.#started.has(path)) {
			this.#start(path);
		}

		const entries = await this.#started.get(path)!;
		this.#started.delete(path);
		const index = this.#waiting.lastIndexOf(path);
		if (index !== -1) {
			this.#waiting.splice(index, 1);
		}

		for (const {path: child} of entries
			.filter(entry => entry.kind === 'directory')
			.toReversed()) {
			this.#waiting.push(child);
		}

		this.#fill();
		return entries;
	}

	#fill(): void {
		while (this.#started.size < this.#limit && this.#waiting.length > 0) {
			this.#start(this.#waiting.pop()!);
		}
	}

	#start(path: BytePath): void {
		const directory = this.#read(path);
		// Whoever takes it hears of its failure; until then a rejection is nobody's.
		directory.catch(() => undefined);
		this.#started.set(path, directory);
	}
}
