import {Refusal} from '../refusal.js';

/** A character that must be there, or a wildcard. */
type Token = {readonly literal: string} | '*' | '?';

/*
The rules are those of BuildKit's `frontend/dockerfile/shell/lex.go`: a backslash escapes `*`, `?` and itself; before `}` and `/` it only got them past
the end of the expansion.
*/
function parsePattern(pattern: string): readonly Token[] {
	const characters = [...pattern];
	const tokens: Token[] = [];

	for (let index = 0; index < characters.length; index++) {
		const character = characters[index]!;

		if (character === '*' || character === '?') {
			tokens.push(character);
		} else if (character === '\\') {
			index++;
			tokens.push({literal: escapedCharacter(pattern, characters[index])});
		} else {
			tokens.push({literal: character});
		}
	}

	return tokens;
}

function escapedCharacter(pattern: string, character = ''): string {
	if (!['*', '?', '\\', '}', '/'].includes(character)) {
		throw new Refusal(
			String.raw`the pattern "${pattern}" of an expansion escapes "${character}", but only *, ?, \, / and } can be escaped`,
		);
	}

	return character;
}

/** How far the ways through a pattern are: the place in it, and where in the text the earliest way to that place began. */
type Ways = Map<number, number>;

function addWay(
	ways: Ways,
	tokens: readonly Token[],
	place: number,
	start: number,
): void {
	const known = ways.get(place);
	if (known === undefined || start < known) {
		ways.set(place, start);

		// A star may match nothing, so what is behind it can come next too.
		if (tokens[place] === '*') {
			addWay(ways, tokens, place + 1, start);
		}
	}
}

function advance(
	ways: Ways,
	tokens: readonly Token[],
	character: string,
	latest: number,
): Ways {
	const next: Ways = new Map();

	for (const [place, start] of ways) {
		const token = tokens[place];

		if (start > latest) {
			continue;
		}

		if (token === '*' && character !== '\n') {
			addWay(next, tokens, place, start);
		} else if (
			token === '?'
				? character !== '\n'
				: typeof token === 'object' && token.literal === character
		) {
			addWay(next, tokens, place + 1, start);
		}
	}

	return next;
}

type Match = {readonly start: number; readonly end: number};

/*
Follows all ways through the pattern at once, so no pattern takes long. With `*` and `?` alone, what Go's regular expressions find for BuildKit
is the leftmost match, and of those the shortest or the longest.
*/
function findMatch(
	tokens: readonly Token[],
	text: readonly string[],
	from: number,
	{greedy, anchored}: {greedy: boolean; anchored: boolean},
): Match | undefined {
	let ways: Ways = new Map();
	let match: Match | undefined;

	for (let position = from; position <= text.length; position++) {
		if (match === undefined && (!anchored || position === from)) {
			addWay(ways, tokens, 0, position);
		}

		const start = ways.get(tokens.length);
		if (start !== undefined) {
			match = {start, end: position};
			if (!greedy) {
				return match;
			}
		}

		if (position < text.length) {
			ways = advance(ways, tokens, text[position]!, match?.start ?? Infinity);
		}

		if (ways.size === 0 && (anchored || match !== undefined)) {
			return match;
		}
	}

	return match;
}

/**
`${name#pattern}` and `${name##pattern}`.

@param value - The value of the variable.
@param pattern - A shell pattern of `*` and `?`, neither of which matches a line feed.
@param greedy - Whether the longest match goes (`##`), not the shortest.
@returns The value without the prefix that matches.
@throws {Refusal} When the pattern is invalid.
*/
export function trimPrefix(
	value: string,
	pattern: string,
	greedy: boolean,
): string {
	const text = [...value];
	const match = findMatch(parsePattern(pattern), text, 0, {
		greedy,
		anchored: true,
	});

	return text.slice(match?.end ?? 0).join('');
}

/**
`${name%pattern}` and `${name%%pattern}`.

@param value - The value of the variable.
@param pattern - A shell pattern of `*` and `?`, neither of which matches a line feed.
@param greedy - Whether the longest match goes (`%%`), not the shortest.
@returns The value without the suffix that matches.
@throws {Refusal} When the pattern is invalid.
*/
export function trimSuffix(
	value: string,
	pattern: string,
	greedy: boolean,
): string {
	const text = [...value].toReversed();
	const tokens = parsePattern(pattern).toReversed();
	const match = findMatch(tokens, text, 0, {greedy, anchored: true});

	return text
		.slice(match?.end ?? 0)
		.toReversed()
		.join('');
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
@param pattern - A shell pattern of `*` and `?`, neither of which matches a line feed; the longest match is taken.
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
	const tokens = parsePattern(pattern);
	const text = [...value];
	const options = {greedy: true, anchored: false};
	let replaced = '';
	let copied = 0;
	let from = 0;

	for (
		let match = findMatch(tokens, text, from, options);
		match !== undefined;
		match =
			from > text.length ? undefined : findMatch(tokens, text, from, options)
	) {
		const {start, end} = match;
		const isEmpty = start === end;

		// As in Go, an empty match right behind another match doesn't count.
		if (!isEmpty || start !== copied || start === 0) {
			const own = all
				? fillTemplate(replacement, text.slice(start, end).join(''))
				: replacement;
			replaced += text.slice(copied, start).join('') + own;
			copied = end;
		}

		if (!all) {
			break;
		}

		from = isEmpty ? end + 1 : end;
	}

	return replaced + text.slice(copied).join('');
}
