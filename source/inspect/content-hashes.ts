import {createHash} from 'node:crypto';
import {buffer} from 'node:stream/consumers';
import type {Files} from '../engine/port.js';
import type {Candidate} from '../filesystem/compare/comparison.js';
import {comparePaths} from '../filesystem/tree/entry.js';
import type {BytePath} from '../text/byte-path.js';
import {compareContents, rangesIn} from './compare-contents.js';

/** Larger files aren't read through, in bytes. */
export const mostRead = 64 * 1024 * 1024;

/** The hashes of contents that were read, kept as long as the filesystems are. */
export class ContentHashes {
	/** The files of comparisons that are too large to be read through, and are alike in all places that were looked at. */
	readonly alike = new Set<BytePath>();
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
	@param size - In bytes.
	@returns A hash of some places of a file that is too large to be read through: files that differ in it differ.
	@throws {EngineError} The engine was lost.
	*/
	async ofSamples(files: Files, path: BytePath, size: number): Promise<string> {
		const hash = createHash('sha256').update(`${size} `);
		for (const range of rangesIn([files], size)) {
			// eslint-disable-next-line no-await-in-loop -- a few, in their order
			hash.update(await buffer(files.readFile(path, range)));
		}

		return hash.digest('base64');
	}

	/**
	Large files are compared in some places: reading all of them takes minutes.

	@returns How a comparison of two filesystems tells contents apart.
	*/
	comparing(
		from: Files,
		to: Files,
		signal?: AbortSignal,
	): (candidates: readonly Candidate[]) => Promise<ReadonlySet<BytePath>> {
		return async candidates => {
			const different = new Set<BytePath>();
			for (const {path, from: one, to: other, size} of candidates) {
				signal?.throwIfAborted();
				if (size > mostRead) {
					// eslint-disable-next-line no-await-in-loop -- there are few
					const verdict = await compareContents(
						{files: from, path: one},
						{files: to, path: other},
						size,
					);
					(verdict === 'different' ? different : this.alike).add(path);
				}
			}

			const whole = candidates.filter(({size}) => size <= mostRead);
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
