import {createHash} from 'node:crypto';
import {buffer} from 'node:stream/consumers';
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
		const [one, other] = await Promise.all(
			[a, b].map(async ({files, path}) => buffer(files.readFile(path, range))),
		);
		if (!one!.equals(other!)) {
			return 'different';
		}
	}

	return 'alike';
}

/**
@returns The SHA-256 of a file.
@throws What reading throws.
*/
export async function hashOf({files, path}: FileAt): Promise<string> {
	const hash = createHash('sha256');
	for await (const chunk of files.readFile(path)) {
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
