import {exitCodes, MstageError, toError} from '../../errors.js';
import {type BytePath, readableOf} from '../../text/byte-path.js';
import {type Tree} from './tree.js';

const missing = new Set(['ENOENT', 'ENOTDIR']);
const forbidden = new Set(['EACCES', 'EPERM']);

/** A file has fewer bytes than the engine was told. */
export class ShrunkFileError extends Error {
	constructor() {
		super('the file became shorter');
	}
}

/**
@param error - Anything thrown.
@returns The code that Node's system errors have, such as `ENOENT`; empty when it has none.
*/
export function errorCode(error: unknown): string {
	return error instanceof Error && 'code' in error ? String(error.code) : '';
}

/**
@param error - What a file system call threw.
@returns Whether the file isn't there (any more).
*/
export function isMissing(error: unknown): boolean {
	return missing.has(errorCode(error));
}

/**
@param error - What a file system call threw.
@returns Whether this user may not read the file.
*/
export function isForbidden(error: unknown): boolean {
	return forbidden.has(errorCode(error));
}

/**
@param tree - The directory that is being sent.
@param path - What in it could not be read.
@param error - What the file system call threw.
@returns The error for the user. The engine's own message names neither the file nor the reason.
*/
export function readingError(
	tree: Tree,
	path: BytePath,
	error: unknown,
): MstageError {
	return new MstageError(
		describe(placeOf(tree, path), error),
		exitCodes.buildFailed,
		{cause: error},
	);
}

/**
@param tree - The directory that was being sent.
@param path - The first name in it that is no UTF-8.
@returns The error for the user when the engine ended the transfer because of it.
*/
export function refusedNameError(tree: Tree, path: BytePath): MstageError {
	return new MstageError(
		`The engine ended the transfer of ${tree.name}: it takes only names and links in UTF-8, and ${readableOf(path)} is or has another; rename it or exclude it in .dockerignore.`,
		exitCodes.buildFailed,
	);
}

function describe(place: string, error: unknown): string {
	if (isForbidden(error)) {
		return `${place} can't be sent to the engine: you may not read it; change its permissions or exclude it in .dockerignore.`;
	}

	if (isMissing(error)) {
		return `${place} was deleted before it could be sent to the engine; run the build again.`;
	}

	if (error instanceof ShrunkFileError) {
		return `${place} became shorter while it was sent to the engine; run the build again when nothing writes to it.`;
	}

	return `${place} can't be sent to the engine: ${toError(error).message}; repair it or exclude it in .dockerignore.`;
}

function placeOf(tree: Tree, path: BytePath): string {
	return path === ''
		? tree.name
		: `${tree.name.replace(/\/$/v, '')}/${readableOf(path)}`;
}
