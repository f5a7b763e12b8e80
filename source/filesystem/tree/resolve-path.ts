import {asBytePath, type BytePath, rootPath} from '../../text/byte-path.js';
import type {Entry} from './entry.js';

/** How many symbolic links Linux follows in one path before it says that there is a loop (path_resolution(7)). */
const maximumLinks = 40;

/** Where a path leads. */
export type ResolvedPath =
	/** `entry` is `null` for the root. */
	| {
			readonly kind: 'found';
			readonly path: BytePath;
			readonly entry: Entry | null;
	  }
	/** The first name on the way that isn't there, or is no directory; where a link names that, `link` is it. */
	| {
			readonly kind: 'missing';
			readonly path: BytePath;
			readonly link?: Entry;
	  }
	| {readonly kind: 'loop'; readonly link: BytePath};

/** A link on the way, and how many names come behind its target. */
type Followed = {readonly link: Entry; readonly behind: number};

/**
Follows a path through the symbolic links of a filesystem, as a process whose root it is would: nothing leads outside.

@param path - From the root, with or without slashes around it; `.` and `..` mean what they do anywhere.
@param read - Finds an entry by its real path; `undefined` when there is none.
@param options - `followLast`: whether a symbolic link at the end is followed too.
*/
export async function resolvePath(
	path: BytePath,
	read: (path: BytePath) => Promise<Entry | undefined>,
	{followLast = true}: {readonly followLast?: boolean} = {},
): Promise<ResolvedPath> {
	const names = namesOf(path).toReversed();
	const trail: Entry[] = [];
	let links = 0;
	const followed: Followed[] = [];
	for (let name = names.pop(); name !== undefined; name = names.pop()) {
		if (name === '..') {
			trail.pop();
			continue;
		}

		const directory = trail.at(-1);
		const child = childOf(directory?.path ?? rootPath, name);
		if (directory && directory.kind !== 'directory') {
			return {kind: 'missing', path: directory.path};
		}

		// eslint-disable-next-line no-await-in-loop -- each name is looked up in what the one before it led to
		const entry = await read(child);
		if (!entry) {
			return missing(child, followed, names.length);
		}

		if (entry.kind !== 'symlink' || (names.length === 0 && !followLast)) {
			trail.push(entry);
			continue;
		}

		if (++links > maximumLinks) {
			return {kind: 'loop', link: child};
		}

		followed.push({link: entry, behind: names.length});
		const target = entry.linkTarget ?? rootPath;
		if (target.startsWith('/')) {
			trail.length = 0;
		}

		names.push(...namesOf(target).toReversed());
	}

	const entry = trail.at(-1) ?? null;
	return {kind: 'found', path: entry?.path ?? rootPath, entry};
}

/** The name belongs to the target of the innermost link that it isn't behind. */
function missing(
	path: BytePath,
	followed: readonly Followed[],
	left: number,
): ResolvedPath {
	const last = followed.findLast(({behind}) => left >= behind);
	return {kind: 'missing', path, ...(last && {link: last.link})};
}

function namesOf(path: BytePath): string[] {
	return path.split('/').filter(name => name !== '' && name !== '.');
}

function childOf(directory: BytePath, name: string): BytePath {
	return asBytePath(directory === '' ? name : `${directory}/${name}`);
}
