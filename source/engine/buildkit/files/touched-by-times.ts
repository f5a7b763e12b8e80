import pLimit from 'p-limit';
import {type Entry, comparePaths} from '../../../filesystem/tree/entry.js';
import {parentOf} from '../../../filesystem/tree/paths.js';
import {type BytePath, rootPath} from '../../../text/byte-path.js';
import type {TouchedEntries} from '../../port.js';
import type {ChangeTimes, Look, Seen, Side} from './change-times.js';
import type {PointFiles} from './point-files.js';

/** How many names of a directory are asked for one by one rather than all of it read. */
const fewNames = 4;

/** How many names or directories are read at once: more take no less time, and 20.10 fails under many. */
const atOnce = 16;

/** How many directories are looked at in one go: as arguments of one process they must fit. */
const lookedAtOnce = 256;

/** How many names are looked at before those of unrelated filesystems, which nearly all differ, are given up. */
const fewLooked = 20_000;

/** The part of them that may differ. */
const mostDiffering = 2 / 3;

/** How many reads are always worth it. */
const fewReads = 1000;

/** For how many names that were looked at one more is: it takes as long as the listing of forty. */
const namesOfRead = 50;

type Files = Pick<PointFiles, 'readDirectory' | 'stat' | 'statNonLink'>;

export type ByTimesOptions = {
	readonly files: Readonly<Record<Side, Files>>;
	readonly times: Pick<ChangeTimes, 'look'>;
	readonly signal?: AbortSignal | undefined;
};

/**
Finds what was touched by when it changed. Whatever is done to a file or in a directory leaves a later time of change there,
and in an overlay, which copies the directories on the way first, on all of these: what has the same time on both sides is
the same, with all below it, and isn't looked into. That holds of any two filesystems that share layers. Where they share
none, or one was copied as a whole for the next step, nearly all differs, and it is too much.

@returns `null` when names of a file that was touched may be where nothing else was, and `'too much'` when so much was
touched that looking at each directory isn't worth it.
@throws What looking and reading throw.
*/
export async function readTouchedByTimes(
	options: ByTimesOptions,
): Promise<TouchedEntries | 'too much' | null> {
	const reading = {
		before: new Reading(options, 'before'),
		after: new Reading(options, 'after'),
	};
	try {
		const touched = await findTouched(options, reading);
		if (touched === 'too much') {
			return touched;
		}

		const firstNames = {
			before: firstNamesOf(touched.before),
			after: firstNamesOf(touched.after),
		};
		if (!firstNames.before || !firstNames.after) {
			return null;
		}

		const [before, after] = await Promise.all([
			reading.before.entries(firstNames.before),
			reading.after.entries(firstNames.after),
		]);
		return {before, after};
	} finally {
		reading.before.stop();
		reading.after.stop();
	}
}

/** What there is of each side. */
export type Sides<T> = Readonly<Record<Side, readonly T[]>>;

/** Has all that it finds read, while it looks on. */
async function findTouched(
	{files, times, signal}: ByTimesOptions,
	reading: Readonly<Record<Side, Reading>>,
): Promise<Sides<Seen> | 'too much'> {
	const touched = new Touched();
	let level: Sides<BytePath> = {before: [rootPath], after: [rootPath]};
	while (level.before.length + level.after.length > 0) {
		const below: Record<Side, BytePath[]> = {before: [], after: []};
		for (const part of partsOf(level)) {
			signal?.throwIfAborted();
			// eslint-disable-next-line no-await-in-loop -- what is to be looked at next depends on what was seen
			const look = await times.look(part);
			const reads = {
				before: readsOf(files.before, look.differing.before),
				after: readsOf(files.after, look.differing.after),
			};
			touched.add(look, reads.before.length + reads.after.length);
			if (touched.isTooMuch()) {
				return 'too much';
			}

			for (const side of ['before', 'after'] as const) {
				reading[side].add(reads[side]);
				below[side].push(...directoriesOf(look.differing[side]));
			}
		}

		level = below;
	}

	return touched.seen;
}

/** What was found so far, and whether going on is worth it. */
class Touched {
	readonly seen: Readonly<Record<Side, Seen[]>> = {before: [], after: []};
	#looked = 0;
	#reads = 0;

	/** @param reads - How many it takes to read what differs. */
	add({differing, count}: Look, reads: number): void {
		this.#looked += count;
		this.#reads += reads;
		for (const side of ['before', 'after'] as const) {
			this.seen[side].push(...differing[side]);
		}
	}

	/** Both whole filesystems have at least as many names as were looked at, and more in what is the same. */
	isTooMuch(): boolean {
		const {before, after} = this.seen;
		return (
			(this.#looked > fewLooked &&
				before.length + after.length > this.#looked * mostDiffering) ||
			this.#reads > fewReads + this.#looked / namesOfRead
		);
	}
}

/**
@param level - Directories by the side that they are on.
@returns As many as can be looked at in one go, part by part; those that are on both sides are in the same part.
*/
export function* partsOf(level: Sides<BytePath>): Generator<Sides<BytePath>> {
	const [before, after] = [new Set(level.before), new Set(level.after)];
	const paths = [...before, ...level.after.filter(path => !before.has(path))];
	for (let start = 0; start < paths.length; start += lookedAtOnce) {
		const part = paths.slice(start, start + lookedAtOnce);
		yield {
			before: part.filter(path => before.has(path)),
			after: part.filter(path => after.has(path)),
		};
	}
}

/** @returns The paths of the directories among what was seen. */
export function directoriesOf(seen: readonly Seen[]): readonly BytePath[] {
	return seen.filter(({kind}) => kind === 'directory').map(({path}) => path);
}

/** Reads the entries of one side, a bounded number at a time. */
class Reading {
	readonly #signal: AbortSignal | undefined;
	readonly #limit = pLimit(atOnce);
	readonly #results: Array<Promise<readonly Entry[]>> = [];

	constructor({files, signal}: ByTimesOptions, side: Side) {
		this.#signal = signal;
		this.add([async () => [await files[side].stat(rootPath)]]);
	}

	add(reads: readonly Read[]): void {
		for (const read of reads) {
			const result = this.#limit(async () => {
				this.#signal?.throwIfAborted();
				return read();
			});
			// Told to whoever wants the entries.
			result.catch(() => undefined);
			this.#results.push(result);
		}
	}

	/**
	@param firstNames - Of all names of files that have several.
	@returns What was read, in the order of a listing, with the root first.
	@throws What reading throws; the signal's reason.
	*/
	async entries(
		firstNames: ReadonlyMap<BytePath, BytePath>,
	): Promise<readonly Entry[]> {
		const results = await Promise.all(this.#results);
		return results
			.flat()
			.map(entry => {
				const first = firstNames.get(entry.path);
				return first === undefined || first === entry.path
					? entry
					: {...entry, hardLinkTo: first, size: 0};
			})
			.toSorted((a, b) => comparePaths(a.path, b.path));
	}

	/** Nothing more is read. */
	stop(): void {
		this.#limit.clearQueue();
	}
}

/** By their directories, and there by their paths. */
function groupsOf(
	seen: readonly Seen[],
): ReadonlyMap<BytePath, ReadonlyMap<BytePath, Seen>> {
	const groups = new Map<BytePath, Map<BytePath, Seen>>();
	for (const one of seen) {
		const directory = parentOf(one.path);
		const group = groups.get(directory) ?? new Map<BytePath, Seen>();
		groups.set(directory, group.set(one.path, one));
	}

	return groups;
}

/** Brings the entries of names: of a single one, or of those of a directory. */
type Read = () => Promise<readonly Entry[]>;

/** @param seen - All that differs in the directories that it is in. */
function readsOf(files: Files, seen: readonly Seen[]): readonly Read[] {
	return [...groupsOf(seen)].flatMap(([directory, group]) => {
		if (group.size > fewNames) {
			return async () => {
				const entries = await files.readDirectory(directory);
				return entries.filter(({path}) => group.has(path));
			};
		}

		return [...group.values()].map(({path, kind}) => async () => [
			await (kind === 'other' ? files.stat(path) : files.statNonLink(path)),
		]);
	});
}

/** The first name of each that has several, by all of them; `null` when some weren't seen. */
function firstNamesOf(
	seen: readonly Seen[],
): ReadonlyMap<BytePath, BytePath> | null {
	const linked = new Map<string, Seen[]>();
	for (const one of seen) {
		if (one.kind !== 'directory' && one.names > 1) {
			const group = linked.get(one.file) ?? [];
			group.push(one);
			linked.set(one.file, group);
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
