import type {BuildFiles} from '../../debugger/points/build-files.js';
import type {SamenessQuestion} from '../../filesystem/provenance/shipped-files.js';
import type {BytePath} from '../../text/byte-path.js';
import {compareContents, mostWhole} from '../compare-contents.js';
import {ContentHashes} from '../content-hashes.js';

/**
@param questions - About files that the step wrote.
@param signal - Gives it up.
@returns By file: which of the names before the step had its contents first; what has none is the likeliest. All are read in a
few transfers.
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
			.map(({path, earlier}) => [path, earlier[0]!]),
	);
	if (same.size === questions.length) {
		return same;
	}

	const [before, after] = await Promise.all([
		build.snapshot({kind: 'before', step}),
		build.snapshot({kind: 'after', step}),
	]);
	for (const {path, bytes, earlier} of questions) {
		if (bytes <= mostWhole) {
			continue;
		}

		for (const one of earlier) {
			signal.throwIfAborted();
			// eslint-disable-next-line no-await-in-loop -- there are few so large
			const sameness = await compareContents(
				{files: before, path: one},
				{files: after, path},
				bytes,
			);
			if (sameness !== 'different') {
				same.set(path, one);
				break;
			}
		}
	}

	const hashes = new ContentHashes();
	const whole = questions.filter(({bytes}) => bytes > 0 && bytes <= mostWhole);
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
				open.flatMap(({names}) => names),
				signal,
			),
			hashes.of(
				after,
				open.map(({path}) => path),
				signal,
			),
		]);
		for (const {path, names} of open) {
			const found = names.find(name => earlier.get(name) === now.get(path));
			if (found !== undefined) {
				same.set(path, found);
			}
		}
	}

	return same;
}
