import {Buffer} from 'node:buffer';
import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {Redactor} from '../../../source/debugger/session/redactor.js';

/** Returns what is shown of pieces of output. */
function shown(values: readonly string[], pieces: readonly string[]): string {
	const redactor = new Redactor(() => values.map(value => Buffer.from(value)));
	const parts = [
		...pieces.map(piece => redactor.redact('0', Buffer.from(piece))),
		...redactor.flush().map(([, data]) => data),
	];
	return Buffer.concat(parts).toString();
}

describe('the redactor', () => {
	test.each([
		['a whole value', ['s3cret'], ['is s3cret!'], 'is ••••!'],
		['a value without its line end', ['s3cret\n'], ['s3cret,'], '••••,'],
		['a split value', ['s3cret'], ['a s3', 'cr', 'et b'], 'a •••• b'],
		['what only begins like one', ['s3cret'], ['a s3', 'x'], 'a s3x'],
		['an end that begins like one', ['s3cret'], ['a s3c'], 'a s3c'],
		['the longest of several', ['abcd', 'abcdef'], ['xabcd', 'efg'], 'x••••g'],
		['the shorter one in the end', ['abcd', 'abcdef'], ['xabcd'], 'x••••'],
		['one after the other', ['abcd'], ['abcdabcd'], '••••••••'],
		['a short value not at all', ['abc'], ['abc'], 'abc'],
		[
			'the lines of a key',
			['-----BEGIN\nabcdefghij\n-----END--\n'],
			['> abcdefghij\r\n> short\r\n'],
			'> ••••\r\n> short\r\n',
		],
	])('replaces %s', (_name, values, pieces, expected) => {
		expect(shown(values, pieces)).toBe(expected);
	});

	test('shows nothing of a value, wherever the output is cut', () => {
		fc.assert(
			fc.property(
				fc.array(
					fc.string({
						minLength: 6,
						maxLength: 12,
						unit: fc.constantFrom('a', 'b'),
					}),
					{
						minLength: 1,
						maxLength: 3,
					},
				),
				fc.array(fc.constantFrom('a', 'b', 'c'), {maxLength: 60}),
				fc.nat(),
				(values, letters, seed) => {
					const text = letters.join('');
					const cut = seed % (text.length + 1);
					const pieces = [text.slice(0, cut), text.slice(cut)];
					const output = shown(values, pieces);
					expect(output).toBe(shown(values, [text]));
					for (const value of values) {
						expect(output).not.toContain(value);
					}
				},
			),
		);
	});

	test('learns values while output comes, and keeps steps apart', () => {
		const values: Buffer[] = [];
		const redactor = new Redactor(() => values);
		expect(redactor.redact('0', Buffer.from('s3cret')).toString()).toBe(
			's3cret',
		);
		values.push(Buffer.from('s3cret'));
		redactor.redact('0', Buffer.from('s3c'));
		expect(redactor.redact('1', Buffer.from('ret')).toString()).toBe('ret');
		expect(redactor.hide('a s3cret b')).toBe('a •••• b');
	});
});
