import type {Files} from '../engine/port.js';
import type {Entry} from '../filesystem/tree/entry.js';
import {mergeListings} from '../filesystem/tree/merge.js';

/**
Finds by whole listings what may differ between two filesystems, for where the engine can't tell it.

@returns What either has that the other hasn't, or not the same, and all files of several names.
@throws {EngineError} The engine was lost.
*/
export async function listTouched(
	from: Files,
	to: Files,
): Promise<{
	readonly before: readonly Entry[];
	readonly after: readonly Entry[];
}> {
	const before = new Map<string, Entry>();
	const after = new Map<string, Entry>();
	const linked = new Set<string>();
	const kept = new Map<string, Entry>();
	for await (const {path, from: old, to: present} of mergeListings(
		from.list(),
		to.list(),
	)) {
		if (old && !isSame(old, present)) {
			before.set(path, old);
		}

		if (present && !isSame(present, old)) {
			after.set(path, present);
		} else if (present?.kind === 'file') {
			kept.set(path, present);
		}

		if (present?.hardLinkTo) {
			after.set(path, present);
			linked.add(present.hardLinkTo);
		}
	}

	for (const path of linked) {
		const first = kept.get(path);
		if (first) {
			after.set(path, first);
		}
	}

	return {before: [...before.values()], after: [...after.values()]};
}

function isSame(a: Entry, b: Entry | null): boolean {
	return (
		a.kind === b?.kind &&
		a.size === b.size &&
		a.modified === b.modified &&
		a.linkTarget === b.linkTarget
	);
}
