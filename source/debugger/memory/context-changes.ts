import type {ContextFile, ContextListing} from '../../engine/port.js';
import {compileGlob} from '../../text/glob.js';

export type FileChange = {
	/** Relative to the build context. */
	readonly path: string;
	readonly change: 'added' | 'removed' | 'changed';
};

/** @returns What differs between two listings of a build context, in the order of the paths. */
export function changedFiles(
	before: ContextListing,
	after: ContextListing,
): readonly FileChange[] {
	const changes: FileChange[] = [];
	for (const [path, file] of after) {
		const known = before.get(path);
		if (!known || isKnownToDiffer(known, file)) {
			changes.push({path, change: known ? 'changed' : 'added'});
		}
	}

	for (const path of before.keys()) {
		if (!after.has(path)) {
			changes.push({path, change: 'removed'});
		}
	}

	return changes.toSorted((a, b) =>
		a.path < b.path ? -1 : a.path > b.path ? 1 : 0,
	);
}

/**
@param patterns - Of what a step reads from the build context, as `StepInputs.contextFiles` has them: files, directories
with all that is in them, and globs of both, as Go's `filepath.Match` reads them (`COPY` does); the empty one, `.` and `/`
mean everything.
@returns Those of the changes that the step sees.
*/
export function changesIn(
	changes: readonly FileChange[],
	patterns: readonly string[],
): readonly FileChange[] {
	const isSeen = matcherOf(patterns);
	return changes.filter(({path}) => isSeen(path));
}

/**
@param patterns - As those of `changesIn`.
@returns What tells whether they have a path.
*/
export function matcherOf(
	patterns: Iterable<string>,
): (path: string) => boolean {
	const matchers = [...new Set(patterns)].map(pattern => {
		const trimmed = pattern.replace(/^(?:\.?\/)+/v, '').replace(/\/+$/v, '');
		if (trimmed === '' || trimmed === '.') {
			return () => true;
		}

		const glob = compileGlob(trimmed);
		return (path: string) =>
			path === trimmed ||
			path.startsWith(`${trimmed}/`) ||
			pathsTo(path).some(at => glob(at));
	});
	return path => matchers.some(matches => matches(path));
}

/** Of a file that wasn't read, nobody knows. */
function isKnownToDiffer(before: ContextFile, after: ContextFile): boolean {
	return (
		before.fingerprint !== after.fingerprint &&
		before.fingerprint !== null &&
		after.fingerprint !== null
	);
}

/** The path, and the directories that it is in. */
function pathsTo(path: string): readonly string[] {
	const names = path.split('/');
	return names.map((_, index) => names.slice(0, index + 1).join('/'));
}
