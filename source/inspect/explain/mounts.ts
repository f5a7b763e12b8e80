import {posix} from 'node:path';
import {readInstructions} from '../../dockerfile/instructions/read.js';
import type {Program} from '../../engine/port.js';

/** A mount of a RUN, as far as the Dockerfile says it in plain words. */
export type RunMount = {
	/** `bind`, `cache`, `tmpfs`, `secret` or `ssh`. */
	readonly type: string;

	/** Absolute. */
	readonly target: string;
	readonly isReadonly: boolean;

	/** The options that a cache is made with, as they are written; `null` where nothing is said. */
	readonly uid: string | null;
	readonly gid: string | null;
	readonly mode: string | null;

	/** What a tmpfs may hold, as it is written; `null` where nothing is said. */
	readonly size: string | null;
};

/**
@param step - The id of a RUN.
@param directory - The folder that its process starts in.
@returns Its mounts; those whose target has a variable are left out.
*/
export function mountsOf(
	program: Program,
	step: number,
	directory: string,
): readonly RunMount[] {
	const {graph, steps} = program;
	const {stage, index} = steps[step]!;
	const command = readInstructions(graph.source, graph.filename).stages[
		stage
	]?.[index]?.command;
	return command?.kind === 'run'
		? command.mounts.flatMap(({options}) => {
				const value = (...names: readonly string[]): string | null =>
					options.findLast(({key}) => names.includes(key))?.value ?? null;
				const has = (...names: readonly string[]): boolean =>
					options.some(
						({key, value: given}) =>
							names.includes(key) && given?.toLowerCase() !== 'false',
					);
				const type = (value('type') ?? 'bind').toLowerCase();
				const target = value('target', 'dst', 'destination');
				return target === null || target.includes('$')
					? []
					: [
							{
								type,
								target: posix.resolve('/', directory, target),
								isReadonly:
									has('ro', 'readonly') ||
									(type === 'bind' && !has('rw', 'readwrite')),
								uid: value('uid'),
								gid: value('gid'),
								mode: value('mode'),
								size: value('size'),
							},
						];
			})
		: [];
}

/** @returns The innermost mount that a path is in. */
export function mountAt(
	mounts: readonly RunMount[],
	path: string,
): RunMount | undefined {
	return mounts
		.filter(({target}) => path === target || path.startsWith(`${target}/`))
		.toSorted((a, b) => b.target.length - a.target.length)[0];
}
