import {type Change, isReplacement} from './change.js';
import {type PathTree, PathTreeBuilder} from './path-tree.js';

/** Files, whatever isn't a directory, and their bytes; those of a file of several names once. */
export type Amount = {readonly files: number; readonly bytes: number};

/** What changed at a path and below it. */
export type Totals = {
	readonly added: Amount;
	readonly removed: Amount;

	/** `bytes` is what they were. */
	readonly changed: Amount & {readonly bytesAfter: number};
};

/** The kinds of changes at a node and below, as bits: what is only of one kind can be shown as one row. */
export const kindBits = {added: 1, removed: 2, changed: 4} as const;

type Sums = Readonly<
	Record<
		| 'addedFiles'
		| 'addedBytes'
		| 'removedFiles'
		| 'removedBytes'
		| 'changedFiles'
		| 'changedBytes'
		| 'changedBytesAfter',
		Float64Array
	>
>;

/** The changes of a comparison in their directories, with sums. */
export class ChangeTree {
	readonly paths: PathTree;

	/** By node; without an entry for a directory that didn't change itself. */
	readonly changes: ReadonlyMap<number, Change>;

	/** By node: `kindBits` of it and all below. */
	readonly kinds: Uint8Array;

	/** By node: how many bytes came, went or changed, to sort by. */
	readonly weights: Float64Array;

	readonly #sums: Sums;

	constructor(
		columns: Pick<ChangeTree, 'paths' | 'changes' | 'kinds'>,
		sums: Sums,
	) {
		this.paths = columns.paths;
		this.changes = columns.changes;
		this.kinds = columns.kinds;
		this.#sums = sums;
		this.weights = sums.addedBytes.map(
			(bytes, node) =>
				bytes +
				sums.removedBytes[node]! +
				Math.max(sums.changedBytes[node]!, sums.changedBytesAfter[node]!),
		);
	}

	totals(node: number): Totals {
		const sums = this.#sums;
		return {
			added: {files: sums.addedFiles[node]!, bytes: sums.addedBytes[node]!},
			removed: {
				files: sums.removedFiles[node]!,
				bytes: sums.removedBytes[node]!,
			},
			changed: {
				files: sums.changedFiles[node]!,
				bytes: sums.changedBytes[node]!,
				bytesAfter: sums.changedBytesAfter[node]!,
			},
		};
	}

	/** @returns How many files came, went or changed at a node and below. */
	files(node: number): number {
		const {addedFiles, removedFiles, changedFiles} = this.#sums;
		return addedFiles[node]! + removedFiles[node]! + changedFiles[node]!;
	}
}

/**
@param changes - In path order.
@returns Them as a tree, with the sums of every directory.
*/
export function changeTree(changes: readonly Change[]): ChangeTree {
	const builder = new PathTreeBuilder();
	const byNode = new Map(
		changes.map(change => [builder.add(change.path), change]),
	);
	const paths = builder.finish();
	const sums = emptySums(paths.size);
	const kinds = new Uint8Array(paths.size);
	for (const [node, change] of byNode) {
		kinds[node] = isReplacement(change)
			? // eslint-disable-next-line no-bitwise -- bits
				kindBits.added | kindBits.removed
			: kindBits[change.kind];
		count(sums, node, change);
	}

	for (const values of Object.values(sums)) {
		paths.sumUp(values);
	}

	for (let node = paths.size - 1; node > 0; node--) {
		// eslint-disable-next-line no-bitwise -- bits
		kinds[paths.parents[node]!]! |= kinds[node]!;
	}

	return new ChangeTree({paths, changes: byNode, kinds}, sums);
}

function emptySums(size: number): Sums {
	return {
		addedFiles: new Float64Array(size),
		addedBytes: new Float64Array(size),
		removedFiles: new Float64Array(size),
		removedBytes: new Float64Array(size),
		changedFiles: new Float64Array(size),
		changedBytes: new Float64Array(size),
		changedBytesAfter: new Float64Array(size),
	};
}

function count(sums: Sums, node: number, change: Change): void {
	const {from, to, bytes} = change;
	if (change.kind === 'changed' && !isReplacement(change)) {
		sums.changedFiles[node]! += from!.kind === 'directory' ? 0 : 1;
		sums.changedBytes[node]! += bytes.from;
		sums.changedBytesAfter[node]! += bytes.to;
		return;
	}

	if (from !== null && from.kind !== 'directory') {
		sums.removedFiles[node]!++;
		sums.removedBytes[node]! += bytes.from;
	}

	if (to !== null && to.kind !== 'directory') {
		sums.addedFiles[node]!++;
		sums.addedBytes[node]! += bytes.to;
	}
}
