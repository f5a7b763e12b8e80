import {createHash} from 'node:crypto';
import type {Files} from '../engine/port.js';
import type {Candidate} from '../filesystem/comparison.js';
import {comparePaths} from '../filesystem/entry.js';
import type {BytePath} from '../text/byte-path.js';

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
	@returns How a comparison of two filesystems tells contents apart.
	*/
	comparing(
		from: Files,
		to: Files,
		signal?: AbortSignal,
	): (candidates: readonly Candidate[]) => Promise<ReadonlySet<BytePath>> {
		return async candidates => {
			const [before, after] = await Promise.all([
				this.of(
					from,
					candidates.map(candidate => candidate.from),
					signal,
				),
				this.of(
					to,
					candidates.map(candidate => candidate.to),
					signal,
				),
			]);
			return new Set(
				candidates
					.filter(
						candidate => before.get(candidate.from) !== after.get(candidate.to),
					)
					.map(({path}) => path),
			);
		};
	}
}
