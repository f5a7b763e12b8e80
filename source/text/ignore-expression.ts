import {
	automatonOf,
	choice,
	literal,
	nothing,
	one,
	type Part,
	repeated,
	sequence,
} from './automaton.js';
import {checkGlob, malformedPattern} from './glob.js';

type Test = (code: number) => boolean;

/** How a pattern is compared: mostly as an expression, and where it has no other wildcards than a `**` at an end, as text. */
type Comparison = 'exact' | 'prefix' | 'suffix' | 'expression';

/** What Docker escapes in the expressions that it makes of patterns; not `|`, which parts them into several. */
const escaped = new Set('.+(){}$');

/**
Reads a pattern as github.com/moby/patternmatcher does, which decides what of a build context is sent: it makes an expression
of Go of each, and whatever that makes of odd patterns is what they mean. So `\d` is a digit, and `[*]` is what the expression
`[[^/]*]` is.

@param pattern - Cleaned, without `!`.
@returns Whether a path matches it.
@throws {UsageError} The pattern is malformed.
*/
export function compileIgnorePattern(
	pattern: string,
): (path: string) => boolean {
	checkGlob(pattern);
	const {expression, comparison} = translate(pattern);
	switch (comparison) {
		case 'exact': {
			return path => path === pattern;
		}

		case 'prefix': {
			const prefix = pattern.slice(0, -2);
			return path => path.startsWith(prefix);
		}

		case 'suffix': {
			// Ends are compared here instead of whole names: `**rc` matches `.bashrc`, though `**rc*` doesn't match `.bashrc`.
			const suffix = pattern.slice(2);
			return path => path.endsWith(suffix) || `/${path}` === suffix;
		}

		case 'expression': {
			return automatonOf(new ExpressionReader(pattern, expression).read());
		}
	}
}

/** Moby/patternmatcher, `Pattern.compile`, with its order of decisions. */
function translate(pattern: string): {
	readonly expression: string;
	readonly comparison: Comparison;
} {
	const characters = [...pattern];
	let expression = '';
	let comparison: Comparison = 'exact';
	for (let at = 0; at < characters.length; at++) {
		const character = characters[at]!;
		if (character === '*' && characters[at + 1] === '*') {
			const isFirst = at === 0;
			at++;
			if (characters[at + 1] === '/') {
				at++;
			}

			if (at + 1 < characters.length) {
				expression += '(.*/)?';
				comparison = 'expression';
			} else if (comparison === 'exact') {
				comparison = 'prefix';
			} else {
				expression += '.*';
				comparison = 'expression';
			}

			if (isFirst) {
				comparison = 'suffix';
			}
		} else if (character === '*') {
			expression += '[^/]*';
			comparison = 'expression';
		} else if (character === '?') {
			expression += '[^/]';
			comparison = 'expression';
		} else if (escaped.has(character)) {
			expression += `\\${character}`;
		} else if (character === '\\') {
			at++;
			expression += `\\${characters[at] ?? ''}`;
			comparison = 'expression';
		} else {
			expression += character;
			if (character === '[' || character === ']') {
				comparison = 'expression';
			}
		}
	}

	return {expression, comparison};
}

const anything = repeated(one(() => true));

/** The escapes that stand for one character in Go's expressions (regexp/syntax). */
const controls = new Map([
	['a', '\u0007'],
	['f', '\f'],
	['n', '\n'],
	['r', '\r'],
	['t', '\t'],
	['v', '\v'],
]);

const isDigit = between('0', '9');
const isLower = between('a', 'z');
const isUpper = between('A', 'Z');
const isSpace = among('\t\n\f\r ');
const isWord: Test = code =>
	isDigit(code) || isLower(code) || isUpper(code) || code === 0x5f;

const perlClasses = new Map<string, Test>([
	['d', isDigit],
	['s', isSpace],
	['w', isWord],
	['D', code => !isDigit(code)],
	['S', code => !isSpace(code)],
	['W', code => !isWord(code)],
]);

const isLetter: Test = code => isLower(code) || isUpper(code);
const isGraphic = between('!', '~');
const isAlphanumeric: Test = code => isLetter(code) || isDigit(code);

const namedClasses = new Map<string, Test>([
	['alnum', isAlphanumeric],
	['alpha', isLetter],
	['ascii', code => code < 0x80],
	['blank', among('\t ')],
	['cntrl', code => code < 0x20 || code === 0x7f],
	['digit', isDigit],
	['graph', isGraphic],
	['lower', isLower],
	['print', between(' ', '~')],
	['punct', code => isGraphic(code) && !isAlphanumeric(code)],
	['space', among('\t\n\v\f\r ')],
	['upper', isUpper],
	['word', isWord],
	[
		'xdigit',
		code => isDigit(code) || between('a', 'f')(code) || between('A', 'F')(code),
	],
]);

function between(low: string, high: string): Test {
	const [first, last] = [low.codePointAt(0)!, high.codePointAt(0)!];
	return code => first <= code && code <= last;
}

function among(characters: string): Test {
	const codes = new Set([...characters].map(one => one.codePointAt(0)!));
	return code => codes.has(code);
}

/** Reads the expressions that `translate` makes, as Go does (regexp/syntax, with the flags of `regexp.Compile`). */
class ExpressionReader {
	readonly #pattern: string;
	readonly #characters: readonly string[];
	#at = 0;

	constructor(pattern: string, expression: string) {
		this.#pattern = pattern;
		this.#characters = [...expression];
	}

	/** Only what is before the first `|` has to be at the start, and only what is behind the last one at the end. */
	read(): Part {
		const alternatives = [this.#readAlternative()];
		while (this.#skip('|')) {
			alternatives.push(sequence([anything, this.#readAlternative()]));
		}

		return choice(
			alternatives.map((alternative, index) =>
				index === alternatives.length - 1
					? alternative
					: sequence([alternative, anything]),
			),
		);
	}

	#readAlternative(): Part {
		const parts: Part[] = [];
		while (
			this.#at < this.#characters.length &&
			this.#characters[this.#at] !== '|'
		) {
			const part = this.#readPart();
			parts.push(this.#skip('*') ? repeated(part) : part);
		}

		return sequence(parts);
	}

	#readPart(): Part {
		const character = this.#take();
		switch (character) {
			case '[': {
				return one(this.#readClass());
			}

			case '\\': {
				return one(this.#readEscape());
			}

			case '^': {
				return {kind: 'start'};
			}

			case '.': {
				return one(isNoLineBreak);
			}

			case '(': {
				// Nothing else has an open parenthesis than (.*/)?
				this.#at += 5;
				return choice([
					nothing,
					sequence([repeated(one(isNoLineBreak)), literal('/')]),
				]);
			}

			default: {
				return literal(character);
			}
		}
	}

	#readClass(): Test {
		const isNegated = this.#skip('^');
		const tests: Test[] = [];
		// The first character may be a closing bracket.
		do {
			tests.push(this.#readClassPart());
		} while (!this.#skip(']'));

		return code => tests.some(test => test(code)) !== isNegated;
	}

	#readClassPart(): Test {
		const named = this.#readNamedClass();
		if (named) {
			return named;
		}

		const next = this.#characters[this.#at + 1];
		const perl =
			this.#characters[this.#at] === '\\' && next !== undefined
				? perlClasses.get(next)
				: undefined;
		if (perl) {
			this.#at += 2;
			return perl;
		}

		const low = this.#takeClassCharacter();
		let high = low;
		if (
			this.#characters[this.#at] === '-' &&
			(this.#characters[this.#at + 1] ?? ']') !== ']'
		) {
			this.#at++;
			high = this.#takeClassCharacter();
		}

		if (high.codePointAt(0)! < low.codePointAt(0)!) {
			throw malformedPattern(this.#pattern);
		}

		return between(low, high);
	}

	/** Of POSIX: `[:alpha:]`. */
	#readNamedClass(): Test | null {
		const {name, sign} =
			/^\[:(?<sign>\^?)(?<name>[^:]*):\]/v.exec(
				this.#characters.slice(this.#at, this.#at + 16).join(''),
			)?.groups ?? {};
		if (name === undefined) {
			return null;
		}

		const test = namedClasses.get(name);
		if (!test) {
			throw malformedPattern(this.#pattern);
		}

		this.#at += name.length + sign!.length + 4;
		return sign === '^' ? code => !test(code) : test;
	}

	#takeClassCharacter(): string {
		const character = this.#take();
		return character === '\\' ? this.#takeEscaped() : character;
	}

	#readEscape(): Test {
		const perl = perlClasses.get(this.#characters[this.#at] ?? '');
		if (perl) {
			this.#at++;
			return perl;
		}

		const character = this.#takeEscaped();
		return between(character, character);
	}

	/** What is no ASCII, a letter without a meaning or a reference back can't be escaped there. */
	#takeEscaped(): string {
		const character = this.#take();
		const control = controls.get(character);
		if (control !== undefined) {
			return control;
		}

		if (/[\dA-Za-z]|[^\0-\u007F]/v.test(character)) {
			throw malformedPattern(this.#pattern);
		}

		return character;
	}

	#take(): string {
		const character = this.#characters[this.#at++];
		if (character === undefined) {
			throw malformedPattern(this.#pattern);
		}

		return character;
	}

	#skip(character: string): boolean {
		const isThere = this.#characters[this.#at] === character;
		this.#at += isThere ? 1 : 0;
		return isThere;
	}
}

function isNoLineBreak(code: number): boolean {
	return code !== 0x0a;
}
