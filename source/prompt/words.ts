import {UsageError} from '../errors.js';
import {formatCount} from '../text/format.js';
import {escapeAtStart} from '../text/spelling.js';

/** In characters. A pattern runs out of its stack on lines of some megabytes. */
const longestLine = 1_000_000;

/**
Splits a line into words as a POSIX shell does (XCU 2.2): blanks separate, single quotes keep everything, double quotes
everything but `\"`, `\\`, `\$` and `` \` ``, a backslash the next character. Nothing is expanded.

@param escapes - Whether escapes of names stay as they are, so that a path can be typed as it is shown, with quotes or
without: `final:/o/caf\xe9.txt`.
@throws {UsageError} A quote isn't closed, or the line is longer than any command.
*/
export function splitWords(
	line: string,
	escapes: 'removed' | 'kept' = 'removed',
): readonly string[] {
	if (line.length > longestLine) {
		throw new UsageError(
			`A line of ${formatCount(line.length)} characters is no command: at most ${formatCount(longestLine)} are read.`,
		);
	}

	const words: string[] = [];
	const word =
		/[ \t]*(?<word>(?:\\.|'[^']*'|"(?:\\.|[^"\\])*"|[^ \t\\'"])+)/svy;
	let end = 0;
	for (let match = word.exec(line); match; match = word.exec(line)) {
		words.push(unquote(match.groups!['word']!, escapes === 'kept'));
		end = word.lastIndex;
	}

	if (/[^ \t]/v.test(line.slice(end))) {
		throw new UsageError(
			`A quote or a backslash in '${line.trim()}' isn't closed: add the missing one.`,
		);
	}

	return words;
}

function unquote(word: string, keepsEscapes: boolean): string {
	let text = '';
	let rest = word;
	while (rest !== '') {
		const escape = keepsEscapes ? escapeAtStart(rest) : '';
		if (escape === '') {
			const {0: whole, groups} = piece.exec(rest)!;
			text += meaningOf(groups as Piece, keepsEscapes);
			rest = rest.slice(whole.length);
		} else {
			text += escape;
			rest = rest.slice(escape.length);
		}
	}

	return text;
}

type Piece = {
	readonly plain?: string;
	readonly escaped?: string;
	readonly single?: string;
	readonly double?: string;
};

const piece =
	/^(?:(?<plain>[^\\'"]+)|\\(?<escaped>.)|'(?<single>[^']*)'|"(?<double>(?:\\.|[^"\\])*)")/sv;

function meaningOf(
	{plain, escaped, single, double}: Piece,
	keepsEscapes: boolean,
): string {
	return (
		plain ??
		escaped ??
		single ??
		double!.replaceAll(
			keepsEscapes ? /\\(?<kept>["$`])/gv : /\\(?<kept>["\\$`])/gv,
			'$1',
		)
	);
}
