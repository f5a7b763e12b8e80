import {relative} from 'node:path';
import {compileGlob} from '../../text/glob.js';
import {
	PatternMatcher,
	type PatternMatches,
	readIgnoreLines,
} from '../../text/ignore-patterns.js';
import {readContextDirectory} from './context-directory.js';
import {findIgnoreFile, type IgnoringRequest} from './context-listing.js';

/** What keeps something out of the build context. */
export type Excluded = {
	/** The path that is kept out, without a leading slash. */
	readonly path: string;

	/** The ignore file, from the context's folder: `.dockerignore`, `docker/App.Dockerfile.dockerignore`. */
	readonly file: string;

	/** The line of it that decides, counted from 1. */
	readonly line: number;

	/** What stands there. */
	readonly pattern: string;
};

const wildcard = /[*?\[\\]/v;

/**
@param wanted - A path, or a pattern in its last part, without a leading slash.
@returns What keeps it from the engine although it is there; of a pattern, the first that matches. `null` when it isn't there, or
isn't kept out.
*/
export async function findExcluded(
	request: IgnoringRequest,
	wanted: string,
): Promise<Excluded | null> {
	const slash = wanted.lastIndexOf('/');
	const directory = wanted.slice(0, Math.max(slash, 0));
	const last = wanted.slice(slash + 1);
	const found = await readContextDirectory(request, directory);
	const matches = wildcard.test(last) ? compileGlob(last) : null;
	const hidden = found?.names.filter(
		({name}) => matches?.(name) ?? name === last,
	);
	// Where the engine gets something that matches, that isn't why.
	const [first] =
		hidden?.every(({isExcluded}) => isExcluded) === true ? hidden : [];
	const file = first && (await findIgnoreFile(request));
	if (!first || !file) {
		return null;
	}

	const path = directory === '' ? first.name : `${directory}/${first.name}`;
	const lines = readIgnoreLines(file.text);
	const deciding = decidingPattern(
		lines.map(({pattern}) => pattern),
		path,
	);
	return deciding === null
		? null
		: {
				path,
				file: relative(request.context, file.path),
				line: lines[deciding]!.line,
				pattern: lines[deciding]!.pattern,
			};
}

/** The index of the pattern that matched the path, or a directory above it, last. */
function decidingPattern(
	patterns: readonly string[],
	path: string,
): number | null {
	const matcher = new PatternMatcher(patterns);
	let matches: PatternMatches | undefined;
	let isMatched = false;
	const parts = path.split('/');
	for (const index of parts.keys()) {
		({matches, isMatched} = matcher.judge(
			parts.slice(0, index + 1).join('/'),
			matches,
		));
	}

	const last = matches?.lastIndexOf(true) ?? -1;
	return isMatched && last !== -1 ? last : null;
}
