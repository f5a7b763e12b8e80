import {PatternMatcher, readIgnoreFile} from '../../../text/ignore-patterns.js';

/** Where a Dockerfile of ours can stand in a build context without being part of it. */
export type DockerfilePlace = {
	readonly name: string;

	/** The `.dockerignore` to send; `null` when the context's own does. */
	readonly ignoreFile: string | null;
};

/** Always the same: where it is seen after all, it must not keep the builder from finding a COPY in its cache. */
const ownName = '.mstage-dockerfile';

/**
The legacy builder reads its Dockerfile from the build context, and takes it, and `.dockerignore`, out of it afterwards
where a pattern of `.dockerignore` matches them (moby/moby builder/remotecontext/detect.go, `removeDockerfile`). So ours
gets a name that the user's own patterns match; where there are none, a `.dockerignore` that matches both.

@param ignoreFile - The context's `.dockerignore`, or `null` when there is none.
*/
export function placeDockerfile(ignoreFile: string | null): DockerfilePlace {
	const patterns = readIgnoreFile(ignoreFile ?? '');
	const matcher = new PatternMatcher(patterns);
	// What an exception brings back of an excluded directory would be in the way of a file of its name.
	const literals = patterns.every(pattern => !pattern.startsWith('!'));
	const name = patterns
		.filter(pattern => literals || pattern.includes('*'))
		.map(pattern =>
			pattern.replace(/^(?:\*\*\/)+/v, '').replaceAll(/\*+/gv, 'mstage'),
		)
		.find(
			candidate =>
				/^[\w.\-]+$/v.test(candidate) &&
				candidate !== '.dockerignore' &&
				matcher.isMatched(candidate),
		);
	if (name !== undefined) {
		return {name, ignoreFile: null};
	}

	return {
		name: ownName,
		ignoreFile:
			ignoreFile === null
				? `.dockerignore\n${ownName}\n`
				: `${ignoreFile}\n${ownName}\n`,
	};
}
