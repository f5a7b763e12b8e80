import {Refusal} from '../refusal.js';
import {CharacterReader} from './character-reader.js';
import {modify, type Modifier, showModifier} from './variable.js';
import {Words} from './words.js';

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

export {UnsetVariable} from './variable.js';

// Each level takes several calls, and the engine's stack of calls is finite.
const deepest = 200;

type Expansion = {readonly text: string; readonly words: readonly string[]};

const unknownModifier = (name: string, modifier: string): Refusal =>
	new Refusal(
		`\${${name} is followed by "${modifier}", which is no modifier of a variable`,
	);

/*
The language of BuildKit's `frontend/dockerfile/shell/lex.go`: quotes, escapes, `$name`, `${name}` with its modifiers, and `<<` with the space
behind it as one piece.
*/
class Lexer {
	readonly #reader: CharacterReader;
	#depth = 0;
	#rawEscapes: boolean;
	readonly #buffer = {text: ''};

	constructor(
		text: string,
		readonly variables: Variables,
		readonly options: LexerOptions,
	) {
		this.#reader = new CharacterReader(text);
		this.#rawEscapes = options.rawEscapes ?? false;
	}

	/** Reads up to `stop`, or to the end. */
	read(stop: string | null, rawEscapes = this.#rawEscapes): Expansion {
		const outerRawEscapes = this.#rawEscapes;
		this.#rawEscapes = rawEscapes;
		this.#depth++;

		try {
			if (this.#depth > deepest) {
				throw new Refusal(`variables are nested more than ${deepest} deep`);
			}

			return this.#read(stop);
		} finally {
			this.#rawEscapes = outerRawEscapes;
			this.#depth--;
		}
	}

	#read(stop: string | null): Expansion {
		const words = new Words(this.#buffer);
		let text = '';

		for (
			let next = this.#reader.peek();
			next !== undefined;
			next = this.#reader.peek()
		) {
			if (next === stop) {
				this.#reader.next();
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
				this.#reader.next();
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

	#readEscape(): string {
		const escape = this.#reader.next()!;
		const escaped = this.#reader.next() ?? '';
		return (this.#rawEscapes ? escape : '') + escaped;
	}

	#readPossibleHeredoc(): string {
		this.#reader.next();
		if (this.#reader.peek() !== '<') {
			return '<';
		}

		this.#reader.next();
		return `<<${this.#reader.readWhile(character => ['\t', '\r', ' '].includes(character))}`;
	}

	#readSingleQuotes(): string {
		const quote = this.options.rawQuotes ? "'" : '';
		this.#reader.next();

		const text = this.#reader.readPast("'");
		if (text === undefined) {
			throw new Refusal("a single quote (') is never closed");
		}

		return quote + text + quote;
	}

	#readDoubleQuotes(): string {
		const quote = this.options.rawQuotes ? '"' : '';
		const {escape} = this.options;
		this.#reader.next();
		let text = quote;

		for (
			let next = this.#reader.peek();
			next !== '"';
			next = this.#reader.peek()
		) {
			if (next === undefined) {
				throw new Refusal('a double quote (") is never closed');
			}

			if (next === '$') {
				text += this.#readVariable();
			} else if (next === escape) {
				text += this.#readQuotedEscape();
			} else {
				text += next;
				this.#reader.next();
			}
		}

		this.#reader.next();
		return text + quote;
	}

	// Between double quotes only the quote, the dollar and the escape character can be escaped.
	#readQuotedEscape(): string {
		const {escape} = this.options;
		const kept = this.#rawEscapes ? escape : '';
		this.#reader.next();

		const escaped = this.#reader.peek();
		if (escaped === undefined) {
			return kept;
		}

		if (escaped === '"' || escaped === '$' || escaped === escape) {
			this.#reader.next();
			return kept + escaped;
		}

		return kept + escape;
	}

	#readVariable(): string {
		this.#reader.next();

		if (this.#reader.peek() !== '{') {
			const name = this.#reader.readName();
			if (name === '') {
				return '$';
			}

			return this.#lookUp(name) ?? (this.options.keepUnset ? `$${name}` : '');
		}

		this.#reader.next();
		const next = this.#reader.peek();
		if (next === undefined) {
			throw new Refusal('a variable lacks its closing }');
		}

		if (next === '{' || next === '}' || next === ':') {
			throw new Refusal(`\${${next} is not the start of a variable`);
		}

		const name = this.#reader.readName();
		const modifier = this.#readModifier(name);
		const value = this.#lookUp(name);

		if (this.options.keepUnset && value === undefined) {
			return `\${${name}${modifier === null ? '' : showModifier(modifier)}}`;
		}

		return modifier === null ? (value ?? '') : modify(name, value, modifier);
	}

	/** Reads up to the closing brace. */
	#readModifier(name: string): Modifier | null {
		const kind = this.#reader.next();

		switch (kind) {
			case undefined: {
				throw new Refusal('a variable lacks its closing }');
			}

			case '}': {
				return null;
			}

			case ':': {
				return this.#readAlternative(name, this.#reader.next(), true);
			}

			case '+':
			case '-':
			case '?': {
				return this.#readAlternative(name, kind, false);
			}

			case '#':
			case '%': {
				return {kind, word: this.#readPart('}', true)};
			}

			case '/': {
				return this.#readReplacement();
			}

			default: {
				throw unknownModifier(name, kind);
			}
		}
	}

	// A missing end is said as such, whatever else is wrong on the way there.
	#readPart(stop: string, rawEscapes: boolean): string {
		try {
			return this.read(stop, rawEscapes).text;
		} catch (error) {
			throw error instanceof Refusal && this.#reader.atEnd
				? new Refusal(`a variable lacks its closing ${stop}`)
				: error;
		}
	}

	#readAlternative(
		name: string,
		kind: string | undefined,
		emptyIsUnset: boolean,
	): Modifier {
		if (kind !== '-' && kind !== '+' && kind !== '?') {
			throw unknownModifier(name, `:${kind ?? ''}`);
		}

		return {kind, emptyIsUnset, word: this.#readPart('}', false)};
	}

	#readReplacement(): Modifier {
		const all = this.#reader.peek() === '/';
		if (all) {
			this.#reader.next();
		}

		return {
			kind: '/',
			all,
			pattern: this.#readPart('/', true),
			replacement: this.#readPart('}', true),
		};
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
