/** The characters that separate arguments (BuildKit's `frontend/dockerfile/parser/parser.go`). */
const separators = /[\t\v\f\r ]+/v;

const isSpace = (character: string): boolean =>
	/^\p{White_Space}$/v.test(character);

/**
@param text - Anything.
@returns The text without the white space around it, as Go's `strings.TrimSpace` sees white space.
*/
export function trimSpace(text: string): string {
	let start = 0;
	let end = text.length;

	while (start < end && isSpace(text[start]!)) {
		start++;
	}

	while (start < end && isSpace(text[end - 1]!)) {
		end--;
	}

	return text.slice(start, end);
}

/**
@param text - Arguments without quoting rules.
@returns The words between the separators. Space at an end leaves an empty word there, and an empty text has no words.
*/
export function splitAtSpaces(text: string): readonly string[] {
	return text === '' ? [] : text.split(separators);
}

/**
@param text - A line.
@returns Its first word, and what follows the separators behind it, or `null` when nothing does.
*/
export function splitFirst(
	text: string,
): readonly [first: string, rest: string | null] {
	const match = separators.exec(text);
	return match === null
		? [text, null]
		: [text.slice(0, match.index), text.slice(match.index + match[0].length)];
}

/**
Splits the arguments of ARG, ENV and LABEL. Quotes keep spaces together, and quotes and escapes stay in the words.

@param text - The arguments.
@param escape - The escape character.
@returns The words.
*/
export function splitQuoted(text: string, escape: string): readonly string[] {
	const characters = [...text];
	const words: string[] = [];
	let word: string | null = null;
	let quote: string | null = null;

	for (let index = 0; index < characters.length; index++) {
		const character = characters[index]!;

		if (quote === null && isSpace(character)) {
			if (word !== null && word !== '') {
				words.push(word);
			}

			word = null;
			continue;
		}

		word ??= '';
		if (character === escape && quote !== "'") {
			// At the very end there is nothing to escape.
			word +=
				index + 1 < characters.length ? character + characters[++index]! : '';
			continue;
		}

		if (quote === character) {
			quote = null;
		} else if (quote === null && (character === '"' || character === "'")) {
			quote = character;
		}

		word += character;
	}

	if (word !== null && word !== '') {
		words.push(word);
	}

	return words;
}

// BuildKit reads flags byte by byte: a no-break space, for one, ends a flag and leaves a stray letter on it.
const toBytes = (text: string): string =>
	/^\p{ASCII}*$/v.test(text)
		? text
		: Array.from(new TextEncoder().encode(text), byte =>
				String.fromCodePoint(byte),
			).join('');

const fromBytes = (bytes: string): string =>
	new TextDecoder().decode(
		Uint8Array.from(bytes, byte => byte.codePointAt(0)!),
	);

/**
Takes the flags off the front of the arguments. They end at the first word that doesn't start with `--`, or at `--` itself;
their quotes and escapes are resolved.

@param text - All arguments of an instruction.
@param escape - The escape character.
@returns The flags, and the rest of the text.
*/
export function splitFlags(
	text: string,
	escape: string,
): {readonly flags: readonly string[]; readonly rest: string} {
	const bytes = toBytes(text);
	const flags: string[] = [];
	let position = 0;

	for (;;) {
		while (position < bytes.length && isSpace(bytes[position]!)) {
			position++;
		}

		if (!bytes.startsWith('--', position)) {
			return {flags, rest: fromBytes(bytes.slice(position))};
		}

		const {flag, end} = readFlag(bytes, position, escape);
		position = end;

		if (flag === '--') {
			return {flags, rest: fromBytes(bytes.slice(position))};
		}

		flags.push(flag);
	}
}

function readFlag(
	text: string,
	start: number,
	escape: string,
): {flag: string; end: number} {
	let flag = '';
	let quote: string | null = null;
	let position = start;

	for (; position < text.length; position++) {
		const character = text[position]!;

		if (quote === null && isSpace(character)) {
			break;
		}

		if (quote === character) {
			quote = null;
		} else if (quote === null && (character === '"' || character === "'")) {
			quote = character;
		} else if (character === escape) {
			position++;
			flag += text[position] ?? '';
		} else {
			flag += character;
		}
	}

	return {flag, end: Math.min(position, text.length)};
}
