import type {Files, Point} from '../engine/port.js';
import {UsageError} from '../errors.js';
import type {Link} from '../filesystem/provenance/provenance.js';
import type {BytePath} from '../text/byte-path.js';
import type {BuildFiles} from '../debugger/points/build-files.js';
import type {ContentHashes} from './content-hashes.js';

/** Whether a copied file's source has the contents that the file has in the end; `null` where that can't be told. */
export type Confirmation = 'same contents' | 'changed since' | null;

/**
Confirms copies by the contents' hashes.

@param stage - The index of the stage at whose end the file is.
@param links - The last first.
@returns What is found of each link.
@throws {EngineError} The engine was lost.
*/
export async function confirmCopies(
	build: BuildFiles,
	hashes: ContentHashes,
	{stage, path}: {readonly stage: number; readonly path: BytePath},
	links: readonly Link[],
): Promise<readonly Confirmation[]> {
	const hashAt = async (point: Point, at: BytePath): Promise<string | null> =>
		orNull(async () => hashOf(hashes, await build.snapshot(point), at));
	const end = await hashAt({kind: 'stage', stage}, links[0]?.path ?? path);
	return Promise.all(
		links.map(async link => {
			const point = link.kind === 'copied' ? sourcePoint(link.from) : null;
			if (end === null || point === null || link.kind !== 'copied') {
				return null;
			}

			const start = await hashAt(point, link.source);
			return start === null
				? null
				: start === end
					? 'same contents'
					: 'changed since';
		}),
	);
}

function sourcePoint(
	from: Extract<Link, {kind: 'copied'}>['from'],
): Point | null {
	switch (from.kind) {
		case 'stage':
		case 'image': {
			return from;
		}

		case 'context': {
			return from.name === null ? {kind: 'context'} : null;
		}

		case 'address':
		case 'heredoc': {
			return null;
		}
	}
}

/** Of a regular file; `null` for everything else. */
async function hashOf(
	hashes: ContentHashes,
	files: Files,
	path: BytePath,
): Promise<string | null> {
	const {kind} = await files.stat(path);
	if (kind !== 'file') {
		return null;
	}

	const known = await hashes.of(files, [path]);
	return known.get(path) ?? null;
}

async function orNull<T>(work: () => Promise<T | null>): Promise<T | null> {
	try {
		return await work();
	} catch (error) {
		if (error instanceof UsageError) {
			return null;
		}

		throw error;
	}
}
