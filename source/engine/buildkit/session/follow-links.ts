import {posix} from 'node:path';
import {
	type BytePath,
	bytePathFromText,
	rootPath,
	textOf,
} from '../../../text/byte-path.js';
import {compileGlob} from '../../../text/glob.js';
import {clean} from '../../../text/ignore-patterns.js';
import {isMissing} from '../../context/reading-error.js';
import {compareNames, type Tree} from '../../context/tree.js';

const wildcards = /^(?:[^\\]|\\.)*?[*?\[]/sv;

/**
The engine names the paths that a COPY reads; those may lead over symbolic links, and then what the links point to must be
sent too (metadata `followpaths`). A link that leaves the tree is meant relative to the tree's root, as inside an image.

@param tree - Where the paths are.
@param paths - Paths of the tree as text; the last name of a path that is looked at may have wildcards.
@returns The paths and all links and link targets on the way, to be used as include patterns; `null` when that is the
whole tree.
*/
export function followLinks(
	tree: Tree,
	paths: readonly string[],
): string[] | null {
	const resolved = new Set<string>();
	for (const path of paths) {
		follow(tree, path, resolved);
	}

	return withoutNested(
		[...resolved].toSorted((a, b) =>
			compareNames(bytePathFromText(a), bytePathFromText(b)),
		),
	);
}

/**
@param paths - Sorted paths.
@returns Those that are in none of the others before them; `null` when one is the root.
*/
export function withoutNested(paths: readonly string[]): string[] | null {
	if (paths.includes('.')) {
		return null;
	}

	const outer: string[] = [];
	for (const path of paths) {
		if (outer.length === 0 || !path.startsWith(`${outer.at(-1)}/`)) {
			outer.push(path);
		}
	}

	return outer;
}

function follow(tree: Tree, path: string, resolved: Set<string>): void {
	const names = fromRoot(path).split('/');
	let current = '.';
	while (names.length > 0) {
		current = posix.join(current, names.shift()!);
		const targets = linkTargets(tree, current);
		if (targets.length > 0) {
			if (resolved.has(current)) {
				return;
			}

			resolved.add(current);
			for (const target of targets) {
				follow(tree, posix.join(target, ...names), resolved);
			}

			return;
		}
	}

	resolved.add(current);
}

/** Where the link, or the links that match a last name with wildcards, point to, as paths of the tree. */
function linkTargets(tree: Tree, path: string): string[] {
	if (path === '.') {
		return [];
	}

	const name = posix.basename(path);
	const directory = posix.dirname(path);
	const candidates = wildcards.test(name)
		? matchingNames(tree, directory, name).map(match =>
				posix.join(directory, match),
			)
		: [path];
	return candidates.flatMap(candidate => readLink(tree, candidate));
}

function matchingNames(
	tree: Tree,
	directory: string,
	pattern: string,
): string[] {
	const matches = compileGlob(pattern);
	return orMissing(() => tree.readDirectory(pathOf(directory)), [])
		.map(entry => textOf(entry.name))
		.filter(name => matches(name));
}

function readLink(tree: Tree, path: string): string[] {
	const target = orMissing(
		() => textOf(tree.readStatus(pathOf(path)).linkTarget),
		'',
	);
	if (target === '') {
		return [];
	}

	return [
		fromRoot(
			target.startsWith('/') ? target : posix.join(posix.dirname(path), target),
		),
	];
}

/** A path that can't leave the root, as text without a leading slash. */
function fromRoot(path: string): string {
	return clean(posix.join('/', path)).slice(1) || '.';
}

function pathOf(path: string): BytePath {
	return path === '.' ? rootPath : bytePathFromText(path);
}

function orMissing<T>(read: () => T, otherwise: T): T {
	try {
		return read();
	} catch (error) {
		if (isMissing(error)) {
			return otherwise;
		}

		throw error;
	}
}
