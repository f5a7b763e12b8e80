import {UsageError} from '../errors.js';
import type {Files, Point, Program} from '../engine/port.js';
import {parsePoint} from '../debugger/points/point.js';
import type {Entry} from '../filesystem/tree/entry.js';
import {
	type ResolvedPath,
	resolvePath,
} from '../filesystem/tree/resolve-path.js';
import {type BytePath, readableOf, rootPath} from '../text/byte-path.js';
import {parseSpelling} from '../text/spelling.js';

/** A point and a path at it, as one argument has them: `builder:3:/out/app`. */
export type PointPath = {
	/** As it is spelled: what it means takes a program. */
	readonly point: string;

	/** Without slashes around it. */
	readonly path: BytePath;
};

/** A file of a build. */
export type FilePlace = {readonly point: Point; readonly path: BytePath};

/**
@param text - `POINT` or `POINT:PATH`. The path starts at the first colon that a slash follows, with that slash; no point
has these two in it. It is spelled as mstage shows paths (see `parseSpelling`).
*/
export function parsePointPath(text: string): PointPath {
	const colon = text.indexOf(':/');
	return colon === -1
		? {point: text, path: rootPath}
		: {point: text.slice(0, colon), path: parsePath(text.slice(colon + 1))};
}

/**
@param text - `PATH`, of the final image, or `POINT:PATH`; the path behind a point needs no slash in front here.
@throws {UsageError} The program has no such point.
*/
export function parsePlace(text: string, program: Program): FilePlace {
	const {point, path} = parsePointPath(text);
	if (point !== text && !text.startsWith('/')) {
		return {
			point: point === '' ? {kind: 'final'} : parsePoint(point, program),
			path,
		};
	}

	for (
		let colon = text.startsWith('/') ? -1 : text.lastIndexOf(':');
		colon > 0;
		colon = text.lastIndexOf(':', colon - 1)
	) {
		const before = pointIn(text.slice(0, colon), program);
		if (before) {
			return {point: before, path: parsePath(text.slice(colon + 1))};
		}
	}

	return {point: {kind: 'final'}, path: parsePath(text)};
}

function pointIn(text: string, program: Program): Point | null {
	try {
		return parsePoint(text, program);
	} catch (error) {
		if (error instanceof UsageError) {
			return null;
		}

		throw error;
	}
}

function parsePath(text: string): BytePath {
	return parseSpelling(text.replaceAll(/^\/+|\/+$/gv, ''));
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
