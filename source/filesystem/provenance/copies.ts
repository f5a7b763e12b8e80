import picomatch from 'picomatch';
import {
	type BytePath,
	asBytePath,
	bytePathFromText,
	joinBytePath,
	rootPath,
	textOf,
} from '../../text/byte-path.js';
import {isWithin, nameOf, parentOf} from '../tree/paths.js';

/** What a COPY or ADD copies from. */
export type CopySource =
	| {readonly kind: 'stage'; readonly stage: number}
	| {readonly kind: 'image'; readonly reference: string}
	/** The build context, or another one by its name. */
	| {readonly kind: 'context'; readonly name: string | null}
	/** What the builder fetches itself: a URL, a Git repository. */
	| {readonly kind: 'address'; readonly address: string}
	/** A heredoc of the instruction. */
	| {readonly kind: 'heredoc'};

/** One source of a COPY or ADD, as the builder was told (BuildKit's `FileActionCopy`). */
export type CopyOperation = {
	readonly from: CopySource;

	/** From the root of the source, without a leading slash; may be a glob. */
	readonly source: string;

	/** From the root, without a leading slash; with a slash at the end it is a directory. */
	readonly destination: string;

	/** Whether the source is a path even where it has `*`, `?` or `[` in it; default: it is a glob then. */
	readonly isLiteral?: boolean;

	/** Whether a source that is a symbolic link is copied as one; default: what it leads to is copied. */
	readonly keepsLinks?: boolean;

	/** Whether a directory goes into a destination that is there; default: what is in it does. */
	readonly keepsFolder?: boolean;

	/** Whether archives are unpacked into the destination. */
	readonly unpacks?: boolean;

	/** Patterns, relative to what the source matches: when there are any, only what one of them matches is copied. */
	readonly included?: readonly string[];

	/** Patterns, relative to what the source matches: what one of them matches isn't copied (`--exclude`). */
	readonly excluded?: readonly string[];
};

/** All that a COPY or ADD does, in this order. */
export type CopyStep = {
	/** Its id. */
	readonly step: number;
	readonly operations: readonly CopyOperation[];
};

/** @returns Whether two sources are the same filesystem. */
export function isSameSource(a: CopySource, b: CopySource): boolean {
	return JSON.stringify(a) === JSON.stringify(b);
}

/** @returns Where an operation copies to, without the slash at the end that says that it is a directory. */
export function destinationOf({destination}: CopyOperation): BytePath {
	return bytePathFromText(destination.replace(/\/+$/v, ''));
}

/**
@param path - In the source of the copy.
@returns Where the operation may have put it, most likely first; empty when it doesn't copy the path. Of a file it depends
on what was there before whether it becomes the destination or goes into it.
*/
export function destinationsOf(
	operation: CopyOperation,
	path: BytePath,
): readonly BytePath[] {
	const {matches, isCopied, stem} = matcherOf(operation);
	if (!isWithin(path, stem)) {
		return [];
	}

	const destination = destinationOf(operation);
	const into = joinBytePath(destination, nameOf(path));
	if (path !== rootPath && matches(path)) {
		if (!isCopied(nameOf(path))) {
			return [];
		}

		return operation.destination.endsWith('/') || destination === rootPath
			? [into, destination]
			: [destination, into];
	}

	for (let above = path; above !== rootPath;) {
		above = parentOf(above);
		if (matches(above)) {
			const rest = asBytePath(
				above === rootPath ? path : path.slice(above.length + 1),
			);
			return isCopied(rest) ? [joinBytePath(destination, rest)] : [];
		}
	}

	return [];
}

/**
@param path - Below the destination of a copy, or that itself.
@param match - A path that the source of the operation matches, and whether that is a directory.
@returns Where the path must have come from, or `null` when it didn't come from there.
*/
export function originOf(
	operation: CopyOperation,
	path: BytePath,
	match: {readonly path: BytePath; readonly isDirectory: boolean},
): BytePath | null {
	const destination = destinationOf(operation);
	if (!isWithin(path, destination)) {
		return null;
	}

	const {isCopied} = matcherOf(operation);
	if (!match.isDirectory) {
		const name = nameOf(match.path);
		const isIt =
			path === destination || path === joinBytePath(destination, name);
		return isIt && isCopied(name) ? match.path : null;
	}

	if (path === destination) {
		return match.path;
	}

	const rest = asBytePath(
		destination === rootPath ? path : path.slice(destination.length + 1),
	);
	return isCopied(rest) ? joinBytePath(match.path, rest) : null;
}

type Matcher = {
	/** Whether the source is a path, or a glob that matches it. */
	readonly matches: (path: BytePath) => boolean;

	/** What is copied is this or below it: most of a stage's files aren't, and need no more looking at. */
	readonly stem: BytePath;

	/** @param path - Relative to what the source matches. */
	readonly isCopied: (path: BytePath) => boolean;
};

/** Making one takes longer than asking it, which is done for each of a stage's files. */
const matchers = new WeakMap<CopyOperation, Matcher>();

function matcherOf(operation: CopyOperation): Matcher {
	const known = matchers.get(operation);
	if (known) {
		return known;
	}

	const {source, included = [], excluded = []} = operation;
	const matchesSource = globMatcher(source === '' ? [] : [source]);
	const isIncluded = coverMatcher(included);
	const isExcluded = coverMatcher(excluded);
	const matcher: Matcher = {
		matches: path =>
			source === ''
				? path === rootPath
				: path !== rootPath && matchesSource(textOf(path)),
		stem: bytePathFromText(stemOf(source)),
		isCopied: path =>
			(included.length === 0 || isIncluded(path)) && !isExcluded(path),
	};
	matchers.set(operation, matcher);
	return matcher;
}

/** The names at the beginning of a path that are no globs. */
function stemOf(source: string): string {
	const names = source.replaceAll(/^\/+|\/+$/gv, '').split('/');
	const glob = names.findIndex(name => /[*?\[\\\{\(!+@]/v.test(name));
	return names.slice(0, glob === -1 ? names.length : glob).join('/');
}

/** A directory that a glob matches stands for all below it. */
function coverMatcher(globs: readonly string[]): (path: BytePath) => boolean {
	const matches = globMatcher(globs);
	return path => {
		for (let at = path; at !== rootPath; at = parentOf(at)) {
			if (matches(textOf(at))) {
				return true;
			}
		}

		return false;
	};
}

function globMatcher(globs: readonly string[]): (text: string) => boolean {
	return globs.length === 0
		? () => false
		: picomatch(
				globs.map(glob => glob.replaceAll(/^\/+|\/+$/gv, '')),
				{dot: true, noextglob: true, nobrace: true},
			);
}
