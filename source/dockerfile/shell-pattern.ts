import {Refusal} from './refusal.js';

const regexSyntax = /[\[\]\{\}.+\(\)\|^$]/v;

/*
`*` and `?` don't match a line feed. The rules are those of BuildKit's `frontend/dockerfile/shell/lex.go`:
a backslash escapes `*`, `?` and itself; before `}` and `/` it only got them past the end of the expansion.
*/
function toRegExp(
	pattern: string,
	{greedy, anchored}: {greedy: boolean; anchored: boolean},
): RegExp {
	const characters = [...pattern];
	let source = anchored ? '^' : '';

	for (let index = 0; index < characters.length; index++) {
		const character = characters[index]!;

		switch (character) {
			case '*': {
				source += greedy ? String.raw`[^\n]*` : String.raw`[^\n]*?`;

				break;
			}

			case '?': {
				source += String.raw`[^\n]`;

				break;
			}

			case '\\': {
				const escaped = characters[index + 1];
				if (escaped === '}' || escaped === '/') {
					continue;
				}

				if (escaped !== '*' && escaped !== '?' && escaped !== '\\') {
					throw new Refusal(
						String.raw`the pattern "${pattern}" of an expansion escapes "${escaped ?? ''}", but only *, ?, \, / and } can be escaped`,
					);
				}

				source += `\\${escaped}`;
				index++;

				break;
			}

			default: {
				source += regexSyntax.test(character) ? `\\${character}` : character;
			}
		}
	}

	return new RegExp(source, 'v');
}

/**
`${name#pattern}` and `${name##pattern}`.

@param value - The value of the variable.
@param pattern - A shell pattern of `*` and `?`.
@param greedy - Whether the longest match goes (`##`), not the shortest.
@returns The value without the prefix that matches.
@throws {Refusal} When the pattern is invalid.
*/
export function trimPrefix(
	value: string,
	pattern: string,
	greedy: boolean,
): string {
	const match = toRegExp(pattern, {greedy, anchored: true}).exec(value);
	return match === null ? value : value.slice(match[0].length);
}

const reversed = (text: string): string => [...text].toReversed().join('');

// An escaped character stays behind its backslash.
const reversedPattern = (pattern: string): string =>
	(pattern.match(/\\.|./gsv) ?? []).toReversed().join('');

/**
`${name%pattern}` and `${name%%pattern}`. As in BuildKit, the mirrored prefix is cut off the mirrored value: that finds
the shortest match at the end too.

@param value - The value of the variable.
@param pattern - A shell pattern of `*` and `?`.
@param greedy - Whether the longest match goes (`%%`), not the shortest.
@returns The value without the suffix that matches.
@throws {Refusal} When the pattern is invalid.
*/
export function trimSuffix(
	value: string,
	pattern: string,
	greedy: boolean,
): string {
	return reversed(
		trimPrefix(reversed(value), reversedPattern(pattern), greedy),
	);
}

/*
BuildKit replaces all with Go's `Regexp.ReplaceAllString`, whose templates know `$0` for the whole match, `$$`, and names of groups that
such a pattern doesn't have (https://pkg.go.dev/regexp#Regexp.Expand).
*/
const template =
	/\$(?:(?<dollar>\$)|\{(?<braced>[\p{L}\p{Nd}_]+)\}|(?<name>[\p{L}\p{Nd}_]+))/gv;

function fillTemplate(text: string, match: string): string {
	return text.replaceAll(
		template,
		(_, dollar?: string, braced?: string, name?: string) => {
			if (dollar !== undefined) {
				return '$';
			}

			return (braced ?? name) === '0' ? match : '';
		},
	);
}

/**
`${name/pattern/replacement}` and `${name//pattern/replacement}`.

@param value - The value of the variable.
@param pattern - A shell pattern of `*` and `?`; the longest match is taken.
@param replacement - What takes the place of a match.
@param all - Whether every match is replaced (`//`), not the first one only.
@returns The new value.
@throws {Refusal} When the pattern is invalid.
*/
export function replaceMatches(
	value: string,
	pattern: string,
	replacement: string,
	all: boolean,
): string {
	const expression = toRegExp(pattern, {greedy: true, anchored: false});

	if (!all) {
		return value.replace(expression, () => replacement);
	}

	// Unlike JavaScript, Go ignores an empty match right after another match.
	let lastEnd = -1;
	return value.replaceAll(
		new RegExp(expression, 'gv'),
		(match, offset: number) => {
			const ignored = match === '' && offset === lastEnd;
			lastEnd = offset + match.length;
			return ignored ? '' : fillTemplate(replacement, match);
		},
	);
}
