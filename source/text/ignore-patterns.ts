import {posix} from 'node:path';
import {UsageError} from '../errors.js';
import {compileIgnorePattern} from './ignore-expression.js';

type Pattern = {
	/** Cleaned, without the `!` of an exception. */
	readonly text: string;
	readonly isException: boolean;
	matches(path: string): boolean;
};

/** Which of a matcher's patterns match a directory; everything below it needs this. */
export type PatternMatches = readonly boolean[];

export type PatternVerdict = {
	/** The last pattern that matches the path or a directory above it decides: an exception (`!`) takes it out again. */
	readonly isMatched: boolean;
	readonly matches: PatternMatches;
};

/**
An ordered list of patterns as `.dockerignore` has them, with the meaning that Docker's builders give them
(documentation of `.dockerignore`, and the behaviour of github.com/moby/patternmatcher, which decides what is sent): the
rules of Go's `filepath.Match`, `**` for any number of directories, `!` for exceptions, and a pattern that matches a
directory matches everything in it.
*/
export class PatternMatcher {
	readonly patterns: readonly Pattern[];

	/**
	@param patterns - One pattern each; blank ones say nothing. A leading `/` is not special here: who reads a
	`.dockerignore` takes it off (`readIgnoreFile`).
	@throws UsageError - When a pattern is malformed.
	*/
	constructor(patterns: readonly string[]) {
		this.patterns = patterns
			.filter(text => text.trim() !== '')
			.map(text => parsePattern(text));
	}

	/**
	@param path - A path relative to the root, `/` apart.
	@param parentMatches - The `matches` of the directory that it is in; none for an entry of the root.
	@returns Whether the patterns match it, and what its own entries need to know.
	*/
	judge(path: string, parentMatches?: PatternMatches): PatternVerdict {
		let isMatched = false;
		const matches: boolean[] = [];
		for (const [index, pattern] of this.patterns.entries()) {
			// A pattern that can't change the verdict is not asked, not even for the sake of what is below: with "a/b" and
			// "!a" a/b stays matched, as "!a" had nothing to take out when it was asked about a.
			const isMatch =
				parentMatches?.[index] === true ||
				(pattern.isException === isMatched && pattern.matches(path));
			matches.push(isMatch);
			if (isMatch) {
				isMatched = !pattern.isException;
			}
		}

		return {isMatched, matches};
	}

	/**
	@param path - A path relative to the root, `/` apart.
	@returns Whether the patterns match it, itself or by a directory above it.
	*/
	isMatched(path: string): boolean {
		let verdict: PatternVerdict | undefined;
		let end = -1;
		do {
			end = path.indexOf('/', end + 1);
			verdict = this.judge(
				end === -1 ? path : path.slice(0, end),
				verdict?.matches,
			);
		} while (end !== -1);

		return verdict.isMatched;
	}
}

/**
@param text - The contents of a `.dockerignore`.
@returns Its patterns, without comments (`#` in the first column), blank lines and leading slashes.
*/
export function readIgnoreFile(text: string): string[] {
	return readIgnoreLines(text).map(({pattern}) => pattern);
}

/**
@param text - The contents of a `.dockerignore`.
@returns The same patterns, each with its line, counted from 1.
*/
export function readIgnoreLines(
	text: string,
): ReadonlyArray<{readonly pattern: string; readonly line: number}> {
	return text
		.replace(/^\uFEFF/v, '')
		.split(/\r?\n/v)
		.map((source, index) => ({source, line: index + 1}))
		.filter(({source}) => !source.startsWith('#') && source.trim() !== '')
		.map(({source, line}) => {
			const pattern = source.trim();
			return {
				line,
				pattern: pattern.startsWith('!')
					? `!${fromRoot(pattern.slice(1).trim())}`
					: fromRoot(pattern),
			};
		});
}

function fromRoot(pattern: string): string {
	const path = pattern === '' ? '' : clean(pattern);
	return path.length > 1 && path.startsWith('/') ? path.slice(1) : path;
}

/**
@param path - A path or pattern.
@returns The shortest path that means the same, without a trailing slash.
*/
export function clean(path: string): string {
	const normal = posix.normalize(path);
	return normal.length > 1 && normal.endsWith('/')
		? normal.slice(0, -1)
		: normal;
}

function parsePattern(source: string): Pattern {
	const cleaned = clean(source.trim());
	const isException = cleaned.startsWith('!');
	const text = isException ? cleaned.slice(1) : cleaned;
	if (text === '') {
		throw new UsageError(
			'A pattern of .dockerignore is a lone "!"; write the path to keep after it, or remove the line.',
		);
	}

	return {text, isException, matches: compileIgnorePattern(text)};
}
