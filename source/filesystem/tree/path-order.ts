import type {PathTree} from './path-tree.js';

/** The children of every node in an order of their own. */
export type ChildOrder = {
	/** @returns The children of a node; sorted when they are first asked for. */
	children(node: number): Int32Array;
};

/** Up to how many children one is put after the other in its place. */
const few = 64;

/**
@param weights - By node: whole numbers, not negative.
@returns The children of every node, heaviest first; those of one weight by name.
*/
export function orderByWeight(
	tree: PathTree,
	weights: Float64Array,
): ChildOrder {
	const sorted = new Map<number, Int32Array>();
	return {
		children(node) {
			const known = sorted.get(node);
			if (known) {
				return known;
			}

			const children = sortByWeight(childrenOf(tree, node), weights);
			sorted.set(node, children);
			return children;
		},
	};
}

function childrenOf({ends}: PathTree, node: number): Int32Array<ArrayBuffer> {
	const end = ends[node]!;
	let count = 0;
	for (let child = node + 1; child < end; child = ends[child]!) {
		count++;
	}

	const children = new Int32Array(count);
	for (let child = node + 1, at = 0; child < end; child = ends[child]!, at++) {
		children[at] = child;
	}

	return children;
}

function sortByWeight(
	nodes: Int32Array<ArrayBuffer>,
	weights: Float64Array,
): Int32Array {
	return nodes.length > few
		? (sortByKeys(nodes, weights) ??
				nodes.toSorted((a, b) => weights[b]! - weights[a]! || a - b))
		: insertEach(nodes, weights);
}

function insertEach(
	nodes: Int32Array<ArrayBuffer>,
	weights: Float64Array,
): Int32Array {
	for (let end = 1; end < nodes.length; end++) {
		const node = nodes[end]!;
		let at = end;
		while (at > 0 && weights[nodes[at - 1]!]! < weights[node]!) {
			nodes[at] = nodes[at - 1]!;
			at--;
		}

		nodes[at] = node;
	}

	return nodes;
}

/**
Numbers alone are sorted ten times as fast as by a function, which a frame depends on: each holds a weight, and the place
that breaks a tie.

@returns `null` when a number can't hold both.
*/
function sortByKeys(
	nodes: Int32Array,
	weights: Float64Array,
): Int32Array | null {
	const {length} = nodes;
	const keys = new Float64Array(length);
	for (let index = 0; index < length; index++) {
		keys[index] = weights[nodes[index]!]! * length + (length - 1 - index);
	}

	keys.sort();
	if (keys[length - 1]! > Number.MAX_SAFE_INTEGER) {
		return null;
	}

	const sorted = new Int32Array(length);
	for (let index = 0; index < length; index++) {
		sorted[index] = nodes[length - 1 - (keys[length - 1 - index]! % length)]!;
	}

	return sorted;
}
