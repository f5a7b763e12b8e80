import type {PathTree} from './path-tree.js';

/** The children of every node in an order of their own. */
export type ChildOrder = {
	/** By node: where its children start in `children`; one more at the end. */
	readonly starts: Int32Array;
	readonly children: Int32Array;
};

const digits = 2 ** 16;

/**
@param weights - By node: whole numbers, not negative.
@returns The children of every node, heaviest first; those of one weight by name.
*/
export function orderByWeight(
	tree: PathTree,
	weights: Float64Array,
): ChildOrder {
	const starts = new Int32Array(tree.size + 1);
	for (let node = 1; node < tree.size; node++) {
		starts[tree.parents[node]! + 1]!++;
	}

	for (let node = 0; node < tree.size; node++) {
		starts[node + 1]! += starts[node]!;
	}

	const next = new Int32Array(starts);
	const children = new Int32Array(tree.size - 1);
	for (const node of heaviestFirst(weights)) {
		if (node !== 0) {
			const parent = tree.parents[node]!;
			children[next[parent]!] = node;
			next[parent]!++;
		}
	}

	return {starts, children};
}

/** A radix sort: as fast for a directory of 200,000 names as for as many directories, which a frame depends on. */
function heaviestFirst(weights: Float64Array): Int32Array {
	let largest = 0;
	for (const weight of weights) {
		largest = Math.max(largest, weight);
	}

	let order = Int32Array.from({length: weights.length}, (_, node) => node);
	for (let unit = 1; unit <= largest; unit *= digits) {
		order = sortByDigit(order, weights, unit);
	}

	return order;
}

function sortByDigit(
	order: Int32Array,
	weights: Float64Array,
	unit: number,
): Int32Array<ArrayBuffer> {
	const places = new Int32Array(digits + 1);
	const digitOf = new Uint16Array(order.length);
	// eslint-disable-next-line unicorn/no-for-loop -- `entries()` makes an array for each of them
	for (let node = 0; node < weights.length; node++) {
		const digit = digits - 1 - (Math.floor(weights[node]! / unit) % digits);
		digitOf[node] = digit;
		places[digit + 1]!++;
	}

	for (let digit = 0; digit < digits; digit++) {
		places[digit + 1]! += places[digit]!;
	}

	const sorted = new Int32Array(order.length);
	for (const node of order) {
		const digit = digitOf[node]!;
		sorted[places[digit]!] = node;
		places[digit]!++;
	}

	return sorted;
}
