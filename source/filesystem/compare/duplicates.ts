import type {BytePath} from '../../text/byte-path.js';

/** Files of the same contents, which are not names of one file. */
export type Duplicates = {
	/** In path order, at least two. */
	readonly paths: readonly BytePath[];

	/** Of one of them. */
	readonly size: number;
};

/** A file that may have the contents of another. */
export type DuplicateCandidate = {
	readonly path: BytePath;
	readonly size: number;
};

/** What is smaller isn't worth reading, in bytes. */
const smallest = 64 * 1024;

/** Collects files that may be duplicates: as large as another, of which one isn't the base image's. */
export class SameSize {
	readonly #bySize = new Map<
		number,
		Array<DuplicateCandidate & {readonly isOfBase: boolean}>
	>();

	/** @param file - Each file once, whatever names it has. */
	add(file: DuplicateCandidate & {readonly isOfBase: boolean}): void {
		if (file.size >= smallest) {
			const others = this.#bySize.get(file.size) ?? [];
			this.#bySize.set(file.size, others);
			others.push(file);
		}
	}

	/** @returns Them, those of one size together. */
	candidates(): readonly DuplicateCandidate[] {
		return [...this.#bySize.values()]
			.filter(
				files => files.length > 1 && files.some(({isOfBase}) => !isOfBase),
			)
			.flat();
	}
}

/**
@param candidates - Those of one size in path order.
@param hashes - Of their contents, by path.
@returns Those of the same contents, by what they cost, the most first.
*/
export function duplicatesOf(
	candidates: readonly DuplicateCandidate[],
	hashes: ReadonlyMap<BytePath, string>,
): readonly Duplicates[] {
	const groups = new Map<string, DuplicateCandidate[]>();
	for (const candidate of candidates) {
		const hash = hashes.get(candidate.path)!;
		const group = groups.get(hash) ?? [];
		groups.set(hash, group);
		group.push(candidate);
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
