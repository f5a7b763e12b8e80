import {Column} from './column.js';
import {type Entry, type EntryKind, noXattrs} from './entry.js';
import {type PathTree, PathTreeBuilder} from './path-tree.js';

const kinds: readonly EntryKind[] = [
	'file',
	'directory',
	'symlink',
	'character-device',
	'block-device',
	'fifo',
	'socket',
];

type Rare = Pick<Entry, 'linkTarget' | 'hardLinkTo' | 'device' | 'xattrs'>;

const nothingRare: Rare = {
	linkTarget: null,
	hardLinkTo: null,
	device: null,
	xattrs: noXattrs,
};

type Columns = {
	readonly kinds: Uint8Array;
	readonly modes: Uint16Array;
	readonly uids: Uint32Array;
	readonly gids: Uint32Array;
	readonly sizes: Float64Array;
	readonly modified: BigInt64Array;

	/** What few entries have, by node. */
	readonly rare: ReadonlyMap<number, Rare>;
};

/** All entries of a filesystem, about 100 bytes each, with the sums of its directories. */
export class FileTree {
	readonly paths: PathTree;

	/** By node: the size of a file, the sum of a directory, in which a file of several names counts once. */
	readonly bytes: Float64Array;

	/** By node: 1, or for a directory how many names below it are no directories. */
	readonly files: Float64Array;

	readonly #columns: Columns;

	/**
	@param paths - The names.
	@param columns - What is listed of each, a directory's bytes being 0.
	*/
	constructor(paths: PathTree, columns: Columns) {
		this.paths = paths;
		this.#columns = columns;
		this.bytes = new Float64Array(columns.sizes);
		this.files = Float64Array.from(columns.kinds, kind =>
			kinds[kind] === 'directory' ? 0 : 1,
		);
		paths.sumUp(this.bytes);
		paths.sumUp(this.files);
	}

	kind(node: number): EntryKind {
		return kinds[this.#columns.kinds[node]!]!;
	}

	/** @returns The entry as it was listed; `size` is 0 for a directory. */
	entry(node: number): Entry {
		const {modes, uids, gids, sizes, modified, rare} = this.#columns;
		const kind = this.kind(node);
		return {
			path: this.paths.path(node),
			kind,
			mode: modes[node]!,
			uid: uids[node]!,
			gid: gids[node]!,
			size: sizes[node]!,
			modified: modified[node]!,
			...(rare.get(node) ?? nothingRare),
		};
	}
}

/** @returns The entry that has the contents: of a later name of a file, that of its first name. */
export function resolvedEntry(tree: FileTree, node: number): Entry {
	const entry = tree.entry(node);
	const {paths} = tree;
	// eslint-disable-next-line unicorn/no-array-callback-reference -- a path, not a function
	const first = entry.hardLinkTo === null ? null : paths.find(entry.hardLinkTo);
	return first === null ? entry : tree.entry(first);
}

/** Makes the tree of a listing while it arrives. */
export class FileTreeBuilder {
	readonly #paths = new PathTreeBuilder();
	readonly #kinds = new Column(Uint8Array);
	readonly #modes = new Column(Uint16Array);
	readonly #uids = new Column(Uint32Array);
	readonly #gids = new Column(Uint32Array);
	readonly #sizes = new Column(Float64Array);
	readonly #modified: bigint[] = [];
	readonly #rare = new Map<number, Rare>();

	/**
	@param entry - In path order; directories that the listing leaves out are made up.
	*/
	add(entry: Entry): void {
		const node = this.#paths.add(entry.path);
		while (this.#kinds.length < node) {
			this.#push(madeUpDirectory);
		}

		this.#push(entry);
		const {linkTarget, hardLinkTo, device, xattrs} = entry;
		if (
			linkTarget !== null ||
			hardLinkTo !== null ||
			device !== null ||
			xattrs.size > 0
		) {
			this.#rare.set(node, {linkTarget, hardLinkTo, device, xattrs});
		}
	}

	finish(): FileTree {
		if (this.#kinds.length === 0) {
			this.#push(madeUpDirectory);
		}

		return new FileTree(this.#paths.finish(), {
			kinds: this.#kinds.finish(),
			modes: this.#modes.finish(),
			uids: this.#uids.finish(),
			gids: this.#gids.finish(),
			sizes: this.#sizes.finish(),
			modified: BigInt64Array.from(this.#modified),
			rare: this.#rare,
		});
	}

	#push(entry: Omit<Entry, 'path'>): void {
		this.#kinds.push(kinds.indexOf(entry.kind));
		this.#modes.push(entry.mode);
		this.#uids.push(entry.uid);
		this.#gids.push(entry.gid);
		this.#sizes.push(entry.kind === 'directory' ? 0 : entry.size);
		this.#modified.push(entry.modified);
	}
}

/** What a directory is that only a path speaks of. */
const madeUpDirectory: Omit<Entry, 'path'> = {
	...nothingRare,
	kind: 'directory',
	mode: 0o755,
	uid: 0,
	gid: 0,
	size: 0,
	modified: 0n,
};
