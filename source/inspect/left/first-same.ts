import type {BuildFiles} from '../../debugger/points/build-files.js';
import type {SamenessQuestion} from '../../filesystem/provenance/shipped-files.js';
import type {BytePath} from '../../text/byte-path.js';
import {compareContents, mostWhole} from '../compare-contents.js';
import {ContentHashes} from '../content-hashes.js';

/**
@param questions - About files that the step wrote.
@param signal - Gives it up.
@returns By file: which of the names before the step had its contents first, of those that have them no more or are its own;
what has none is the likeliest. All are read in a few transfers.
@throws {EngineError} The engine was lost.
@throws The signal's reason when it aborts.
*/
export async function firstSame(
	build: BuildFiles,
	step: number,
	questions: readonly SamenessQuestion[],
	signal: AbortSignal,
): Promise<ReadonlyMap<BytePath, BytePath>> {
	const same = new Map(
		questions
			.filter(({bytes}) => bytes === 0)
			.flatMap(({path, earlier}) => {
				const found = earlier.find(({isThere}) => !isThere);
				return found ? [[path, found.path] as const] : [];
			}),
	);
	const read = questions.filter(({bytes}) => bytes > 0);
	if (read.length === 0) {
		return same;
	}

	const [before, after] = await Promise.all([
		build.snapshot({kind: 'before', step}),
		build.snapshot({kind: 'after', step}),
	]);
	for (const {path, bytes, earlier} of read) {
		if (bytes <= mostWhole) {
			continue;
		}

		for (const one of earlier) {
			signal.throwIfAborted();
			const isSame = async (now: BytePath): Promise<boolean> =>
				(await compareContents(
					{files: before, path: one.path},
					{files: after, path: now},
					bytes,
				)) !== 'different';
			// eslint-disable-next-line no-await-in-loop -- there are few so large
			if ((await isSame(path)) && !(one.isThere && (await isSame(one.path)))) {
				same.set(path, one.path);
				break;
			}
		}
	}

	const hashes = new ContentHashes();
	const whole = read.filter(({bytes}) => bytes <= mostWhole);
	// The likeliest is nearly always the one: the others are read for those of which it isn't.
	for (const [from, to] of [
		[0, 1],
		[1, Infinity],
	] as const) {
		const open = whole
			.filter(({path}) => !same.has(path))
			.map(({path, earlier}) => ({path, names: earlier.slice(from, to)}))
			.filter(({names}) => names.length > 0);
		// eslint-disable-next-line no-await-in-loop -- the second needs what the first found
		const [earlier, now] = await Promise.all([
			hashes.of(
				before,
				open.flatMap(({names}) => names.map(one => one.path)),
				signal,
			),
			hashes.of(
				after,
				open.flatMap(({path, names}) => [
					path,
					...names.filter(({isThere}) => isThere).map(one => one.path),
				]),
				signal,
			),
		]);
		for (const {path, names} of open) {
			const found = names.find(
				one =>
					earlier.get(one.path) === now.get(path) &&
					!(one.isThere && now.get(one.path) === now.get(path)),
			);
			if (found) {
				same.set(path, found.path);
			}
		}
	}

	return same;
}
