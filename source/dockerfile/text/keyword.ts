import {splitFirst, trimSpace} from './words.js';

/** Every instruction that there is, in upper case (moby/buildkit frontend/dockerfile/command/command.go). */
export const keywords: ReadonlySet<string> = new Set([
	'ADD',
	'ARG',
	'CMD',
	'COPY',
	'ENTRYPOINT',
	'ENV',
	'EXPOSE',
	'FROM',
	'HEALTHCHECK',
	'LABEL',
	'MAINTAINER',
	'ONBUILD',
	'RUN',
	'SHELL',
	'STOPSIGNAL',
	'USER',
	'VOLUME',
	'WORKDIR',
]);

/** An instruction, told apart from what it is given. */
export type KeywordLine = {
	/** In upper case, whether it exists or not. */
	readonly keyword: string;

	/** What follows it, or `null` when nothing does. */
	readonly rest: string | null;
};

/**
Reads what one instruction is.

@param line - The instruction as one line.
@returns Its keyword, and the rest.
*/
export function readKeyword(line: string): KeywordLine {
	const [word, rest] = splitFirst(trimSpace(line));
	return {keyword: word.toUpperCase(), rest};
}
