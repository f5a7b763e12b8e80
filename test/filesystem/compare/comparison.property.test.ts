import fc from 'fast-check';
import {expect, test} from 'vitest';
import type {Change} from '../../../source/filesystem/compare/change.js';
import {compare} from '../../../source/filesystem/compare/comparison.js';
import {
	type Entry,
	comparePaths,
} from '../../../source/filesystem/tree/entry.js';
import type {BytePath} from '../../../source/text/byte-path.js';
import {type MadeUp, differing, filesystems} from '../listings.js';

const compareMadeUp = async (from: MadeUp, to: MadeUp, everything = false) =>
	compare(from.entries, to.entries, {
		differing: differing(from, to),
		compareEverything: everything,
		keepTimes: true,
	});

const byPath = ({entries}: MadeUp): ReadonlyMap<BytePath, Entry> =>
	new Map(entries.map(entry => [entry.path, entry]));

const bytesOf = (entries: readonly Entry[]): number =>
	entries.reduce((sum, {size}) => sum + size, 0);

const mirrored = ({from, to, bytes, kind, ...others}: Change): Change => ({
	...others,
	kind: kind === 'added' ? 'removed' : kind === 'removed' ? 'added' : kind,
	from: to,
	to: from,
	bytes: {from: bytes.to, to: bytes.from},
});

/** Which of the given names are names of one file, as the name that stands for each. */
const partition = (
	{entries}: MadeUp,
	names: ReadonlySet<BytePath>,
): ReadonlyMap<BytePath, BytePath> => {
	const representatives = new Map<BytePath, BytePath>();
	return new Map(
		entries
			.filter(({path}) => names.has(path))
			.map(({path, hardLinkTo}) => {
				const first = hardLinkTo ?? path;
				const representative = representatives.get(first) ?? path;
				representatives.set(first, representative);
				return [path, representative];
			}),
	);
};

test('a filesystem does not differ from itself', async () => {
	await fc.assert(
		fc.asyncProperty(filesystems, fc.boolean(), async (made, everything) => {
			const result = await compareMadeUp(made, made, everything);
			expect(result).toEqual({
				changes: [],
				timeChanges: [],
				timeChangeCount: 0,
				unchangedCount: made.entries.length,
			});
		}),
	);
});

test('the other way round is the mirror image', async () => {
	await fc.assert(
		fc.asyncProperty(filesystems, filesystems, async (a, b) => {
			const there = await compareMadeUp(a, b);
			const back = await compareMadeUp(b, a);
			expect(back.changes.map(change => mirrored(change))).toEqual(
				there.changes,
			);
			expect(back.timeChangeCount).toBe(there.timeChangeCount);
			expect(back.unchangedCount).toBe(there.unchangedCount);
		}),
		{numRuns: 300},
	);
});

test('the changes, applied to the one side, give the other', async () => {
	await fc.assert(
		fc.asyncProperty(filesystems, filesystems, async (a, b) => {
			const {changes, timeChanges} = await compareMadeUp(a, b);
			const result = new Map(byPath(a));
			const contents = new Map(a.contents);
			for (const {path, to} of [...changes, ...timeChanges]) {
				if (to === null) {
					result.delete(path);
				} else {
					result.set(path, to);
				}

				const content = b.contents.get(path);
				if (to?.kind !== 'file') {
					contents.delete(path);
				} else if (content !== undefined) {
					contents.set(path, content);
				}
			}

			// A time without a fraction may stand for one with it, and where a file's bytes count is said by `bytes`.
			const plain = (entries: Iterable<Entry>) =>
				[...entries]
					.map(({modified, size, hardLinkTo, mode, ...entry}) => ({
						...entry,
						mode: entry.kind === 'symlink' ? 0 : mode,
						seconds: modified / 1_000_000_000n,
					}))
					.toSorted((x, y) => comparePaths(x.path, y.path));
			expect(plain(result.values())).toEqual(plain(b.entries));
			expect(contents).toEqual(b.contents);
		}),
		{numRuns: 300},
	);
});

test('names that are not said to have changed their file are names of the same files', async () => {
	await fc.assert(
		fc.asyncProperty(filesystems, filesystems, async (a, b) => {
			const {changes} = await compareMadeUp(a, b);
			const changed = new Set(changes.map(({path}) => path));
			const there = byPath(b);
			const same = new Set(
				a.entries
					.filter(({path}) => there.has(path) && !changed.has(path))
					.map(({path}) => path),
			);
			expect(partition(a, same)).toEqual(partition(b, same));
		}),
		{numRuns: 300},
	);
});

test('the bytes of the changes are what the whole grew by', async () => {
	await fc.assert(
		fc.asyncProperty(filesystems, filesystems, async (a, b) => {
			const {changes, timeChangeCount, unchangedCount} = await compareMadeUp(
				a,
				b,
			);
			expect(
				changes.reduce((sum, {bytes}) => sum + bytes.to - bytes.from, 0),
			).toBe(bytesOf(b.entries) - bytesOf(a.entries));
			expect(
				changes.filter(({from}) => from !== null).length +
					timeChangeCount +
					unchangedCount,
			).toBe(a.entries.length);
		}),
		{numRuns: 300},
	);
});

test('changes come in path order, each path once', async () => {
	await fc.assert(
		fc.asyncProperty(filesystems, filesystems, async (a, b) => {
			const {changes} = await compareMadeUp(a, b);
			for (const [index, {path}] of changes.slice(1).entries()) {
				expect(comparePaths(changes[index]!.path, path)).toBeLessThan(0);
			}
		}),
	);
});
