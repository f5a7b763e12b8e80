import {
	type BytePath,
	asBytePath,
	bytePathFromBytes,
	joinBytePath,
	rootPath,
} from '../../text/byte-path.js';
import {Column} from './column.js';
import {isWithin} from './paths.js';

/**
Names in directories, without an object for each: a node is a number, its place in path order, and 0 is the root. What is
below a node follows it without a gap, so that the whole is a few arrays and walking it is counting.
*/
export class PathTree {
	/** By node; the root's is itself. */
	readonly parents: Int32Array;

	/** By node: the first one after it that isn't below it. */
	readonly ends: Int32Array;

	/** The bytes of all names, one after the other. */
	readonly names: Uint8Array;

	/** By node: where its name starts; one more at the end. */
	readonly nameStarts: Int32Array;

	#text: BytePath | undefined;

	constructor(
		columns: Pick<PathTree, 'parents' | 'ends' | 'names' | 'nameStarts'>,
	) {
		this.parents = columns.parents;
		this.ends = columns.ends;
		this.names = columns.names;
		this.nameStarts = columns.nameStarts;
	}

	/** How many nodes there are; at least 1. */
	get size(): number {
		return this.parents.length;
	}

	/** @returns The last name of a node's path; empty for the root. */
	name(node: number): BytePath {
		// A part of one string costs a tenth of decoding every name on its own.
		this.#text ??= bytePathFromBytes(this.names);
		return asBytePath(
			this.#text.slice(this.nameStarts[node], this.nameStarts[node + 1]),
		);
	}

	path(node: number): BytePath {
		return node === 0
			? rootPath
			: joinBytePath(this.path(this.parents[node]!), this.name(node));
	}

	/** @returns How far below the root a node is. */
	depth(node: number): number {
		let depth = 0;
		for (let at = node; at !== 0; at = this.parents[at]!) {
			depth++;
		}

		return depth;
	}

	hasChildren(node: number): boolean {
		return this.ends[node]! > node + 1;
	}

	/** @returns The children of a node by the bytes of their names. */
	*children(node: number): Generator<number> {
		const end = this.ends[node]!;
		for (let child = node + 1; child < end; child = this.ends[child]!) {
			yield child;
		}
	}

	/** @returns The node of a path, or `null` when there is none. */
	find(path: BytePath): number | null {
		let node = 0;
		for (const name of path === '' ? [] : path.split('/')) {
			const child = this.#child(node, asBytePath(name));
			if (child === null) {
				return null;
			}

			node = child;
		}

		return node;
	}

	/**
	@param values - By node; changed in place: what a directory's own value is becomes that and the sum of all below it.
	*/
	sumUp(values: Float64Array): void {
		for (let node = this.size - 1; node > 0; node--) {
			values[this.parents[node]!]! += values[node]!;
		}
	}

	#child(node: number, name: BytePath): number | null {
		for (const child of this.children(node)) {
			if (
				this.nameStarts[child + 1]! - this.nameStarts[child]! === name.length &&
				this.name(child) === name
			) {
				return child;
			}
		}

		return null;
	}
}

/** Makes a tree of paths that come in path order. */
export class PathTreeBuilder {
	readonly #parents = new Column(Int32Array);
	readonly #ends = new Column(Int32Array);
	readonly #names = new Column(Uint8Array);
	readonly #nameStarts = new Column(Int32Array);

	/** The directories that may get more: those on the way to the last path. */
	readonly #open: Array<{readonly node: number; readonly path: BytePath}> = [];

	constructor() {
		this.#push(rootPath, 0);
	}

	/** @returns The node of the path; directories on the way that no listing has are made up. */
	add(path: BytePath): number {
		while (!isWithin(path, this.#open.at(-1)!.path)) {
			this.#close();
		}

		const directory = this.#open.at(-1)!;
		if (directory.path === path) {
			return directory.node;
		}

		const start = directory.path === '' ? 0 : directory.path.length + 1;
		for (
			let slash = path.indexOf('/', start);
			slash !== -1;
			slash = path.indexOf('/', slash + 1)
		) {
			this.#push(
				asBytePath(path.slice(0, slash)),
				path.lastIndexOf('/', slash - 1) + 1,
			);
		}

		return this.#push(path, path.lastIndexOf('/') + 1);
	}

	finish(): PathTree {
		while (this.#open.length > 0) {
			this.#close();
		}

		this.#nameStarts.push(this.#names.length);
		return new PathTree({
			parents: this.#parents.finish(),
			ends: this.#ends.finish(),
			names: this.#names.finish(),
			nameStarts: this.#nameStarts.finish(),
		});
	}

	#push(path: BytePath, nameStart: number): number {
		const node = this.#parents.length;
		this.#parents.push(this.#open.at(-1)?.node ?? 0);
		this.#ends.push(0);
		this.#nameStarts.push(this.#names.length);
		for (let index = nameStart; index < path.length; index++) {
			// eslint-disable-next-line unicorn/prefer-code-point -- bytes: a code unit each
			this.#names.push(path.charCodeAt(index));
		}

		this.#open.push({node, path});
		return node;
	}

	#close(): void {
		this.#ends.set(this.#open.pop()!.node, this.#parents.length);
	}
}
