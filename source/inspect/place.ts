import {UsageError} from '../errors.js';
import type {Files} from '../engine/port.js';
import type {Entry} from '../filesystem/tree/entry.js';
import {
	type ResolvedPath,
	resolvePath,
} from '../filesystem/tree/resolve-path.js';
import {
	type BytePath,
	bytePathFromText,
	readableOf,
	rootPath,
} from '../text/byte-path.js';

/** A point and a path at it, as one argument of the command line has them: `builder:3:/out/app`. */
export type PointPath = {
	readonly point: string;

	/** Without the slash in front. */
	readonly path: BytePath;
};

/**
@param text - `POINT` or `POINT:PATH`. The path starts at the first colon that a slash follows, with that slash; no point
has these two in it.
*/
export function parsePointPath(text: string): PointPath {
	const colon = text.indexOf(':/');
	return colon === -1
		? {point: text, path: rootPath}
		: {
				point: text.slice(0, colon),
				path: bytePathFromText(text.slice(colon + 2)),
			};
}

/** Something in a filesystem; `entry` is `null` for the root. */
export type Located = {readonly path: BytePath; readonly entry: Entry | null};

/**
Follows a path, inside the filesystem only.

@param options - `followLast`: whether a symbolic link at the end is followed too.
@throws {UsageError} It leads nowhere.
*/
export async function locate(
	files: Files,
	path: BytePath,
	options: {readonly followLast: boolean},
): Promise<Located> {
	const resolved = await resolvePath(
		path,
		async realPath => files.stat(realPath),
		options,
	);
	if (resolved.kind === 'found') {
		return resolved;
	}

	throw new UsageError(whyNot(path, resolved));
}

function whyNot(
	path: BytePath,
	resolved: Exclude<ResolvedPath, {kind: 'found'}>,
): string {
	return resolved.kind === 'loop'
		? `/${readableOf(path)} leads nowhere: the symbolic link /${readableOf(resolved.link)} leads back to itself. Name what you look for without it.`
		: `There is no /${readableOf(path)}: /${readableOf(resolved.path)} is no directory. mstage ls shows what there is.`;
}
