import type {Entry} from '../../filesystem/tree/entry.js';
import {
	type EntryPair,
	type Listing,
	mergeListings,
} from '../../filesystem/tree/merge.js';

/**
Finds by whole listings what may differ between two filesystems, for where the engine can't tell it.

@returns What either has that the other hasn't, or not the same, and of both all files of several names.
*/
export async function listTouched(
	from: Listing,
	to: Listing,
): Promise<{
	readonly before: readonly Entry[];
	readonly after: readonly Entry[];
}> {
	const touched: EntryPair[] = [];
	const same = new Map<string, EntryPair>();
	const linked = new Set<string>();
	for await (const pair of mergeListings(from, to)) {
		if (!isSame(pair)) {
			touched.push(pair);
		} else if (pair.to?.kind === 'file') {
			same.set(pair.path, pair);
		}

		const first = pair.to?.hardLinkTo ?? null;
		if (first !== null) {
			linked.add(first).add(pair.path);
		}
	}

	const all = [
		...touched,
		...[...linked].flatMap(path => same.get(path) ?? []),
	];
	return {
		before: all.flatMap(pair => pair.from ?? []),
		after: all.flatMap(pair => pair.to ?? []),
	};
}

function isSame({from, to}: EntryPair): boolean {
	return (
		from !== null &&
		from.kind === to?.kind &&
		from.size === to.size &&
		from.modified === to.modified &&
		from.linkTarget === to.linkTarget
	);
}
