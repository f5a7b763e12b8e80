import {Buffer} from 'node:buffer';
import {describe, expect, test} from 'vitest';
import fc from 'fast-check';
import {decodeName, printable, sanitise} from '../../source/text/sanitise.js';

const wild = fc.string({unit: 'binary', maxLength: 60});
const utf16 = fc
	.array(fc.integer({min: 0, max: 0xff_ff}))
	.map(units => String.fromCodePoint(...units));

describe('printable', () => {
	test('keeps our own line feeds, tabs and, where there are any, colours', () => {
		const text = 'a\tb\n\u001B[31mred\u001B[0m \u001B[2J\r\u009B1m\n';
		expect(printable(text, true)).toBe(
			`a\tb\n\u001B[31mred\u001B[0m ${String.raw`\x1b[2J\r\u009b1m`}\n`,
		);
		expect(printable(text, false)).toBe(
			`a\tb\n${String.raw`\x1b[31mred\x1b[0m \x1b[2J\r\u009b1m`}\n`,
		);
	});
});

describe('sanitise', () => {
	test.each([
		[
			'plain text stays',
			'FROM golang:1.24 AS builder',
			'FROM golang:1.24 AS builder',
		],
		[
			'an escape sequence',
			'\u001B[31mred\u001B[0m',
			String.raw`\x1b[31mred\x1b[0m`,
		],
		[
			'an OSC title with BEL',
			'\u001B]0;owned\u0007',
			String.raw`\x1b]0;owned\x07`,
		],
		['tab, line feed, carriage return', 'a\tb\nc\rd', String.raw`a\tb\nc\rd`],
		['NUL and DEL', '\0\u007F', String.raw`\x00\x7f`],
		['an 8-bit CSI', '\u009B31m', String.raw`\u009b31m`],
		['a bidi override', 'gpj.\u202Eexe', String.raw`gpj.\u202eexe`],
		['bidi isolates', '\u2066x\u2069', String.raw`\u2066x\u2069`],
		[
			'a zero-width space and a byte-order mark',
			'a\u200Bb\uFEFF',
			String.raw`a\u200bb\ufeff`,
		],
		['a tag character', '\u{E0041}', String.raw`\u{e0041}`],
		['line and paragraph separators', '\u2028\u2029', String.raw`\u2028\u2029`],
		['unpaired surrogates', 'a\uD800b\uDC00', String.raw`a\ud800b\udc00`],
		['a noncharacter', '\uFFFE', String.raw`\ufffe`],
		['an invisible filler', 'a\u3164b', String.raw`a\u3164b`],
		[
			'a variation selector of ideographs',
			'葛\u{E0100}',
			String.raw`葛\u{e0100}`,
		],
		['a replacement character is printable', '\uFFFD', '\uFFFD'],
		[
			'other scripts, combining marks, emoji',
			'größe 文件 e\u0301 👍🏽',
			'größe 文件 e\u0301 👍🏽',
		],
		['a joiner within a picture', '👩‍👩‍👧 🏳️‍🌈 👩🏽‍🚀', '👩‍👩‍👧 🏳️‍🌈 👩🏽‍🚀'],
		['a joiner elsewhere', 'a\u200Db', String.raw`a\u200db`],
		[
			'the style of a sign, of a keycap',
			'✔\uFE0F 1\uFE0F\u20E3',
			'✔\uFE0F 1\uFE0F\u20E3',
		],
		[
			'selectors elsewhere',
			'a\uFE0Fb\uFE0E1\uFE0F',
			String.raw`a\ufe0fb\ufe0e1\ufe0f`,
		],
		[
			'marks that pile up',
			`a${'\u0301'.repeat(10)}b`,
			String.raw`a${'\u0301'.repeat(8)}\u0301\u0301b`,
		],
		['a backslash stays one', String.raw`C:\x1b`, String.raw`C:\x1b`],
	])('%s', (_, text, expected) => {
		expect(sanitise(text)).toBe(expected);
	});

	test('no control, no separator, no unpaired surrogate gets through', () => {
		fc.assert(
			fc.property(fc.oneof(wild, utf16), text => {
				const safe = sanitise(text);
				expect(safe).not.toMatch(
					/[\p{Cc}\p{Zl}\p{Zp}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069\p{Cs}]/v,
				);
			}),
		);
	});

	test('it changes nothing the second time', () => {
		fc.assert(
			fc.property(fc.oneof(wild, utf16), text => {
				expect(sanitise(sanitise(text))).toBe(sanitise(text));
			}),
		);
	});

	test('it works piece by piece where no picture is cut', () => {
		fc.assert(
			fc.property(
				fc.string({unit: 'binary-ascii'}),
				fc.string({unit: 'binary-ascii'}),
				(left, right) => {
					expect(sanitise(left + right)).toBe(sanitise(left) + sanitise(right));
				},
			),
		);
	});
});

describe('decodeName', () => {
	test.each([
		['plain letters', [0x61, 0x62], 'ab'],
		[
			'two, three and four bytes',
			[0xc3, 0xa9, 0xe2, 0x82, 0xac, 0xf0, 0x9f, 0x91, 0x8d],
			'é€👍',
		],
		['Latin-1 bytes', [0x63, 0x61, 0x66, 0xe9], String.raw`caf\xe9`],
		['a cut sequence before text', [0xe2, 0x82, 0x61], String.raw`\xe2\x82a`],
		['an overlong slash', [0xc0, 0xaf], String.raw`\xc0\xaf`],
		['an encoded surrogate', [0xed, 0xa0, 0x80], String.raw`\xed\xa0\x80`],
		['above U+10FFFF', [0xf4, 0x90, 0x80, 0x80], String.raw`\xf4\x90\x80\x80`],
		['a control is sanitised', [0x1b, 0x5b, 0x48], String.raw`\x1b[H`],
		[
			'an encoded C1 control is told from a raw byte',
			[0xc2, 0x9b, 0x9b],
			String.raw`\u009b\x9b`,
		],
		['an encoded replacement character', [0xef, 0xbf, 0xbd], '\uFFFD'],
		[
			'an encoded byte-order mark',
			[0xef, 0xbb, 0xbf, 0x61],
			String.raw`\ufeffa`,
		],
		['nothing', [], ''],
	])('%s', (_, bytes, expected) => {
		expect(decodeName(Uint8Array.from(bytes))).toBe(expected);
	});

	test('valid UTF-8 decodes as itself, sanitised', () => {
		fc.assert(
			fc.property(fc.string({unit: 'grapheme'}), text => {
				expect(decodeName(Buffer.from(text))).toBe(
					sanitise(text.replaceAll('\\', String.raw`\\`)),
				);
			}),
		);
	});

	test('it agrees with the platform on which bytes are valid, and prints nothing unsafe', () => {
		fc.assert(
			fc.property(fc.uint8Array({maxLength: 24}), bytes => {
				const name = decodeName(bytes);
				let valid = true;
				try {
					new TextDecoder('utf-8', {fatal: true}).decode(bytes);
				} catch {
					valid = false;
				}

				expect(sanitise(name)).toBe(name);
				expect(/\\x[89a-f][\da-f]/v.test(name)).toBe(!valid);
			}),
		);
	});

	test('only the view is read, not the whole buffer under it', () => {
		expect(decodeName(Uint8Array.from([0x61, 0x62, 0x63]).subarray(1, 2))).toBe(
			'b',
		);
	});
});
