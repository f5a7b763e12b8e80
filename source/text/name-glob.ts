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

const slash = 0x2f;
const isNoSlash = (code: number): boolean => code !== slash;

/** How deep braces may stand in each other; deeper ones mean themselves. */
const mostBraces = 32;

/**
Reads a glob as people write them for names and paths: `*`, `**` for any number of directories, `?`, `[a-z]`, `[!a-z]`,
`{a,b}`, `\` before a character that means itself. What isn't closed means itself, so that one can type it letter by letter.
A `!` in front asks for everything else.

@param pattern - Without a slash at either end.
@param isCaseIgnored - Whether letters match in either case.
@returns Whether a name or path matches it, in no more time than the pattern times the path.
*/
export function compileNameGlob(
	pattern: string,
	isCaseIgnored = false,
): (path: string) => boolean {
	const isNegated = pattern.startsWith('!');
	const text = pattern.replace(/^!?(?:\.\/)*/v, '');
	const reader = new GlobReader(text, isCaseIgnored);
	const matches = automatonOf(reader.read());
	return isNegated ? path => !matches(path) : matches;
}

/** An open brace, with what has been read behind it. */
type OpenBrace = {
	readonly before: Part[];
	readonly alternatives: Part[];
};

class GlobReader {
	readonly #characters: readonly string[];
	readonly #isCaseIgnored: boolean;
	readonly #closing: ReadonlySet<number>;
	readonly #open: OpenBrace[] = [];
	#parts: Part[] = [];
	#at = 0;

	constructor(pattern: string, isCaseIgnored: boolean) {
		this.#characters = [...pattern];
		this.#isCaseIgnored = isCaseIgnored;
		this.#closing = bracesOf(this.#characters);
	}

	read(): Part {
		while (this.#at < this.#characters.length) {
			this.#readNext();
		}

		return sequence(this.#parts);
	}

	#readNext(): void {
		const at = this.#at++;
		const character = this.#characters[at]!;
		if (this.#closing.has(at)) {
			this.#readBrace(character);
		} else if (character === ',' && this.#open.length > 0) {
			this.#open.at(-1)!.alternatives.push(sequence(this.#parts));
			this.#parts = [];
		} else
			switch (character) {
				case '*': {
					this.#readStar(at);

					break;
				}

				case '?': {
					this.#parts.push(one(isNoSlash));

					break;
				}

				case '[': {
					this.#parts.push(this.#readClass() ?? this.#literal('['));

					break;
				}

				default: {
					if (character === '\\' && this.#at < this.#characters.length) {
						this.#parts.push(this.#literal(this.#characters[this.#at++]!));
					} else if (character === '/' && this.#isDeepEnd()) {
						// The directory itself matches `a/**` too.
						this.#at += 2;
						this.#parts.push(
							choice([
								nothing,
								sequence([one(code => code === slash), anything]),
							]),
						);
					} else {
						this.#parts.push(this.#literal(character));
					}
				}
			}
	}

	#readBrace(character: string): void {
		if (character === '{') {
			this.#open.push({before: this.#parts, alternatives: []});
			this.#parts = [];
			return;
		}

		const {before, alternatives} = this.#open.pop()!;
		before.push(choice([...alternatives, sequence(this.#parts)]));
		this.#parts = before;
	}

	/** Two asterisks cross directories only where they are a whole name. */
	#readStar(at: number): void {
		while (this.#characters[this.#at] === '*') {
			this.#at++;
		}

		const isWhole =
			(this.#characters[at - 1] ?? '/') === '/' &&
			(this.#characters[this.#at] ?? '/') === '/';
		if (this.#at - at !== 2 || !isWhole) {
			this.#parts.push(repeated(one(isNoSlash)));
			return;
		}

		if (this.#characters[this.#at] === undefined) {
			this.#parts.push(anything);
			return;
		}

		this.#at++;
		this.#parts.push(
			choice([nothing, sequence([anything, one(code => code === slash)])]),
		);
	}

	#isDeepEnd(): boolean {
		return (
			this.#characters.length === this.#at + 2 &&
			this.#characters[this.#at] === '*' &&
			this.#characters[this.#at + 1] === '*'
		);
	}

	/** Returns `null` when it isn't closed. */
	#readClass(): Part | null {
		let at = this.#at;
		const isNegated = /[!^]/v.test(this.#characters[at] ?? '');
		at += isNegated ? 1 : 0;
		const ranges: Array<readonly [number, number]> = [];
		const take = (): number => {
			at += this.#characters[at] === '\\' ? 1 : 0;
			return this.#characters[at++]?.codePointAt(0) ?? 0;
		};

		do {
			if (at >= this.#characters.length) {
				return null;
			}

			const low = take();
			const isRange =
				this.#characters[at] === '-' &&
				(this.#characters[at + 1] ?? ']') !== ']';
			at += isRange ? 1 : 0;
			ranges.push([low, isRange ? take() : low]);
		} while (this.#characters[at] !== ']');

		this.#at = at + 1;
		const isIn = (code: number): boolean =>
			ranges.some(([low, high]) => low <= code && code <= high);
		const isAccepted = this.#isCaseIgnored
			? (code: number) => bothCases(code).some(other => isIn(other))
			: isIn;
		return one(code => isAccepted(code) !== isNegated && code !== slash);
	}

	#literal(character: string): Part {
		if (!this.#isCaseIgnored) {
			return literal(character);
		}

		const codes = bothCases(character.codePointAt(0)!);
		return one(code => codes.includes(code));
	}
}

const anything = repeated(one(() => true));

function bothCases(code: number): readonly number[] {
	const character = String.fromCodePoint(code);
	return [
		code,
		...[character.toLowerCase(), character.toUpperCase()]
			.filter(other => [...other].length === 1)
			.map(other => other.codePointAt(0)!),
	];
}

/** The places of the braces that belong together, and have a comma. */
function bracesOf(characters: readonly string[]): ReadonlySet<number> {
	const found = new Set<number>();
	const open: Array<{readonly at: number; hasComma: boolean}> = [];
	for (let at = 0; at < characters.length; at++) {
		const character = characters[at]!;
		if (character === '\\') {
			at++;
		} else if (character === '{') {
			open.push({at, hasComma: false});
		} else if (character === ',' && open.length > 0) {
			open.at(-1)!.hasComma = true;
		} else if (character === '}') {
			const brace = open.pop();
			if (brace?.hasComma && open.length < mostBraces) {
				found.add(brace.at).add(at);
			}
		}
	}

	return found;
}
