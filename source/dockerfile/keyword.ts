import {DockerfileParser, Keyword} from 'dockerfile-ast';
import {splitFirst, trimSpace} from './words.js';

/** Every instruction that there is, in upper case. */
export const keywords: ReadonlySet<string> = new Set(
	Object.values(Keyword) as string[],
);

/** An instruction, told apart from what it is given. */
export type KeywordLine = {
	/** In upper case, whether it exists or not. */
	readonly keyword: string;

	/** What follows it, or `null` when nothing does. */
	readonly rest: string | null;
};

/**
Reads what one instruction is. dockerfile-ast names it; it gets no more than that one word, since its notions of separators, comments within an
instruction, heredocs and quoted flags differ from BuildKit's, whose rules the other modules of this room follow.

@param line - The instruction as one line.
@returns Its keyword, and the rest.
*/
export function readKeyword(line: string): KeywordLine {
	const [word, rest] = splitFirst(trimSpace(line));
	const [instruction] = DockerfileParser.parse(word).getInstructions();

	return {keyword: instruction?.getKeyword() ?? word, rest};
}
