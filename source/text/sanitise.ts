import {Buffer} from 'node:buffer';
import {withoutCredentials} from './credentials.js';
import {escape} from './escape.js';

/** What makes one picture of several characters: the style of a sign or of a keycap, and the joiner between two signs. */
const ofPictures = [
	String.raw`(?<=\p{Extended_Pictographic}\p{Emoji_Modifier}?)[\u{FE0E}\u{FE0F}]`,
	String.raw`(?<=[#*0-9])\u{FE0F}(?=\u{20E3})`,
	String.raw`(?<=\p{Extended_Pictographic}\u{FE0F}?\p{Emoji_Modifier}?)\u{200D}\p{Extended_Pictographic}`,
].join('|');

/*
What a terminal could act on, or what could make a line read as something that it isn't: C0 and C1 controls and DEL,
unpaired surrogates, line and paragraph separators, noncharacters, and whatever is invisible (bidi controls, zero-width
characters, selectors, tags, fillers) and doesn't make a picture; and marks that pile up on one character, over the lines
around it, as they do in no script.
*/
const hostile = new RegExp(
	String.raw`[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}]|(?!${ofPictures})[\p{Cf}\p{Default_Ignorable_Code_Point}]|(?<=[\p{Mn}\p{Me}]{8})[\p{Mn}\p{Me}]`,
	'gv',
);

const shortEscapes = new Map([
	['\t', String.raw`\t`],
	['\n', String.raw`\n`],
	['\r', String.raw`\r`],
]);

function escapeCharacter(character: string): string {
	const short = shortEscapes.get(character);
	if (short !== undefined) {
		return short;
	}

	const code = character.codePointAt(0)!;
	const digits = code.toString(16);

	if (code < 0x80) {
		return String.raw`\x` + digits.padStart(2, '0');
	}

	return code > 0xff_ff
		? String.raw`\u` + `{${digits}}`
		: String.raw`\u` + digits.padStart(4, '0');
}

/**
Makes foreign text safe to print as a part of one line of a terminal. Whatever a terminal would act on (controls, escape
sequences) or a reader would not see (bidi overrides, zero-width characters, unpaired surrogates) becomes a visible
escape: `\x1b`, `\n`, `\u202e`, `\u{e0041}`. A C1 control reads `\u009b`, so that `\x9b` always means a byte (see
`decodeName`). Printable text, U+FFFD included, stays as it is.

@param text - Anything that mstage didn't write itself: names, log text, labels, an engine's error messages.
@returns One line without any control character. A backslash in the text stays one backslash, so this can't be undone;
sanitising twice changes nothing more. Of addresses, what lets in is not shown (see `withoutCredentials`).
*/
export function sanitise(text: string): string {
	return escapeHostile(withoutCredentials(text));
}

function escapeHostile(text: string): string {
	return text.replaceAll(hostile, escapeCharacter);
}

/** What of our own text is not for `sanitise`: line feeds and tabs, and colours where there are any. */
const layout = {
	plain: /[\n\t]/gv,
	colored: new RegExp(String.raw`[\n\t]|${escape}\[[\d;]*m`, 'gv'),
};

/**
The edge: everything that is printed as text passes it, whatever was sanitised before. Foreign text in it that wasn't comes out
as if it had been, its line feeds and tabs apart.

@param text - Of one or more lines, with the line feeds, tabs and, where it is coloured, the colours that we put into it.
@returns The same text, where nothing slipped through.
*/
export function printable(text: string, isColored: boolean): string {
	const own = isColored ? layout.colored : layout.plain;
	let safe = '';
	let end = 0;
	for (const {0: kept, index} of text.matchAll(own)) {
		safe += sanitise(text.slice(end, index)) + kept;
		end = index + kept.length;
	}

	return safe + sanitise(text.slice(end));
}

/*
Well-formed UTF-8 (RFC 3629, section 4: no overlong forms, no surrogates, nothing above U+10FFFF) and, one at a time,
every other byte, in a string that holds one character per byte.
*/
const utf8Runs =
	/((?:[\0-\u007F]|[\u00C2-\u00DF][\u0080-\u00BF]|\u00E0[\u00A0-\u00BF][\u0080-\u00BF]|[\u00E1-\u00EC\u00EE\u00EF][\u0080-\u00BF]{2}|\u00ED[\u0080-\u009F][\u0080-\u00BF]|\u00F0[\u0090-\u00BF][\u0080-\u00BF]{2}|[\u00F1-\u00F3][\u0080-\u00BF]{3}|\u00F4[\u0080-\u008F][\u0080-\u00BF]{2})+)|[\u0080-\u00FF]/gv;

/**
Reads a name that is only bytes to its owner (a file name in a layer, a link target).

@param bytes - The name, in UTF-8 if it is well behaved.
@returns The name as one safe line: UTF-8 decoded and sanitised where the bytes are valid, every other byte as `\xNN`, a
backslash as two. `parseSpelling` reads it back: no two names look the same.
*/
export function decodeName(bytes: Uint8Array): string {
	return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
		.toString('latin1')
		.replaceAll(utf8Runs, (run: string, valid: string | undefined) =>
			valid === undefined
				? String.raw`\x` + run.codePointAt(0)!.toString(16)
				: escapeHostile(
						Buffer.from(valid, 'latin1')
							.toString('utf8')
							.replaceAll('\\', String.raw`\\`),
					),
		);
}
