import picomatch from 'picomatch';
import {type BytePath, textOf} from '../text/byte-path.js';
import {nameOf} from './paths.js';

/**
@param patterns - Globs: one without a slash is for names in any directory, one with a slash for whole paths from the
root; `**` crosses directories. What is below a matching directory is the caller's to leave out.
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

function matcherOf(pattern: string): (path: BytePath) => boolean {
	const trimmed = pattern.replace(/\/+$/v, '');
	const matches = picomatch(trimmed.replace(/^\/+/v, ''), {dot: true});
	return trimmed.includes('/')
		? path => matches(textOf(path))
		: path => matches(textOf(nameOf(path)));
}
