import {lstat, readlink} from 'node:fs/promises';
import path from 'node:path';
import {isMissing} from './reading-error.js';

/** As many as Linux and containerd follow (containerd/continuity fs, `RootPath`). */
const mostLinks = 255;

/**
Finds a path in a folder as BuildKit does in what it fetched (containerd/continuity fs, `RootPath`): an absolute link leads to
the folder, not to this machine's root, and `..` never leads out of it.

@param root - The folder, absolute.
@param file - From there; a leading slash is the folder too.
@returns The absolute path without any link below the folder, or `null` when there is nothing.
@throws What reading a link throws, and when links lead round in a circle.
*/
export async function resolveInside(
	root: string,
	file: string,
): Promise<string | null> {
	const pending = file.split('/').toReversed();
	const found: string[] = [];
	let links = 0;
	for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
		if (name === '..') {
			found.pop();
			continue;
		}

		if (name === '' || name === '.') {
			continue;
		}

		const place = path.join(root, ...found, name);
		// eslint-disable-next-line no-await-in-loop -- down the path
		const target = await linkTarget(place);
		if (target === undefined) {
			return null;
		}

		if (target === null) {
			found.push(name);
			continue;
		}

		if (++links > mostLinks) {
			throw Object.assign(new Error('too many links'), {code: 'ELOOP'});
		}

		if (target.startsWith('/')) {
			found.length = 0;
		}

		pending.push(...target.split('/').toReversed());
	}

	return path.join(root, ...found);
}

/** Returns `null` of what is no link, and `undefined` when there is nothing. */
async function linkTarget(place: string): Promise<string | null | undefined> {
	try {
		const status = await lstat(place);
		return status.isSymbolicLink() ? await readlink(place) : null;
	} catch (error) {
		if (isMissing(error)) {
			return undefined;
		}

		throw error;
	}
}
