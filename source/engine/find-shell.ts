import {basename} from 'node:path';

/** Shells that read commands as `sh` does. */
const posixShells = new Set(['bash', 'sh', 'ash', 'dash', 'zsh', 'ksh']);

export type FoundShells = {
	/** For people: `/bin/bash`, the stage's own, or `/bin/sh`; `null` where there is none of them. */
	readonly best: string | null;

	/** One that understands `read`; `null` where there is none. */
	readonly posix: string | null;
};

/**
@param isThere - Whether a program is in the filesystem.
@param stageShell - As SHELL has it; `null` when it is unknown.
@param environment - Of the processes there: `NAME=value`.
*/
export async function findShells(
	isThere: (path: string) => Promise<boolean>,
	stageShell: readonly string[] | null,
	environment: readonly string[],
): Promise<FoundShells> {
	const candidates = [
		...new Set([
			'/bin/bash',
			...placesOf(stageShell?.[0], environment),
			'/bin/sh',
		]),
	];
	const found = await Promise.all(candidates.map(async path => isThere(path)));
	const shells = candidates.filter((_, index) => found[index]);
	return {
		best: shells[0] ?? null,
		// The smallest of them: a script of ours takes less time in it.
		posix: shells.findLast(path => posixShells.has(basename(path))) ?? null,
	};
}

/**
@returns The folders of PATH, with those that a process has when nobody says.
*/
export function searchPath(environment: readonly string[]): readonly string[] {
	const path = environment.findLast(entry => entry.startsWith('PATH='));
	return (
		path?.slice('PATH='.length) ??
		'/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'
	)
		.split(':')
		.filter(folder => folder !== '');
}

function placesOf(
	program: string | undefined,
	environment: readonly string[],
): readonly string[] {
	if (!program) {
		return [];
	}

	return program.startsWith('/')
		? [program]
		: searchPath(environment).map(folder => `${folder}/${program}`);
}
