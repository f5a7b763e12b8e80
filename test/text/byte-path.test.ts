import {Buffer} from 'node:buffer';
import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {
	bytePathFromBytes,
	bytePathFromText,
	bytesOf,
	joinBytePath,
	readableOf,
	rootPath,
	textOf,
} from '../../source/text/byte-path.js';

const anyBytes = fc.uint8Array({maxLength: 12});

describe('a byte path', () => {
	test('keeps any bytes, also through its text', () => {
		fc.assert(
			fc.property(anyBytes, bytes => {
				const path = bytePathFromBytes(bytes);
				expect([...bytesOf(path)]).toEqual([...bytes]);
				expect(bytePathFromText(textOf(path))).toBe(path);
			}),
		);
	});

	test('has the text that its UTF-8 means', () => {
		fc.assert(
			fc.property(fc.string({unit: 'grapheme'}), text => {
				expect(textOf(bytePathFromBytes(Buffer.from(text)))).toBe(text);
			}),
		);
	});

	test('counts every byte that is no UTF-8 as one character', () => {
		const path = bytePathFromBytes(
			Buffer.from('é\u{1F600}\u00E2\u0082', 'latin1'),
		);
		expect([...textOf(path)]).toHaveLength(path.length);
		expect([
			...textOf(bytePathFromBytes(Buffer.from([0xc3, 0xa9, 0xff]))),
		]).toEqual(['é', '\uDCFF']);
	});

	test('sorts by bytes', () => {
		const inByteOrder = ['a', 'a-b', 'b', 'é', '日', '\uFFFD', '\u{1F600}'];
		expect(
			inByteOrder
				.toReversed()
				.map(text => bytePathFromText(text))
				.toSorted()
				.map(path => textOf(path)),
		).toEqual(inByteOrder);
	});

	test('joins names, and the root adds nothing', () => {
		const name = bytePathFromText('é');
		expect(textOf(joinBytePath(rootPath, name))).toBe('é');
		expect(textOf(joinBytePath(bytePathFromText('a/b'), name))).toBe('a/b/é');
	});

	test('shows in a message with its odd bytes spelt out', () => {
		expect(
			readableOf(
				bytePathFromBytes(Buffer.from('caf\u00E9/\u00C3\u00A9', 'latin1')),
			),
		).toBe(String.raw`caf\xe9/é`);
	});
});
