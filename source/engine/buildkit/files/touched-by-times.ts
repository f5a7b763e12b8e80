import {type Entry, comparePaths} from '../../../filesystem/entry.js';
import {parentOf} from '../../../filesystem/paths.js';
import {type BytePath, rootPath} from '../../../text/byte-path.js';
import type {Files, TouchedEntries} from '../../port.js';
import type {ChangeTimes, Seen, Side} from './change-times.js';
import {mostDirectories} from './touched.js';

/** How many names of a directory are asked for one by one rather than all of it read. */
const fewNames = 4;

/** Of how many directories names are read at once: engines do little more at a time, and 20.10 fails under many. */
const atOnce = 8;

export type ByTimesOptions = {
	readonly files: Readonly<Record<Side, Files>>;
	readonly times: Pick<ChangeTimes, 'look'>;
	readonly signal?: AbortSignal | undefined;
};

/**
Finds what was touched by when it changed. Whatever is done to a file or in a directory leaves a later time of change there,
and in an overlay, which copies the directories on the way first, on all of these: what has the same time on both sides is
the same, with all below it, and isn't looked into. Where a filesystem was copied as a whole for the next step, all of it has
other times, and it is too much.

@returns `null` when names of a file that was touched may be where nothing else was, and `'too much'` when so much was
touched that looking at each directory isn't worth it.
@throws What looking and reading throw.
*/
export async function readTouchedByTimes(
	options: ByTimesOptions,
): Promise<TouchedEntries | 'too much' | null> {
	const touched = await findTouched(options);
	if (touched === 'too much') {
		return touched;
	}

	const [before, after] = await Promise.all([
		entriesOf(options, 'before', touched.before),
		entriesOf(options, 'after', touched.after),
	]);
	return before && after && {before, after};
}

type Sides<T> = Readonly<Record<Side, readonly T[]>>;

async function findTouched({
	times,
	signal,
}: ByTimesOptions): Promise<Sides<Seen> | 'too much'> {
	const found: Record<Side, Seen[]> = {before: [], after: []};
	let level: Sides<BytePath> = {before: [rootPath], after: [rootPath]};
	let count = 0;
	while (level.before.length + level.after.length > 0) {
		signal?.throwIfAborted();
		count += Math.max(level.before.length, level.after.length);
		if (count > mostDirectories) {
			return 'too much';
		}

		// eslint-disable-next-line no-await-in-loop -- what is to be looked at next depends on what was seen
		const {before, after} = await times.look(level);
		const touched = {
			before: withoutSame(before, after),
			after: withoutSame(after, before),
		};
		found.before.push(...touched.before);
		found.after.push(...touched.after);
		level = {
			before: directoriesOf(touched.before),
			after: directoriesOf(touched.after),
		};
	}

	return found;
}

function withoutSame(
	seen: readonly Seen[],
	others: readonly Seen[],
): readonly Seen[] {
	const changed = new Map(others.map(other => [other.path, other.changed]));
	return seen.filter(one => changed.get(one.path) !== one.changed);
}

function directoriesOf(seen: readonly Seen[]): readonly BytePath[] {
	return seen.filter(({kind}) => kind === 'directory').map(({path}) => path);
}

/** @returns In the order of a listing, with the root first; `null` when there are names that weren't seen. */
async function entriesOf(
	{files: sides, signal}: ByTimesOptions,
	side: Side,
	seen: readonly Seen[],
): Promise<readonly Entry[] | null> {
	const files = sides[side];
	const firstNames = firstNamesOf(seen);
	if (!firstNames) {
		return null;
	}

	const root = await files.stat(rootPath);
	const entries: Entry[] = [];
	const groups = [...groupsOf(seen)];
	for (let start = 0; start < groups.length; start += atOnce) {
		signal?.throwIfAborted();
		// eslint-disable-next-line no-await-in-loop -- a bounded number at a time
		const found = await Promise.all(
			groups
				.slice(start, start + atOnce)
				.map(async ([directory, paths]) => read(files, directory, paths)),
		);
		entries.push(...found.flat());
	}

	return [
		root,
		...entries
			.map(entry => {
				const first = firstNames.get(entry.path);
				return first === undefined || first === entry.path
					? entry
					: {...entry, hardLinkTo: first, size: 0};
			})
			.toSorted((a, b) => comparePaths(a.path, b.path)),
	];
}

/** By their directories. */
function groupsOf(
	seen: readonly Seen[],
): ReadonlyMap<BytePath, ReadonlySet<BytePath>> {
	const groups = new Map<BytePath, Set<BytePath>>();
	for (const {path} of seen) {
		const directory = parentOf(path);
		groups.set(directory, (groups.get(directory) ?? new Set()).add(path));
	}

	return groups;
}

async function read(
	files: Files,
	directory: BytePath,
	paths: ReadonlySet<BytePath>,
): Promise<readonly Entry[]> {
	if (paths.size <= fewNames) {
		return Promise.all([...paths].map(async path => files.stat(path)));
	}

	const entries = await files.readDirectory(directory);
	return entries.filter(({path}) => paths.has(path));
}

/** The first name of each that has several, by all of them; `null` when some weren't seen. */
function firstNamesOf(
	seen: readonly Seen[],
): ReadonlyMap<BytePath, BytePath> | null {
	const linked = new Map<string, Seen[]>();
	for (const one of seen) {
		if (one.kind !== 'directory' && one.names > 1) {
			linked.set(one.file, [...(linked.get(one.file) ?? []), one]);
		}
	}

	const firstNames = new Map<BytePath, BytePath>();
	for (const group of linked.values()) {
		if (
			group.some(({kind, names}) => kind !== 'file' || names > group.length)
		) {
			return null;
		}

		const paths = group.map(({path}) => path).toSorted(comparePaths);
		for (const path of paths) {
			firstNames.set(path, paths[0]!);
		}
	}

	return firstNames;
}
