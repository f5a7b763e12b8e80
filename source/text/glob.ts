import {UsageError} from '../errors.js';

/** What one character of a name has to be. */
type CharacterTest = (code: number) => boolean;

/** What stands between asterisks. */
type Chunk = {
	/** Whether anything may come before it, of the same name. */
	readonly isAfterStar: boolean;
	readonly tests: readonly CharacterTest[];
};

/** A position in a pattern that is being read. */
type Cursor = {
	readonly pattern: string;
	readonly characters: readonly string[];
	at: number;
};

const slash = 0x2f;

/**
Reads a pattern as Go's `filepath.Match` does, which the builders' COPY uses: `*`, `?`, `[a-z]`, `[^a-z]`, `\` before a
character that means itself. It takes no longer than the pattern times the text.

@param pattern - Of Go's `filepath.Match` (its documentation, and path/filepath/match.go).
@returns Whether a path matches it, whole and by code points. What `*` stands for is decided from the left and never again,
as in Go.
@throws {UsageError} The pattern is malformed.
*/
export function compileGlob(pattern: string): (path: string) => boolean {
	const chunks = readChunks(pattern);
	return path =>
		matches(
			chunks,
			[...path].map(character => codeOf(character)),
		);
}

/**
@param pattern - Of Go's `filepath.Match`.
@throws {UsageError} The pattern is malformed.
*/
export function checkGlob(pattern: string): void {
	readChunks(pattern);
}

function matches(chunks: readonly Chunk[], name: readonly number[]): boolean {
	let at = 0;
	for (const [index, {isAfterStar, tests}] of chunks.entries()) {
		const isLast = index === chunks.length - 1;
		if (isLast && isAfterStar && tests.length === 0) {
			return !name.includes(slash, at);
		}

		const ends = isLast ? name.length - tests.length : null;
		let found = at;
		while (!isAt(tests, name, found) || found !== (ends ?? found)) {
			if (!isAfterStar || found >= name.length || name[found] === slash) {
				return false;
			}

			found++;
		}

		at = found + tests.length;
	}

	return at === name.length;
}

function isAt(
	tests: readonly CharacterTest[],
	name: readonly number[],
	at: number,
): boolean {
	return (
		at + tests.length <= name.length &&
		tests.every((test, index) => test(name[at + index]!))
	);
}

function readChunks(pattern: string): readonly Chunk[] {
	const cursor: Cursor = {pattern, characters: [...pattern], at: 0};
	const chunks: Chunk[] = [];
	while (cursor.at < cursor.characters.length) {
		let isAfterStar = false;
		while (cursor.characters[cursor.at] === '*') {
			cursor.at++;
			isAfterStar = true;
		}

		const tests: CharacterTest[] = [];
		while (
			cursor.at < cursor.characters.length &&
			cursor.characters[cursor.at] !== '*'
		) {
			tests.push(readTest(cursor));
		}

		chunks.push({isAfterStar, tests});
	}

	return chunks;
}

function readTest(cursor: Cursor): CharacterTest {
	const character = take(cursor);
	if (character === '?') {
		return code => code !== slash;
	}

	if (character === '[') {
		return readClass(cursor);
	}

	const wanted = codeOf(character === '\\' ? take(cursor) : character);
	return code => code === wanted;
}

/** A slash is a character of a class like any other. */
function readClass(cursor: Cursor): CharacterTest {
	const isNegated = cursor.characters[cursor.at] === '^';
	if (isNegated) {
		cursor.at++;
	}

	const ranges: Array<readonly [number, number]> = [];
	do {
		const low = takeClassCharacter(cursor);
		let high = low;
		if (cursor.characters[cursor.at] === '-') {
			cursor.at++;
			high = takeClassCharacter(cursor);
		}

		ranges.push([low, high]);
	} while (cursor.characters[cursor.at] !== ']');

	cursor.at++;
	return code =>
		ranges.some(([low, high]) => low <= code && code <= high) !== isNegated;
}

function takeClassCharacter(cursor: Cursor): number {
	const character = take(cursor);
	if (character === '-' || character === ']') {
		throw malformedPattern(cursor.pattern);
	}

	return codeOf(character === '\\' ? take(cursor) : character);
}

function take(cursor: Cursor): string {
	const character = cursor.characters[cursor.at++];
	if (character === undefined) {
		throw malformedPattern(cursor.pattern);
	}

	return character;
}

function codeOf(character: string): number {
	return character.codePointAt(0)!;
}

/** @returns The error for the user of a pattern that can't be read. */
export function malformedPattern(pattern: string): UsageError {
	return new UsageError(
		String.raw`The pattern ${JSON.stringify(pattern)} is malformed (an open "[", a bad range, or a "\" at the end); correct it in .dockerignore or the Dockerfile.`,
	);
}
