import {type BytePath, rootPath, textOf} from '../../text/byte-path.js';
import {compileNameGlob} from '../../text/name-glob.js';
import {parseSpelling, withoutEscapes} from '../../text/spelling.js';
import {nameOf, parentOf} from '../tree/paths.js';

/**
@param patterns - Globs: one without a slash is for names in any directory, one with a slash for whole paths from the
root; `**` crosses directories, and bytes may be escaped as they are shown. What is below a matching directory is the caller's to leave out.
@returns Whether a path matches one of them; the root never does.
*/
export function ignoreMatcher(
	patterns: readonly string[],
): (path: BytePath) => boolean {
	if (patterns.length === 0) {
		return () => false;
	}

	const matchers = patterns.map(pattern => matcherOf(pattern));
	return path => path !== '' && matchers.some(matches => matches(path));
}

/**
@param patterns - Paths from the root, or globs: one without a slash is for names in any directory. Without any, everything
matches.
@returns Whether a path matches one of them, or is in a directory that does.
*/
export function pathMatcher(
	patterns: readonly string[],
): (path: BytePath) => boolean {
	if (patterns.length === 0) {
		return () => true;
	}

	const isGlob = (pattern: string): boolean => /[*?\[\{]/v.test(pattern);
	const matchesGlob = ignoreMatcher(
		patterns.filter(pattern => isGlob(pattern)),
	);
	const paths = new Set(
		patterns
			.filter(pattern => !isGlob(pattern))
			.map(pattern => parseSpelling(pattern.replaceAll(/^\/+|\/+$/gv, ''))),
	);
	const matches = (path: BytePath): boolean =>
		paths.has(path) || matchesGlob(path);
	const isEverything = patterns.some(pattern => /^[.\/]*$/v.test(pattern));
	return path => {
		for (let at = path; at !== rootPath; at = parentOf(at)) {
			if (matches(at)) {
				return true;
			}
		}

		return isEverything;
	};
}

function matcherOf(pattern: string): (path: BytePath) => boolean {
	const trimmed = withoutEscapes(pattern).replace(/\/+$/v, '');
	const matches = compileNameGlob(trimmed.replace(/^\/+/v, ''));
	return trimmed.includes('/')
		? path => matches(textOf(path))
		: path => matches(textOf(nameOf(path)));
}
