import {type BytePath, bytePathFromText} from './byte-path.js';

/*
The escapes in which a name is shown (`decodeName`), and those that other programs show it in: a byte as `\xe9` or, as
`ls -b` of GNU does, as `\351`; a character as `\n`, `\u009b` or `\u{e0041}`; a backslash of the name's own as two.
*/
const escapes =
	/\\(?:(?<short>[\\nrt])|x(?<hex>[\dA-Fa-f]{2})|(?<octal>[0-3][0-7]{2})|u(?<unit>[\dA-Fa-f]{4})|u\{(?<point>0*(?:10|[\dA-Fa-f])?[\dA-Fa-f]{1,4})\})/v;

const everyEscape = new RegExp(escapes, 'gv');
const firstEscape = new RegExp(`^${escapes.source}`, 'v');

const shortEscapes: Readonly<Record<string, string>> = {
	'\\': '\\',
	n: '\n',
	r: '\r',
	t: '\t',
};

type Groups = {
	readonly short?: string;
	readonly hex?: string;
	readonly octal?: string;
	readonly unit?: string;
	readonly point?: string;
};

/**
@param text - A path as somebody types it: as mstage shows it, or with its characters as they are. A backslash that begins
no escape means itself.
@returns The path.
*/
export function parseSpelling(text: string): BytePath {
	return bytePathFromText(
		text.replaceAll(everyEscape, (...match) =>
			meaningOf(match.at(-1) as Groups),
		),
	);
}

/**
@param pattern - A glob as somebody types it.
@returns The glob with the escapes of single bytes and characters resolved (bytes as `textOf` has them); a backslash before
another character is left to the glob.
*/
export function withoutEscapes(pattern: string): string {
	return pattern.replaceAll(everyEscape, (escape: string, ...match) => {
		const groups = match.at(-1) as Groups;
		const meaning = meaningOf(groups);
		return groups.short === '\\'
			? escape
			: meaning.replace(/[\(\)*+?\[\]\{\|\}!]/v, String.raw`\$&`);
	});
}

/**
@param text - Begins with a backslash.
@returns The escape at its beginning; an empty text when none is there.
*/
export function escapeAtStart(text: string): string {
	return firstEscape.exec(text)?.[0] ?? '';
}

/** @returns Text as `bytePathFromText` takes it: a byte that isn't ASCII is a lone surrogate. */
function meaningOf({short, hex, octal, unit, point}: Groups): string {
	if (short !== undefined) {
		return shortEscapes[short]!;
	}

	const byte =
		hex === undefined
			? octal === undefined
				? null
				: Number.parseInt(octal, 8)
			: Number.parseInt(hex, 16);
	return byte === null
		? String.fromCodePoint(Number.parseInt((unit ?? point)!, 16))
		: String.fromCodePoint(byte < 0x80 ? byte : 0xdc_00 + byte);
}
