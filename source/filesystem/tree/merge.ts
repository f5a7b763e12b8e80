import {type BytePath, readableOf} from '../../text/byte-path.js';
import {type Entry, comparePaths} from './entry.js';

/** Entries in path order, each path once. */
export type Listing = Iterable<Entry> | AsyncIterable<Entry>;

/** What two listings have of one path; one of the two may be `null`. */
export type EntryPair = {
	readonly path: BytePath;
	readonly from: Entry | null;
	readonly to: Entry | null;
};

/**
Reads two listings side by side, holding no more than one entry of each.

@returns Every path of either, in path order.
@throws {RangeError} From the iterable: a listing isn't in path order.
*/
export async function* mergeListings(
	from: Listing,
	to: Listing,
): AsyncGenerator<EntryPair> {
	const left = new Reader(from);
	const right = new Reader(to);
	try {
		let [a, b] = await Promise.all([left.next(), right.next()]);
		while (a !== null || b !== null) {
			const order =
				a === null ? 1 : b === null ? -1 : comparePaths(a.path, b.path);
			yield {
				path: (order <= 0 ? a : b)!.path,
				from: order <= 0 ? a : null,
				to: order >= 0 ? b : null,
			};
			/* eslint-disable no-await-in-loop -- what is read next depends on what was read */
			a = order <= 0 ? await left.next() : a;
			b = order >= 0 ? await right.next() : b;
			/* eslint-enable no-await-in-loop */
		}
	} finally {
		await Promise.allSettled([left.close(), right.close()]);
	}
}

/** @returns A listing as it goes by. */
export async function* passing(
	listing: Listing,
	see: (entry: Entry) => void,
): AsyncGenerator<Entry> {
	for await (const entry of listing) {
		see(entry);
		yield entry;
	}
}

/** Takes the entries of a listing one by one, and sees that they are in order. */
class Reader {
	readonly #iterator: Iterator<Entry> | AsyncIterator<Entry>;
	#last: BytePath | null = null;

	constructor(listing: Listing) {
		this.#iterator =
			Symbol.asyncIterator in listing
				? listing[Symbol.asyncIterator]()
				: listing[Symbol.iterator]();
	}

	async next(): Promise<Entry | null> {
		const result = await this.#iterator.next();
		if (result.done) {
			return null;
		}

		const {path} = result.value;
		if (this.#last !== null && comparePaths(this.#last, path) >= 0) {
			throw new RangeError(
				`A listing isn't in path order: ${readableOf(path)} came after ${readableOf(this.#last)}.`,
			);
		}

		this.#last = path;
		return result.value;
	}

	async close(): Promise<void> {
		await this.#iterator.return?.();
	}
}
