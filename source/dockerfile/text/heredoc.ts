import {Refusal} from '../refusal.js';
import {expandWords, type LexerOptions} from '../shell/lexer.js';

/** Where a heredoc ends, and what is done with its text. */
export type HeredocStart = {
	/** Also the line that ends it. */
	readonly name: string;

	/** `<<-`: tabs at the start of its lines, and of the line that ends it, don't count. */
	readonly stripTabs: boolean;

	/** Whether variables in it are expanded: when no part of the name is quoted. */
	readonly expand: boolean;
};

/** A heredoc with its lines, each with its line end. */
export type Heredoc = HeredocStart & {readonly content: string};

const splitWords = (text: string, options: LexerOptions): readonly string[] =>
	expandWords(text, new Map(), options);

const pattern = /^\d*<<(?<strip>-?)(?<rest>[^<]*)$/v;
const countQuotes = (text: string): number =>
	text.replaceAll(/[^'"]/gv, '').length;

/**
@param word - One word of an instruction.
@returns What it starts, when it is a heredoc (BuildKit's `ParseHeredoc`).
@throws {Refusal} When a quote or a variable in its name isn't closed.
*/
export function parseHeredoc(word: string): HeredocStart | undefined {
	const {strip, rest: spaced} = pattern.exec(word)?.groups ?? {};
	const rest = spaced?.replace(/^[\t\n\f\r ]+/v, '');
	if (rest === undefined || rest === '') {
		return undefined;
	}

	const options = {escape: '\\', keepUnset: true};
	const [name, ...others] = splitWords(rest, options);
	if (name === undefined || others.length > 0) {
		return undefined;
	}

	const [raw, ...rawOthers] = splitWords(rest, {...options, rawQuotes: true});
	if (raw === undefined || rawOthers.length > 0) {
		throw new Refusal(`the name of the heredoc ${word} can't be read`);
	}

	return {
		name,
		stripTabs: strip === '-',
		expand: countQuotes(name) === countQuotes(raw),
	};
}

/**
@param word - A word that may be a heredoc.
@returns As `parseHeredoc`, but a name that can't be read makes no heredoc.
*/
export function heredocOf(word: string): HeredocStart | undefined {
	try {
		return parseHeredoc(word);
	} catch (error) {
		if (error instanceof Refusal) {
			return undefined;
		}

		throw error;
	}
}

/**
@param line - A whole instruction as one line.
@returns The heredocs that it starts, in order; none when its quotes don't match.
@throws {Refusal} When the name of one can't be read.
*/
export function heredocsIn(line: string): readonly HeredocStart[] {
	let words: readonly string[] = [];
	try {
		words = splitWords(line, {
			escape: '\\',
			rawQuotes: true,
			rawEscapes: true,
			keepUnset: true,
		});
	} catch (error) {
		if (!(error instanceof Refusal)) {
			throw error;
		}
	}

	return words
		.map(word => parseHeredoc(word))
		.filter(heredoc => heredoc !== undefined);
}
