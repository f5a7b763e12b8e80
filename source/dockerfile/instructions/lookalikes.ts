import {flagNames} from './flags.js';

/** What is easily taken for a hyphen. */
const dashes: Readonly<Record<string, string>> = {
	'\u{AD}': 'a soft hyphen',
	'\u{2D7}': 'a minus sign',
	'\u{2010}': 'a hyphen that is not the one of the keyboard',
	'\u{2011}': 'a no-break hyphen',
	'\u{2012}': 'a figure dash',
	'\u{2013}': 'an en dash',
	'\u{2014}': 'an em dash',
	'\u{2015}': 'a horizontal bar',
	'\u{2212}': 'a minus sign',
	'\u{FE58}': 'a small em dash',
	'\u{FE63}': 'a small hyphen',
	'\u{FF0D}': 'a full-width hyphen',
};

const quotes: Readonly<Record<string, string>> = {
	'\u{AB}': 'an angle quote',
	'\u{BB}': 'an angle quote',
	'\u{2018}': 'a curly quote',
	'\u{2019}': 'a curly quote',
	'\u{201A}': 'a low quote',
	'\u{201C}': 'a curly quote',
	'\u{201D}': 'a curly quote',
	'\u{201E}': 'a low quote',
};

const spaces: Readonly<Record<string, string>> = {
	'\u{A0}': 'a no-break space',
	'\u{2007}': 'a figure space',
	'\u{200B}': 'a zero-width space',
	'\u{202F}': 'a narrow no-break space',
	'\u{2060}': 'a word joiner',
	'\u{3000}': 'an ideographic space',
	'\u{FEFF}': 'a zero-width space',
};

const all: Readonly<Record<string, string>> = {...dashes, ...quotes, ...spaces};

/** @returns The first character of a name that looks like another one, or like nothing; `null` where there is none. */
export function lookalikeCharacter(name: string): string | null {
	const found = [...name].find(character => Object.hasOwn(all, character));
	return found === undefined ? null : `${all[found]!} (${codeOf(found)})`;
}

/** @returns The name with hyphens for what looks like them, and without quotes and spaces of other kinds. */
export function withPlainCharacters(name: string): string {
	return [...name]
		.map(character =>
			Object.hasOwn(dashes, character)
				? '-'
				: Object.hasOwn(spaces, character) || Object.hasOwn(quotes, character)
					? ''
					: character,
		)
		.join('');
}

/** A character that looks like another one, where it makes an instruction something else than is meant. */
export type Lookalike = {
	/** What it stands in, as it is written. */
	readonly written: string;

	/** The same with the right character, or `null` where that isn't certain. */
	readonly meant: string | null;

	/** What is wrong with it, and what it should be: a sentence without a full stop. */
	readonly reason: string;
};

/**
Finds what only looks like a flag: a word in the place of the flags that starts with another dash than two hyphens, a flag
with quotes of a word processor, and a space that separates nothing.

@param line - An instruction as one line.
@returns The first of them, or `undefined`.
*/
export function lookalikeIn(line: string): Lookalike | undefined {
	const [keyword = '', ...words] = line.trimStart().split(/[\t ]+/v);
	const space = [...keyword].find(character => spaces[character]);
	if (space !== undefined) {
		const [before = ''] = keyword.split(space);
		return {
			written: `${before}${space}`,
			meant: null,
			reason: `${spaces[space]} (${codeOf(space)}) stands behind ${before}, where a plain space has to be`,
		};
	}

	const name = keyword.toUpperCase();
	if (name === 'ONBUILD') {
		return lookalikeIn(words.join(' '));
	}

	for (const word of words) {
		if (!isDashed(word)) {
			break;
		}

		const found = inFlag(name, word);
		if (found) {
			return found;
		}
	}

	return inArray(name, words.join(' '));
}

function isDashed(word: string): boolean {
	const [first = ''] = word;
	return first === '-' || Object.hasOwn(dashes, first);
}

function inFlag(keyword: string, word: string): Lookalike | undefined {
	const space = [...word].find(character => spaces[character]);
	if (word.startsWith('--') && space !== undefined) {
		return {
			written: word,
			meant: word.replaceAll(space, ' '),
			reason: `${word.replaceAll(space, ' ')} has ${spaces[space]} (${codeOf(space)}), where a plain space has to be`,
		};
	}

	const quote = [...word].find(character => quotes[character]);
	const plain = withHyphens(word.replaceAll(/[«»‘’‚“”„]/gv, ''));
	const {name, rest} = /^-*(?<name>[a-z\-]*)(?<rest>.*)$/sv.exec(plain)!
		.groups as {name: string; rest: string};
	if (
		!flagNames(keyword).includes(name) ||
		(rest !== '' && !rest.startsWith('='))
	) {
		return undefined;
	}

	const meant = `--${name}${rest}`;
	if (meant === word) {
		return undefined;
	}

	const dash = [...word].find(character => Object.hasOwn(dashes, character));
	return {
		written: word,
		meant,
		reason: `${word} ${
			dash !== undefined && !word.startsWith('--')
				? `starts with ${dashes[dash]} (${dash} is ${codeOf(dash)}), so it isn't a flag`
				: quote === undefined
					? dash === undefined
						? "has one hyphen, so it isn't a flag"
						: `has ${dashes[dash]} (${dash} is ${codeOf(dash)})`
					: `has ${quotes[quote]} (${quote} is ${codeOf(quote)})`
		}: did you mean ${meant}?`,
	};
}

/** The instructions of which a JSON array is something else than the same in shell form. */
const arrayKeywords = new Set([
	'ADD',
	'CMD',
	'COPY',
	'ENTRYPOINT',
	'RUN',
	'SHELL',
	'VOLUME',
]);

function inArray(keyword: string, rest: string): Lookalike | undefined {
	const text = rest.trim();
	const quote = [...text].find(
		character => quotes[character] ?? character === "'",
	);
	// Behind a space, [ is the shell's own test.
	if (
		!arrayKeywords.has(keyword) ||
		quote === undefined ||
		!/^\[(?:\s*["«»‘’‚“”„]|').*\]$/v.test(text) ||
		isArray(text)
	) {
		return undefined;
	}

	const meant = text.replaceAll(/['«»‘’‚“”„]/gv, '"');
	if (!isArray(meant)) {
		return undefined;
	}

	if (quote === "'") {
		return {
			written: text,
			meant,
			reason: `${text} has single quotes, so it isn't a JSON array: did you mean ${meant}?`,
		};
	}

	return {
		written: text,
		meant,
		reason: `${text} has ${quotes[quote]} (${quote} is ${codeOf(quote)}), so it isn't a JSON array: did you mean ${meant}?`,
	};
}

function isArray(text: string): boolean {
	try {
		return Array.isArray(JSON.parse(text));
	} catch {
		return false;
	}
}

function withHyphens(text: string): string {
	return [...text]
		.map(character => (Object.hasOwn(dashes, character) ? '-' : character))
		.join('');
}

function codeOf(character: string): string {
	return `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`;
}
