import {createHash} from 'node:crypto';
import type {FileRange, Files} from '../engine/port.js';
import type {Sameness} from '../filesystem/provenance/provenance.js';
import type {BytePath} from '../text/byte-path.js';

/** A file of some filesystem. */
export type FileAt = {readonly files: Files; readonly path: BytePath};

/** Up to how many bytes a file is read whole. */
export const mostWhole = 16 * 1024 * 1024;

/** How much of each end of a larger one is read, and in how many places between them how much, in bytes. */
const endLength = 1024 * 1024;
const sampleCount = 30;
const sampleLength = 16 * 1024;

/**
Compares the contents of two files of the same size. Large ones aren't read through: of what a builder copied, a part that
differs would mean that it isn't the same file at all.

@param size - Of both, in bytes.
@throws What reading throws.
*/
export async function compareContents(
	a: FileAt,
	b: FileAt,
	size: number,
): Promise<Sameness> {
	if (size === 0) {
		return 'same';
	}

	if (size <= mostWhole) {
		const [one, other] = await Promise.all([hashOf(a), hashOf(b)]);
		return one === other ? 'same' : 'different';
	}

	for (const range of rangesIn([a.files, b.files], size)) {
		// eslint-disable-next-line no-await-in-loop -- the first mostly tells
		const [one, other] = await Promise.all([
			hashOf(a, range),
			hashOf(b, range),
		]);
		if (one !== other) {
			return 'different';
		}
	}

	return 'alike';
}

/** One file is compared with many: what was read of it is known as long as its filesystem is. */
const known = new WeakMap<Files, Map<string, Promise<string>>>();

/**
@param range - Default: all of it.
@returns The SHA-256 of a file, or of a part.
@throws What reading throws.
*/
export async function hashOf(
	{files, path}: FileAt,
	range?: FileRange,
): Promise<string> {
	const hashes = known.get(files) ?? new Map<string, Promise<string>>();
	known.set(files, hashes);
	const key = `${range?.offset ?? ''} ${range?.length ?? ''} ${path}`;
	const hash = hashes.get(key) ?? read({files, path}, range);
	hashes.set(key, hash);
	return hash;
}

async function read(
	{files, path}: FileAt,
	range: FileRange | undefined,
): Promise<string> {
	const hash = createHash('sha256');
	for await (const chunk of files.readFile(path, range)) {
		hash.update(chunk);
	}

	return hash.digest('base64');
}

/** @returns What is read of a large file to tell it from others of its size: of one that can only be read through, its beginning. */
export function rangesIn(
	files: readonly Files[],
	size: number,
): readonly FileRange[] {
	return files.some(({isSequential}) => isSequential === true)
		? [{offset: 0, length: endLength}]
		: rangesOf(size);
}

function rangesOf(size: number): readonly FileRange[] {
	const step = Math.floor((size - endLength) / (sampleCount + 1));
	return [
		{offset: 0, length: endLength},
		{offset: size - endLength, length: endLength},
		...Array.from({length: sampleCount}, (_, index) => ({
			offset: (index + 1) * step,
			length: sampleLength,
		})),
	];
}
