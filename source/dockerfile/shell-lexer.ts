import {Refusal} from './refusal.js';
import {replaceMatches, trimPrefix, trimSuffix} from './shell-pattern.js';

/** The variables that an expansion sees. */
export type Variables = ReadonlyMap<string, string>;

/** How text is expanded and split into words. */
export type LexerOptions = {
	/** The escape character, `\` or a backtick. */
	readonly escape: string;

	/** Keep the quotes. */
	readonly rawQuotes?: boolean;

	/** Keep the escape characters. */
	readonly rawEscapes?: boolean;

	/** Give quotes no meaning. */
	readonly plainQuotes?: boolean;

	/** Leave a reference to an unknown variable as it is, instead of expanding it to nothing. */
	readonly keepUnset?: boolean;

	/** Told of each variable that is looked up and isn't known. */
	readonly onUnset?: (name: string) => void;
};

/** A `${name:?…}` or `${name?…}` whose variable has no value. */
export class UnsetVariable extends Refusal {
	override readonly name = 'UnsetVariable';
}

const isSpace = (character: string): boolean =>
	/^\p{White_Space}$/v.test(character);
const isDigit = (character: string): boolean => /^\p{Nd}$/v.test(character);
const isNameCharacter = (character: string): boolean =>
	/^[\p{L}\p{Nd}_]$/v.test(character);

// https://pubs.opengroup.org/onlinepubs/9699919799/utilities/V3_chap02.html#tag_18_05_02
const specialParameters = new Set(['@', '*', '#', '?', '-', '$', '!', '0']);

/** Words as they grow. A nested expansion empties the buffer of the text around it, as BuildKit's does. */
class Words {
	readonly done: string[] = [];
	#inWord = false;

	constructor(readonly buffer: {text: string}) {
		buffer.text = '';
	}

	add(character: string): void {
		if (!isSpace(character)) {
			this.addRaw(character);
		} else if (this.#inWord && this.buffer.text !== '') {
			this.done.push(this.buffer.text);
			this.buffer.text = '';
			this.#inWord = false;
		}
	}

	addAll(text: string): void {
		for (const character of text) {
			this.add(character);
		}
	}

	addRaw(text: string): void {
		this.buffer.text += text;
		this.#inWord = true;
	}

	finish(): string[] {
		if (this.buffer.text !== '') {
			this.done.push(this.buffer.text);
			this.buffer.text = '';
		}

		return this.done;
	}
}

/*
The language of BuildKit's `frontend/dockerfile/shell/lex.go`: quotes, escapes, `$name`, `${name}` with its modifiers, and `<<` with the space
behind it as one piece.
*/
class Lexer {
	readonly #characters: readonly string[];
	#position = 0;
	#rawEscapes: boolean;
	readonly #buffer = {text: ''};

	constructor(
		text: string,
		readonly variables: Variables,
		readonly options: LexerOptions,
	) {
		this.#characters = [...text];
		this.#rawEscapes = options.rawEscapes ?? false;
	}

	/** Reads up to `stop`, or to the end. */
	read(
		stop: string | null,
		rawEscapes = this.#rawEscapes,
	): {text: string; words: string[]} {
		const outerRawEscapes = this.#rawEscapes;
		this.#rawEscapes = rawEscapes;

		try {
			return this.#read(stop);
		} finally {
			this.#rawEscapes = outerRawEscapes;
		}
	}

	#read(stop: string | null): {text: string; words: string[]} {
		const words = new Words(this.#buffer);
		let text = '';

		for (let next = this.#peek(); next !== undefined; next = this.#peek()) {
			if (next === stop) {
				this.#position++;
				return {text, words: words.finish()};
			}

			if (next === '$') {
				const value = this.#readVariable();
				text += value;
				words.addAll(value);
			} else if (
				next === '<' ||
				(!this.options.plainQuotes && (next === '"' || next === "'"))
			) {
				const piece = this.#readPiece(next);
				text += piece;
				words.addRaw(piece);
			} else if (next === this.options.escape) {
				const piece = this.#readEscape();
				text += piece;
				words.addRaw(piece);
			} else {
				this.#position++;
				text += next;
				words.add(next);
			}
		}

		if (stop !== null) {
			throw new Refusal(`the text ends where a matching ${stop} should be`);
		}

		return {text, words: words.finish()};
	}

	#readPiece(start: string): string {
		switch (start) {
			case '<': {
				return this.#readPossibleHeredoc();
			}

			case "'": {
				return this.#readSingleQuotes();
			}

			default: {
				return this.#readDoubleQuotes();
			}
		}
	}

	#peek(): string | undefined {
		return this.#characters[this.#position];
	}

	#next(): string | undefined {
		return this.#characters[this.#position++];
	}

	get #atEnd(): boolean {
		return this.#position >= this.#characters.length;
	}

	#readEscape(): string {
		const escape = this.#next()!;
		const escaped = this.#next() ?? '';
		return (this.#rawEscapes ? escape : '') + escaped;
	}

	#readPossibleHeredoc(): string {
		this.#position++;
		if (this.#peek() !== '<') {
			return '<';
		}

		let text = '<<';
		for (
			this.#position++;
			/^[\t\r ]$/v.test(this.#peek() ?? '');
			this.#position++
		) {
			text += this.#peek()!;
		}

		return text;
	}

	#readSingleQuotes(): string {
		const quote = this.options.rawQuotes ? "'" : '';
		this.#position++;

		const end = this.#characters.indexOf("'", this.#position);
		if (end === -1) {
			this.#position = this.#characters.length;
			throw new Refusal("a single quote (') is never closed");
		}

		const text = this.#characters.slice(this.#position, end).join('');
		this.#position = end + 1;
		return quote + text + quote;
	}

	#readDoubleQuotes(): string {
		const quote = this.options.rawQuotes ? '"' : '';
		const {escape} = this.options;
		this.#position++;
		let text = quote;

		for (let next = this.#peek(); next !== '"'; next = this.#peek()) {
			if (next === undefined) {
				throw new Refusal('a double quote (") is never closed');
			}

			if (next === '$') {
				text += this.#readVariable();
			} else if (next === escape) {
				text += this.#readQuotedEscape();
			} else {
				text += next;
				this.#position++;
			}
		}

		this.#position++;
		return text + quote;
	}

	// Between double quotes only the quote, the dollar and the escape character can be escaped.
	#readQuotedEscape(): string {
		const {escape} = this.options;
		const kept = this.#rawEscapes ? escape : '';
		this.#position++;

		const escaped = this.#peek();
		if (escaped === undefined) {
			return kept;
		}

		if (escaped === '"' || escaped === '$' || escaped === escape) {
			this.#position++;
			return kept + escaped;
		}

		return kept + escape;
	}

	#readVariable(): string {
		this.#position++;

		if (this.#peek() !== '{') {
			const name = this.#readName();
			if (name === '') {
				return '$';
			}

			return this.#lookUp(name) ?? (this.options.keepUnset ? `$${name}` : '');
		}

		this.#position++;
		const next = this.#peek();
		if (next === undefined) {
			throw new Refusal('a variable lacks its closing }');
		}

		if (next === '{' || next === '}' || next === ':') {
			throw new Refusal(`\${${next} is not the start of a variable`);
		}

		return this.#readModified(this.#readName());
	}

	#readModified(name: string): string {
		const modifier = this.#next() ?? '';

		switch (modifier) {
			case '': {
				throw new Refusal('a variable lacks its closing }');
			}

			case '}': {
				return (
					this.#lookUp(name) ?? (this.options.keepUnset ? `\${${name}}` : '')
				);
			}

			case ':': {
				return this.#readAlternative(name, this.#next() ?? '', true);
			}

			case '+':
			case '-':
			case '?': {
				return this.#readAlternative(name, modifier, false);
			}

			case '#':
			case '%': {
				return this.#readTrimmed(name, modifier);
			}

			case '/': {
				return this.#readReplaced(name);
			}

			default: {
				throw new Refusal(
					`\${${name} is followed by "${modifier}", which is no modifier of a variable`,
				);
			}
		}
	}

	// A missing end is said as such, whatever else is wrong on the way there.
	#readPart(stop: string, rawEscapes: boolean): string {
		try {
			return this.read(stop, rawEscapes).text;
		} catch (error) {
			throw error instanceof Refusal && this.#atEnd
				? new Refusal(`a variable lacks its closing ${stop}`)
				: error;
		}
	}

	#readAlternative(
		name: string,
		modifier: string,
		emptyIsUnset: boolean,
	): string {
		const shown = `${emptyIsUnset ? ':' : ''}${modifier}`;
		if (modifier === '#' || modifier === '%') {
			throw new Refusal(
				`\${${name} is followed by "${shown}", which is no modifier of a variable`,
			);
		}

		const word = this.#readPart('}', false);
		const value = this.#lookUp(name);

		if (this.options.keepUnset && value === undefined) {
			return `\${${name}${shown}${word}}`;
		}

		const isSet = value !== undefined && !(emptyIsUnset && value === '');

		switch (modifier) {
			case '-': {
				return isSet ? value : word;
			}

			case '+': {
				return isSet ? word : '';
			}

			case '?': {
				if (!isSet) {
					throw new UnsetVariable(
						`${name}: ${word || (value === undefined ? 'it must be set' : 'it must not be empty')} (give it with --build-arg ${name}=…)`,
					);
				}

				return value;
			}

			default: {
				throw new Refusal(
					`\${${name} is followed by "${shown}", which is no modifier of a variable`,
				);
			}
		}
	}

	#readTrimmed(name: string, modifier: '#' | '%'): string {
		const word = this.#readPart('}', true);
		const value = this.#lookUp(name);

		if (this.options.keepUnset && value === undefined) {
			return `\${${name}${modifier}${word}}`;
		}

		const greedy = word.startsWith(modifier);
		const trim = modifier === '#' ? trimPrefix : trimSuffix;
		return trim(value ?? '', greedy ? word.slice(1) : word, greedy);
	}

	#readReplaced(name: string): string {
		const all = this.#peek() === '/';
		if (all) {
			this.#position++;
		}

		const pattern = this.#readPart('/', true);
		const replacement = this.#readPart('}', true);
		const value = this.#lookUp(name);

		if (this.options.keepUnset && value === undefined) {
			return `\${${name}/${pattern}/${replacement}}`;
		}

		return replaceMatches(value ?? '', pattern, replacement, all);
	}

	#readName(): string {
		const first = this.#peek() ?? '';
		const belongs = isDigit(first) ? isDigit : isNameCharacter;

		if (!isDigit(first) && specialParameters.has(first)) {
			this.#position++;
			return first;
		}

		let name = '';
		for (
			let next = this.#peek();
			next !== undefined && belongs(next);
			next = this.#peek()
		) {
			name += next;
			this.#position++;
		}

		return name;
	}

	#lookUp(name: string): string | undefined {
		const value = this.variables.get(name);
		if (value === undefined) {
			this.options.onUnset?.(name);
		}

		return value;
	}
}

/**
Expands the variables of a word and removes its quotes and escapes, as BuildKit does for FROM, ARG and most arguments.

@param word - The text; spaces in it stay.
@param variables - What `$name` stands for; any other name is empty.
@param options - The escape character, and what to leave as it is.
@returns The expanded text.
@throws {Refusal} On an unclosed quote or variable, an unknown modifier, or a `${name:?…}` without a value.
*/
export function expandWord(
	word: string,
	variables: Variables,
	options: LexerOptions,
): string {
	return new Lexer(word, variables, options).read(null).text;
}

/**
Expands the variables of a text and splits it where unquoted spaces are, also those in a variable's value.

@param text - The text.
@param variables - What `$name` stands for; any other name is empty.
@param options - The escape character, and what to leave as it is.
@returns The words.
@throws {Refusal} As `expandWord`.
*/
export function expandWords(
	text: string,
	variables: Variables,
	options: LexerOptions,
): readonly string[] {
	return new Lexer(text, variables, options).read(null).words;
}
