import picomatch from 'picomatch';
import type {ContextListing} from '../../engine/port.js';

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
	for (const [path, {fingerprint}] of after) {
		const known = before.get(path);
		if (known?.fingerprint !== fingerprint) {
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
with all that is in them, and globs of both; the empty one, `.` and `/` mean everything.
@returns Those of the changes that the step sees.
*/
export function changesIn(
	changes: readonly FileChange[],
	patterns: readonly string[],
): readonly FileChange[] {
	const options = {
		dot: true,
		nobrace: true,
		noextglob: true,
		nonegate: true,
	} as const;
	const matchers = patterns.map(pattern => {
		const trimmed = pattern.replace(/^(?:\.?\/)+/v, '').replace(/\/+$/v, '');
		if (trimmed === '' || trimmed === '.') {
			return () => true;
		}

		const matchesItself = picomatch(trimmed, options);
		const matchesBelow = picomatch(`${trimmed}/**`, options);
		return (path: string) =>
			path === trimmed ||
			path.startsWith(`${trimmed}/`) ||
			matchesItself(path) ||
			matchesBelow(path);
	});
	return changes.filter(({path}) => matchers.some(matches => matches(path)));
}
