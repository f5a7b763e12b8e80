import {UsageError} from '../../errors.js';
import {
	type BytePath,
	asBytePath,
	bytePathFromText,
	joinBytePath,
	rootPath,
	textOf,
} from '../../text/byte-path.js';
import {compileGlob} from '../../text/glob.js';
import {comparePaths, type Entry} from '../tree/entry.js';
import {nameOf, parentOf} from '../tree/paths.js';
import {resolvePath} from '../tree/resolve-path.js';
import type {CopyOperation} from './copies.js';

/** Looks into one filesystem. */
export type Look = {
	/** @returns What is at a path whose directories are no links; a link at its end isn't followed. `null` when nothing is. */
	stat(path: BytePath): Promise<Entry | null>;

	/** @returns What is in such a directory; empty when there is none. */
	readDirectory(path: BytePath): Promise<readonly Entry[]>;
};

/** What the source of a copy matches. */
export type Match = {
	/** Before links are followed. */
	readonly named: BytePath;

	/** Without any links on the way. */
	readonly path: BytePath;

	/** What it is called at its destination: a link gives its own name. Empty for the root. */
	readonly name: BytePath;

	/** `null` for the root. */
	readonly entry: Pick<Entry, 'kind' | 'size'> | null;
};

/**
Finds what the source of a copy matches, as tonistiigi/fsutil copy/copy.go does: names in front of the first with a wildcard
are followed through links, those behind it are matched with real names only, in the order of a listing.

@param source - Looks into the filesystem that the source is in.
@throws What looking throws.
*/
export async function expandSource(
	operation: CopyOperation,
	source: Look,
): Promise<readonly Match[]> {
	const names = namesOf(operation.source);
	const first =
		operation.isLiteral === true
			? -1
			: names.findIndex(name => hasWildcard(name));
	const fixed = pathOf(first === -1 ? names : names.slice(0, first));
	if (first === -1) {
		const match = await matchAt(operation, source, fixed);
		return match === null ? downloadsOf(operation, fixed) : [match];
	}

	const base = await followed(source, fixed, true);
	if (base === null || (base.entry && base.entry.kind !== 'directory')) {
		return [];
	}

	const found = await walk(source, base.path, names.slice(first));
	const matches = await Promise.all(
		found.map(async path => matchAt(operation, source, path)),
	);
	return matches.flatMap(match => match ?? []);
}

/**
@param after - Looks into the filesystem after the copy.
@returns The destination without links on the way, and whether a file goes into it.
@throws What looking throws.
*/
export async function realDestination(
	{destination}: CopyOperation,
	after: Look,
): Promise<{readonly path: BytePath; readonly isDirectory: boolean}> {
	const path = pathOf(namesOf(destination));
	for (let above = path, rest = rootPath; ; above = parentOf(above)) {
		// eslint-disable-next-line no-await-in-loop -- the deepest that is there ends the search
		const real = await followed(after, above, true);
		if (real !== null) {
			return {
				path: joinBytePathOf(real.path, rest),
				isDirectory:
					rest === rootPath
						? real.entry === null || real.entry.kind === 'directory'
						: destination.endsWith('/'),
			};
		}

		rest = joinBytePathOf(nameOf(above), rest);
	}
}

/** Some builders keep nothing of what they download: it is one file. */
function downloadsOf({from}: CopyOperation, path: BytePath): readonly Match[] {
	return from.kind === 'address'
		? [
				{
					named: path,
					path,
					name: nameOf(path),
					entry: {kind: 'file', size: 0},
				},
			]
		: [];
}

async function matchAt(
	{keepsLinks}: CopyOperation,
	source: Look,
	path: BytePath,
): Promise<Match | null> {
	const found = await followed(source, path, keepsLinks !== true);
	return found && {...found, named: path, name: nameOf(path)};
}

async function followed(
	look: Look,
	path: BytePath,
	followLast: boolean,
): Promise<{readonly path: BytePath; readonly entry: Entry | null} | null> {
	const resolved = await resolvePath(
		path,
		async at => (await look.stat(at)) ?? undefined,
		{followLast},
	);
	return resolved.kind === 'found' ? resolved : null;
}

/** Links aren't followed on the way. */
async function walk(
	source: Look,
	base: BytePath,
	patterns: readonly string[],
): Promise<readonly BytePath[]> {
	let found: readonly BytePath[] = [base];
	for (const [index, pattern] of patterns.entries()) {
		const matches = matcherOf(pattern);
		const isLast = index === patterns.length - 1;
		// eslint-disable-next-line no-await-in-loop -- one level after the other
		const levels = await Promise.all(
			found.map(async directory => {
				const entries = await source.readDirectory(directory);
				return entries
					.filter(
						({path, kind}) =>
							(isLast || kind === 'directory') && matches(textOf(nameOf(path))),
					)
					.map(({path}) => path)
					.toSorted(comparePaths);
			}),
		);
		found = levels.flat();
	}

	return found;
}

/** What is malformed matches nothing. */
function matcherOf(pattern: string): (name: string) => boolean {
	try {
		return compileGlob(pattern);
	} catch (error) {
		if (error instanceof UsageError) {
			return () => false;
		}

		throw error;
	}
}

/** Go's `filepath.Join`: `..` never leads above the root. */
function namesOf(path: string): readonly string[] {
	const names: string[] = [];
	for (const name of path.split('/')) {
		if (name === '..') {
			names.pop();
		} else if (name !== '' && name !== '.') {
			names.push(name);
		}
	}

	return names;
}

/** A backslash makes the next character mean itself. */
function hasWildcard(name: string): boolean {
	return /[*?\[]/v.test(name.replaceAll(/\\./gsv, ''));
}

function pathOf(names: readonly string[]): BytePath {
	return bytePathFromText(names.join('/'));
}

function joinBytePathOf(directory: BytePath, rest: BytePath): BytePath {
	return rest === rootPath
		? asBytePath(directory)
		: joinBytePath(directory, rest);
}
