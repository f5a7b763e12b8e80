import {type PathTree, PathTreeBuilder} from '../tree/path-tree.js';
import {type Change, isReplacement} from './change.js';

/** Files, whatever isn't a directory, and their bytes; those of a file of several names once. */
export type Amount = {readonly files: number; readonly bytes: number};

/** What changed at a path and below it. */
export type Totals = {
	readonly added: Amount;

	/** Without what is shipped. */
	readonly removed: Amount;

	/** `bytes` is what they were. */
	readonly changed: Amount & {readonly bytesAfter: number};

	/** What a copy took to another path; `bytes` is what it was. */
	readonly shipped: Amount & {readonly bytesAfter: number};
};

/** The kinds of changes at a node and below, as bits: what is only of one kind can be shown as one row. */
export const kindBits = {added: 1, removed: 2, changed: 4, shipped: 8} as const;

/** What a row of changes is told as. */
export type RowKind = keyof typeof kindBits;

/** @returns What a change is told as; a replacement is told as changed. */
export function rowKindOf(change: Change): RowKind {
	return change.shippedTo
		? 'shipped'
		: isReplacement(change)
			? 'changed'
			: change.kind;
}

/** @returns What is told of all that changed at a node and below, of which the bits are `kinds`. */
export function rowKindOfBits(kinds: number): RowKind {
	const names = Object.keys(kindBits) as readonly RowKind[];
	return names.find(name => kindBits[name] === kinds) ?? 'changed';
}

/** What is looked up by node. */
type Changes = Pick<ReadonlyMap<number, Change>, 'get' | 'has' | 'size'>;

type Sums = Readonly<
	Record<
		| 'addedFiles'
		| 'addedBytes'
		| 'removedFiles'
		| 'removedBytes'
		| 'changedFiles'
		| 'changedBytes'
		| 'changedBytesAfter'
		| 'shippedFiles'
		| 'shippedBytes'
		| 'shippedBytesAfter',
		Float64Array
	>
>;

/** The changes of a comparison in their directories, with sums. */
export class ChangeTree {
	readonly paths: PathTree;

	/** By node; without an entry for a directory that didn't change itself. */
	readonly changes: Changes;

	/** By node: the bits of its own change; 0 where there is none. */
	readonly ownKinds: Uint8Array;

	/**
	By node: `kindBits` of it and all below; 0 where there is no change, which only a filter makes. What a directory itself is
	changed in doesn't count where something below it changed: it doesn't keep that from being one row.
	*/
	readonly kinds: Uint8Array;

	/** By node: how many bytes came, went or changed, to sort by. */
	readonly weights: Float64Array;

	readonly #sums: Sums;

	/** @param sums - By node, of all below it, too. */
	constructor(
		columns: Pick<ChangeTree, 'paths' | 'changes' | 'ownKinds'>,
		sums: Sums,
	) {
		this.paths = columns.paths;
		this.changes = columns.changes;
		this.ownKinds = columns.ownKinds;
		this.kinds = kindsBelow(columns.paths, columns.ownKinds);
		this.#sums = sums;
		this.weights = sums.addedBytes.map(
			(bytes, node) =>
				bytes +
				sums.removedBytes[node]! +
				sums.shippedBytes[node]! +
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
			shipped: {
				files: sums.shippedFiles[node]!,
				bytes: sums.shippedBytes[node]!,
				bytesAfter: sums.shippedBytesAfter[node]!,
			},
		};
	}

	/** @returns The children of a node at or below which something changed, by the bytes of their names. */
	*children(node: number): Generator<number> {
		for (const child of this.paths.children(node)) {
			if (this.kinds[child] !== 0) {
				yield child;
			}
		}
	}

	/**
	@param isKept - Asked of nodes that have a change of their own.
	@returns The changes that are kept, with sums of them alone. The paths stay, and so do the numbers of the nodes.
	*/
	filtered(isKept: (node: number) => boolean): ChangeTree {
		const {paths, changes} = this;
		const ownKinds = this.ownKinds.map((kinds, node) =>
			kinds !== 0 && isKept(node) ? kinds : 0,
		);
		const sums = Object.fromEntries(
			Object.entries(this.#sums).map(([name, values]) => [
				name,
				sumsOfKept(paths, values, ownKinds),
			]),
		) as Sums;
		const kept: Changes = {
			size: ownKinds.reduce((count, kinds) => count + Math.sign(kinds), 0),
			get: node => (ownKinds[node] === 0 ? undefined : changes.get(node)),
			has: node => ownKinds[node] !== 0,
		};
		return new ChangeTree({paths, changes: kept, ownKinds}, sums);
	}

	/** @returns How many files came, went or changed at a node and below. */
	files(node: number): number {
		const {addedFiles, removedFiles, changedFiles, shippedFiles} = this.#sums;
		return (
			addedFiles[node]! +
			removedFiles[node]! +
			changedFiles[node]! +
			shippedFiles[node]!
		);
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
	const ownKinds = new Uint8Array(paths.size);
	for (const [node, change] of byNode) {
		count(sums, node, change);
		ownKinds[node] = isReplacement(change)
			? // eslint-disable-next-line no-bitwise -- bits
				kindBits.added | kindBits.removed
			: kindBits[rowKindOf(change)];
	}

	for (const values of Object.values(sums)) {
		paths.sumUp(values);
	}

	return new ChangeTree({paths, changes: byNode, ownKinds}, sums);
}

function kindsBelow({parents}: PathTree, ownKinds: Uint8Array): Uint8Array {
	const kinds = new Uint8Array(ownKinds.length);
	/* eslint-disable no-bitwise -- bits */
	for (let node = ownKinds.length - 1; node >= 0; node--) {
		const own = ownKinds[node]!;
		if (kinds[node] === 0 || own !== kindBits.changed) {
			kinds[node]! |= own;
		}

		if (node > 0) {
			kinds[parents[node]!]! |= kinds[node]!;
		}
	}
	/* eslint-enable no-bitwise */

	return kinds;
}

/** Of sums of all below a node, those of what is kept. */
function sumsOfKept(
	paths: PathTree,
	sums: Float64Array,
	ownKinds: Uint8Array,
): Float64Array {
	const kept = new Float64Array(sums);
	for (let node = 1; node < sums.length; node++) {
		kept[paths.parents[node]!]! -= sums[node]!;
	}

	for (let node = 0; node < sums.length; node++) {
		if (ownKinds[node] === 0) {
			kept[node] = 0;
		}
	}

	paths.sumUp(kept);
	return kept;
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
		shippedFiles: new Float64Array(size),
		shippedBytes: new Float64Array(size),
		shippedBytesAfter: new Float64Array(size),
	};
}

function count(sums: Sums, node: number, change: Change): void {
	const {from, to, bytes, shippedTo} = change;
	if (shippedTo) {
		sums.shippedFiles[node]! += from!.kind === 'directory' ? 0 : 1;
		sums.shippedBytes[node]! += bytes.from;
		sums.shippedBytesAfter[node]! += shippedTo.entry?.size ?? 0;
		return;
	}

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
