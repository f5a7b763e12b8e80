import {createHash} from 'node:crypto';
import {buffer} from 'node:stream/consumers';
import type {Files} from '../engine/port.js';
import type {Candidate} from '../filesystem/compare/comparison.js';
import {comparePaths} from '../filesystem/tree/entry.js';
import type {BytePath} from '../text/byte-path.js';

/** From how many bytes on a file is large. */
const large = 64 * 1024 * 1024;

/** How much of each end of a large file is compared first, in bytes. */
const endLength = 1024 * 1024;

/** The hashes of contents that were read, kept as long as the filesystems are. */
export class ContentHashes {
	readonly #known = new WeakMap<Files, Map<BytePath, string>>();

	/**
	@param paths - Regular files of a listing.
	@returns Their hashes by path; what isn't known yet is read in one transfer.
	@throws {EngineError} The engine was lost.
	@throws The signal's reason when it aborts.
	*/
	async of(
		files: Files,
		paths: readonly BytePath[],
		signal?: AbortSignal,
	): Promise<ReadonlyMap<BytePath, string>> {
		const known = this.#known.get(files) ?? new Map<BytePath, string>();
		this.#known.set(files, known);
		const unknown = [...new Set(paths)]
			.filter(path => !known.has(path))
			.toSorted(comparePaths);
		if (unknown.length === 0) {
			return known;
		}

		for await (const {path, chunks} of files.readFiles(unknown, signal)) {
			const hash = createHash('sha256');
			for await (const chunk of chunks) {
				hash.update(chunk);
			}

			known.set(path, hash.digest('base64'));
		}

		return known;
	}

	/**
	Of large files the ends are compared first, as most that differ do there, and reading all of them takes minutes.

	@returns How a comparison of two filesystems tells contents apart.
	*/
	comparing(
		from: Files,
		to: Files,
		signal?: AbortSignal,
	): (candidates: readonly Candidate[]) => Promise<ReadonlySet<BytePath>> {
		return async candidates => {
			const different = new Set<BytePath>();
			for (const candidate of candidates) {
				signal?.throwIfAborted();
				if (
					candidate.size > large &&
					// eslint-disable-next-line no-await-in-loop -- there are few
					(await differAtEnds(from, to, candidate))
				) {
					different.add(candidate.path);
				}
			}

			const whole = candidates.filter(({path}) => !different.has(path));
			const [before, after] = await Promise.all([
				this.of(
					from,
					whole.map(candidate => candidate.from),
					signal,
				),
				this.of(
					to,
					whole.map(candidate => candidate.to),
					signal,
				),
			]);
			for (const candidate of whole) {
				if (before.get(candidate.from) !== after.get(candidate.to)) {
					different.add(candidate.path);
				}
			}

			return different;
		};
	}
}

async function differAtEnds(
	before: Files,
	after: Files,
	{from, to, size}: Candidate,
): Promise<boolean> {
	for (const offset of [0, size - endLength]) {
		const range = {offset, length: endLength};
		// eslint-disable-next-line no-await-in-loop -- the first mostly tells
		const [one, other] = await Promise.all([
			buffer(before.readFile(from, range)),
			buffer(after.readFile(to, range)),
		]);
		if (!one.equals(other)) {
			return true;
		}
	}

	return false;
}
