import {Buffer} from 'node:buffer';
import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {KeyParser} from '../../source/ui/key-parser.js';

function keysOf(
	...chunks: ReadonlyArray<string | Uint8Array>
): readonly string[] {
	const parser = new KeyParser();
	return chunks.flatMap(chunk => parser.push(Buffer.from(chunk as string)));
}

describe('keys', () => {
	test.each<[string, string, readonly string[]]>([
		['letters one by one', 'cnG?', ['c', 'n', 'G', '?']],
		['other scripts', 'ß文👍', ['ß', '文', '👍']],
		[
			'named characters',
			' \r\n\t\u007F\b',
			['space', 'enter', 'enter', 'tab', 'backspace', 'backspace'],
		],
		[
			'control characters',
			'\u0003\u000C\u0001',
			['ctrl-c', 'ctrl-l', 'ctrl-a'],
		],
		[
			'arrows',
			'\u001B[A\u001B[B\u001B[C\u001B[D',
			['up', 'down', 'right', 'left'],
		],
		[
			'arrows of application mode',
			'\u001BOA\u001BOB\u001BOC\u001BOD',
			['up', 'down', 'right', 'left'],
		],
		[
			'pages and ends',
			'\u001B[5~\u001B[6~\u001B[H\u001B[F\u001B[1~\u001B[4~\u001BOH\u001BOF',
			['pageup', 'pagedown', 'home', 'end', 'home', 'end', 'home', 'end'],
		],
		['back-tab and delete', '\u001B[Z\u001B[3~', ['shift-tab', 'delete']],
		['keys between sequences', 'a\u001B[Ab', ['a', 'up', 'b']],
		['unknown sequences mean nothing', '\u001B[1;5A\u001B[15~\u001BOP', []],
		['nor do letters with Alt', '\u001Bq\u001Bc', []],
		[
			'answers of the terminal are no keys',
			'\u001B[?1;2c\u001B[24;80R\u001B]11;rgb:0000/0000/0000\u0007\u001BP1$r0m\u001B\\q',
			['q'],
		],
		['invisible characters are no keys', 'a\u200B\u202E\u0000b', ['a', 'b']],
	])('%s', (_, typed, keys) => {
		expect(keysOf(typed)).toEqual(keys);
	});

	test('Escape is told from the beginning of a sequence by what comes after it', () => {
		const parser = new KeyParser();
		expect(parser.push(Buffer.from('\u001B'))).toEqual([]);
		expect(parser.isWaiting).toBe(true);
		expect(parser.flush()).toEqual(['escape']);
		expect(parser.isWaiting).toBe(false);
		expect(parser.push(Buffer.from('\u001B'))).toEqual([]);
		expect(parser.push(Buffer.from('[A'))).toEqual(['up']);
		expect(parser.isWaiting).toBe(false);
	});

	test('two escapes: the first is the key', () => {
		const parser = new KeyParser();
		expect(parser.push(Buffer.from('\u001B\u001B[A'))).toEqual([
			'escape',
			'up',
		]);
	});

	test('what was cut off is forgotten', () => {
		const parser = new KeyParser();
		expect(parser.push(Buffer.from('\u001B[1;'))).toEqual([]);
		expect(parser.flush()).toEqual([]);
		expect(parser.push(Buffer.from('q'))).toEqual(['q']);
	});

	test('it does not matter where the bytes are split', () => {
		const piece = fc.constantFrom(
			'a',
			'Q',
			'?',
			'\r',
			'\u0003',
			'\u001B[A',
			'\u001B[5~',
			'\u001BOB',
			'\u001B[?1;2c',
			'\u001B]0;x\u0007',
			'ß',
			'文',
			'👍',
			'\u001B[1;5A',
			'\u001Bq',
		);
		fc.assert(
			fc.property(fc.array(piece), pieces => {
				const bytes = Buffer.from(pieces.join(''));
				const whole = keysOf(bytes);
				const single = keysOf(
					...Array.from(bytes, byte => Uint8Array.of(byte)),
				);
				expect(single).toEqual(whole);
			}),
		);
	});

	test('whatever comes in, only names and printable characters come out', () => {
		fc.assert(
			fc.property(fc.uint8Array({maxLength: 60}), bytes => {
				for (const key of keysOf(bytes)) {
					expect(key).toMatch(/^(?:[a-z]+(?:-[a-z]+)?|\P{Cc})$/v);
				}
			}),
		);
	});
});
