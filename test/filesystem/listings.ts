import fc from 'fast-check';
import {
	type Entry,
	type EntryKind,
	comparePaths,
	noXattrs,
} from '../../source/filesystem/tree/entry.js';
import {parentOf} from '../../source/filesystem/tree/paths.js';
import type {Candidate} from '../../source/filesystem/compare/comparison.js';
import {type BytePath, bytePathFromText} from '../../source/text/byte-path.js';

/** @returns An entry: a file of no bytes, unless told otherwise. */
export function entry(
	path: string,
	fields: Partial<Omit<Entry, 'path' | 'linkTarget' | 'hardLinkTo'>> & {
		readonly linkTarget?: string;
		readonly hardLinkTo?: string;
	} = {},
): Entry {
	const {linkTarget, hardLinkTo, ...others} = fields;
	return {
		path: bytePathFromText(path),
		kind: linkTarget === undefined ? 'file' : 'symlink',
		mode: 0o644,
		uid: 0,
		gid: 0,
		size: 0,
		modified: 1_000_000_001n,
		linkTarget: linkTarget === undefined ? null : bytePathFromText(linkTarget),
		hardLinkTo: hardLinkTo === undefined ? null : bytePathFromText(hardLinkTo),
		device: null,
		xattrs: noXattrs,
		...others,
	};
}

/** @returns An entry of a directory. */
export function directory(path: string, fields: Partial<Entry> = {}): Entry {
	return {...entry(path, {kind: 'directory', mode: 0o755}), ...fields};
}

/** @returns The entries in path order. */
export function listing(...entries: readonly Entry[]): readonly Entry[] {
	return entries.toSorted((a, b) => comparePaths(a.path, b.path));
}

/** A filesystem made up: what `list` says of it, and what is in its files. */
export type MadeUp = {
	readonly entries: readonly Entry[];
	readonly contents: ReadonlyMap<BytePath, string>;
};

/** @returns How a comparison tells the contents of made-up files apart. */
export function differing(from: MadeUp, to: MadeUp) {
	return async (
		candidates: readonly Candidate[],
	): Promise<ReadonlySet<BytePath>> =>
		new Set(
			candidates
				.filter(
					candidate =>
						from.contents.get(candidate.from) !== to.contents.get(candidate.to),
				)
				.map(({path}) => path),
		);
}

type Node = {
	readonly kind: EntryKind | 'link';
	readonly mode: number;
	readonly uid: number;
	readonly size: number;
	readonly time: number;
	readonly choice: number;
	readonly capability: number;
};

// Equal times go with equal contents for files of one size, as everywhere: a comparison trusts that.
const times = [
	{modified: 1_000_000_000n, variant: 'x'},
	{modified: 1_000_000_005n, variant: 'x'},
	{modified: 1_000_000_007n, variant: 'y'},
	{modified: 3_000_000_001n, variant: 'y'},
] as const;

const node: fc.Arbitrary<Node> = fc.record({
	kind: fc.constantFrom(
		'file',
		'file',
		'directory',
		'link',
		'symlink',
		'character-device',
		'fifo',
	),
	mode: fc.constantFrom(0o644, 0o4755),
	uid: fc.constantFrom(0, 0, 1000),
	size: fc.constantFrom(0, 1, 2),
	time: fc.nat(times.length - 1),
	choice: fc.nat(5),
	capability: fc.constantFrom(0, 0, 1),
});

const name = fc.constantFrom('a', 'a.b', '-a', 'b', 'café', 'a\u{1B}[2J\nb');

/** Filesystems with few names, so that two of them share many. */
export const filesystems: fc.Arbitrary<MadeUp> = fc
	.array(
		fc.tuple(
			fc
				.array(name, {minLength: 1, maxLength: 3})
				.map(parts => bytePathFromText(parts.join('/'))),
			node,
		),
		{maxLength: 14},
	)
	.map(pairs => assemble(new Map(pairs)));

function assemble(nodes: ReadonlyMap<BytePath, Node>): MadeUp {
	const paths = new Map<BytePath, Node | null>(nodes);
	for (const path of nodes.keys()) {
		for (let above = parentOf(path); above !== ''; above = parentOf(above)) {
			paths.set(above, null);
		}
	}

	const entries: Entry[] = [];
	const contents = new Map<BytePath, string>();
	for (const path of [...paths.keys()].toSorted(comparePaths)) {
		const made = makeEntry(path, paths.get(path)!, entries);
		entries.push(made);
		if (made.kind === 'file') {
			const {variant} = times.find(({modified}) => modified === made.modified)!;
			const first = made.hardLinkTo;
			contents.set(
				path,
				first === null ? variant.repeat(made.size) : contents.get(first)!,
			);
		}
	}

	return {entries, contents};
}

function makeEntry(
	path: BytePath,
	made: Node | null,
	before: readonly Entry[],
): Entry {
	if (made === null || made.kind === 'directory') {
		return {...directory('', {mode: made?.mode ?? 0o755}), path};
	}

	const {kind, mode, uid, size, time, choice, capability} = made;
	const {modified} = times[time]!;
	const files = before.filter(
		other => other.kind === 'file' && other.hardLinkTo === null,
	);
	const first = files[choice % Math.max(1, files.length)];
	if (kind === 'link' && first) {
		return {...first, path, size: 0, hardLinkTo: first.path};
	}

	const common = {mode, uid, modified};
	switch (kind) {
		case 'symlink': {
			return {...entry('', {...common, linkTarget: `t${choice % 2}`}), path};
		}

		case 'character-device': {
			const device = {major: 1, minor: choice % 3};
			return {...entry('', {...common, kind, device}), path};
		}

		case 'fifo': {
			return {...entry('', {...common, kind}), path};
		}

		default: {
			const xattrs =
				capability === 0
					? noXattrs
					: new Map([['security.capability', Uint8Array.of(capability)]]);
			return {...entry('', {...common, size, xattrs}), path};
		}
	}
}
