import {UsageError} from '../errors.js';

export type GlobOptions = {
	/**
	Whether the pattern is one of `.dockerignore`, so `**` stands for any number of directories, none included; otherwise
	it is the same as `*`.
	*/
	readonly crossesDirectories: boolean;
};

/** A position in a pattern that is being read. */
type Cursor = {
	readonly pattern: string;
	readonly characters: readonly string[];
	at: number;
};

const special = /[$\(\)*+.\/?\[\\\]^\{\|\}]/v;

/**
@param pattern - A pattern of Go's `filepath.Match` (its documentation): `*`, `?`, `[a-z]`, `[^a-z]`, `\` before a
character that means itself.
@param options - What `**` means.
@returns An expression that matches what the pattern matches, whole and by code points.
@throws UsageError - When the pattern is malformed.
*/
export function globToRegExp(pattern: string, options: GlobOptions): RegExp {
	const cursor: Cursor = {pattern, characters: [...pattern], at: 0};
	let source = '';
	while (cursor.at < cursor.characters.length) {
		source += translateNext(cursor, options);
	}

	return new RegExp(`^${source}$`, 'v');
}

function translateNext(
	cursor: Cursor,
	{crossesDirectories}: GlobOptions,
): string {
	const character = take(cursor);
	switch (character) {
		case '*': {
			if (crossesDirectories && cursor.characters[cursor.at] === '*') {
				cursor.at++;
				return translateAnyDepth(cursor);
			}

			return String.raw`[^\/]*`;
		}

		case '?': {
			return String.raw`[^\/]`;
		}

		case '[': {
			return translateClass(cursor);
		}

		case '\\': {
			return escape(take(cursor));
		}

		case '^': {
			// Docker leaves it as it is in its expressions, where it means the start of the path.
			return crossesDirectories ? '^' : String.raw`\^`;
		}

		default: {
			return escape(character);
		}
	}
}

/** `**` eats the slash behind it, and as `.` in Go's expressions it doesn't cross a line break in a name. */
function translateAnyDepth(cursor: Cursor): string {
	if (cursor.characters[cursor.at] === '/') {
		cursor.at++;
	}

	return cursor.at === cursor.characters.length
		? String.raw`[^\n]*`
		: String.raw`(?:[^\n]*/)?`;
}

function translateClass(cursor: Cursor): string {
	let source = '[';
	if (cursor.characters[cursor.at] === '^') {
		cursor.at++;
		source += '^';
	}

	do {
		const low = takeClassCharacter(cursor);
		source += codePointEscape(low);
		if (cursor.characters[cursor.at] === '-') {
			cursor.at++;
			const high = takeClassCharacter(cursor);
			if (high.codePointAt(0)! < low.codePointAt(0)!) {
				throw malformed(cursor);
			}

			source += `-${codePointEscape(high)}`;
		}
	} while (cursor.characters[cursor.at] !== ']');

	cursor.at++;
	return `${source}]`;
}

function takeClassCharacter(cursor: Cursor): string {
	const character = take(cursor);
	if (character === '-' || character === ']') {
		throw malformed(cursor);
	}

	return character === '\\' ? take(cursor) : character;
}

function take(cursor: Cursor): string {
	const character = cursor.characters[cursor.at++];
	if (character === undefined) {
		throw malformed(cursor);
	}

	return character;
}

function escape(character: string): string {
	return special.test(character) ? `\\${character}` : character;
}

function codePointEscape(character: string): string {
	return String.raw`\u{${character.codePointAt(0)!.toString(16)}}`;
}

function malformed({pattern}: Cursor): UsageError {
	return new UsageError(
		String.raw`The pattern ${JSON.stringify(pattern)} is malformed (an open "[", a bad range, or a "\" at the end); correct it in .dockerignore or the Dockerfile.`,
	);
}
