import type {BytePath} from '../../text/byte-path.js';
import type {Entry} from '../tree/entry.js';
import type {Listing} from '../tree/merge.js';

/** Files of the same contents, which are not names of one file. */
export type Duplicates = {
	/** In path order, at least two. */
	readonly paths: readonly BytePath[];

	/** Of one of them. */
	readonly size: number;
};

/** What is smaller isn't worth reading, in bytes. */
const smallest = 64 * 1024;

/**
@returns A listing that goes by, and afterwards those of its files that may be duplicates: as large as another.
*/
export function collectSameSize(listing: Listing): {
	readonly listing: AsyncIterable<Entry>;
	candidates(): readonly Entry[];
} {
	const bySize = new Map<number, Entry[]>();
	return {
		listing: passing(listing, entry => {
			if (entry.kind === 'file' && entry.size >= smallest) {
				const others = bySize.get(entry.size) ?? [];
				bySize.set(entry.size, others);
				others.push(entry);
			}
		}),
		candidates: () =>
			[...bySize.values()].filter(({length}) => length > 1).flat(),
	};
}

/**
@param candidates - In the order of their listing among those of one size.
@param hashes - Of their contents, by path.
@returns Those of the same contents, by what they cost, the most first.
*/
export function duplicatesOf(
	candidates: readonly Entry[],
	hashes: ReadonlyMap<BytePath, string>,
): readonly Duplicates[] {
	const groups = new Map<string, Entry[]>();
	for (const entry of candidates) {
		const hash = hashes.get(entry.path)!;
		const group = groups.get(hash) ?? [];
		groups.set(hash, group);
		group.push(entry);
	}

	return [...groups.values()]
		.filter(({length}) => length > 1)
		.map(group => ({
			paths: group.map(({path}) => path),
			size: group[0]!.size,
		}))
		.toSorted((a, b) => costOf(b) - costOf(a));
}

/** @returns How many bytes all but one of them take. */
export function costOf({paths, size}: Duplicates): number {
	return (paths.length - 1) * size;
}

async function* passing(
	listing: Listing,
	see: (entry: Entry) => void,
): AsyncGenerator<Entry> {
	for await (const entry of listing) {
		see(entry);
		yield entry;
	}
}
