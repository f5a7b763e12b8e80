import {UsageError} from '../errors.js';

/** Flags of `docker build` that a debug session has no use for, each with the reason and what to do instead. */
const reasons: Readonly<Record<string, string>> = {
	quiet:
		'a debug session is there to show the build: build with docker build for that, or use --iidfile for the id of the image',
	output:
		'the result is looked at here, not written: use mstage cp final:/ DESTINATION, or - for a tar archive',
	push: 'nothing is sent to a registry: give the image a name with --tag, then docker push it',
	load: 'an image with a --tag is in the engine anyway: leave it out',
	'cache-from': 'only the cache of the engine is used: leave it out',
	'cache-to': 'the cache stays in the engine: leave it out',
	'no-cache-filter':
		'single steps are run again from the session (R): leave it out, or use --no-cache',
	'metadata-file':
		'there is no such file of a session: use --iidfile, or --json for all events',
	provenance: 'a session makes no attestations: leave it out',
	sbom: 'a session makes no attestations: leave it out',
	attest: 'a session makes no attestations: leave it out',
	annotation: 'a session writes no manifest of its own: use --label',
	progress:
		'the screen shows the progress: leave it out, or use --plain or --json',
	squash: 'a squashed image has no steps to look at: leave it out',
	compress: 'nothing is compressed on the way to the engine: leave it out',
	'force-rm':
		'every container of a session is removed at its end: leave it out',
	rm: 'every container of a session is removed at its end: leave it out',
	memory:
		'only the legacy builder could limit it, and mstage does not: use --ulimit',
	'memory-swap':
		'only the legacy builder could limit it, and mstage does not: leave it out',
	'cpu-period':
		'only the legacy builder could limit it, and mstage does not: leave it out',
	'cpu-quota':
		'only the legacy builder could limit it, and mstage does not: leave it out',
	'cpu-shares':
		'only the legacy builder could limit it, and mstage does not: leave it out',
	'cpuset-cpus':
		'only the legacy builder could limit it, and mstage does not: leave it out',
	'cpuset-mems':
		'only the legacy builder could limit it, and mstage does not: leave it out',
	'cgroup-parent': 'the engine chooses it: leave it out',
	isolation: 'that is for Windows containers: leave it out',
	'security-opt': 'that is for Windows containers: leave it out',
	'disable-content-trust':
		'images are taken as the engine takes them: leave it out',
};

const aliases: Readonly<Record<string, string>> = {
	quiet: 'q',
	output: 'o',
	memory: 'm',
	'cpu-shares': 'c',
};

/** What yargs is told of them, so that they are known and yet not in the help. */
export const refusedOptions = Object.fromEntries(
	Object.keys(reasons).map(name => [
		name,
		{hidden: true, ...(aliases[name] && {alias: aliases[name]})} as const,
	]),
);

/**
@param flags - As yargs read them.
@returns `true` when none of them is refused: for yargs.
@throws {UsageError} One is, with the reason.
*/
export function refuseFlags(flags: Readonly<Record<string, unknown>>): true {
	const name = Object.keys(reasons).find(key => flags[key] !== undefined);
	if (name !== undefined) {
		throw new UsageError(`--${name}: ${reasons[name]!}.`);
	}

	return true;
}
