import {UsageError} from '../errors.js';

/**
Splits a line into words as a POSIX shell does (XCU 2.2): blanks separate, single quotes keep everything, double quotes
everything but `\"`, `\\`, `\$` and `` \` ``, a backslash the next character. Nothing is expanded.

@throws {UsageError} A quote isn't closed.
*/
export function splitWords(line: string): readonly string[] {
	const words: string[] = [];
	const word =
		/[ \t]*(?<word>(?:\\.|'[^']*'|"(?:\\.|[^"\\])*"|[^ \t\\'"])+)/svy;
	let end = 0;
	for (let match = word.exec(line); match; match = word.exec(line)) {
		words.push(unquote(match.groups!['word']!));
		end = word.lastIndex;
	}

	if (/[^ \t]/v.test(line.slice(end))) {
		throw new UsageError(
			`A quote or a backslash in '${line.trim()}' isn't closed: add the missing one.`,
		);
	}

	return words;
}

function unquote(word: string): string {
	return word.replaceAll(
		/\\(?<escaped>.)|'(?<single>[^']*)'|"(?<double>(?:\\.|[^"\\])*)"/gsv,
		(...match) => {
			const groups = match.at(-1) as {
				escaped?: string;
				single?: string;
				double?: string;
			};
			return (
				groups.escaped ??
				groups.single ??
				groups.double!.replaceAll(/\\(?<kept>["\\$`])/gv, '$1')
			);
		},
	);
}
