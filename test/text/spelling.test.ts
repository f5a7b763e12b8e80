import {Buffer} from 'node:buffer';
import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {
	asBytePath,
	bytePathFromBytes,
	bytePathFromText,
	readableOf,
	textOf,
} from '../../source/text/byte-path.js';
import {
	escapeAtStart,
	parseSpelling,
	withoutEscapes,
} from '../../source/text/spelling.js';

const names = fc.oneof(
	fc.uint8Array({maxLength: 20}).map(bytes => bytePathFromBytes(bytes)),
	fc
		.string({unit: 'binary', maxLength: 20})
		.map(text => bytePathFromBytes(Buffer.from(text))),
	// What looks like an escape already.
	fc
		.array(
			fc.constantFrom(
				'\\',
				String.raw`\x`,
				'e9',
				'351',
				String.raw`\n`,
				'\u00E9',
				'u{e9}',
				String.raw`\u`,
				'00e9',
				'\n',
				' ',
				"'",
			),
			{maxLength: 8},
		)
		.map(parts => asBytePath(parts.join(''))),
);

test('whatever a name is, it can be typed as it is shown', () => {
	fc.assert(
		fc.property(names, name => {
			expect(parseSpelling(readableOf(name))).toBe(name);
		}),
		{numRuns: 2000},
	);
});

test('two names never look the same', () => {
	fc.assert(
		fc.property(names, names, (one, other) => {
			expect(readableOf(one) === readableOf(other)).toBe(one === other);
		}),
	);
});

describe('a typed name', () => {
	test.each([
		[String.raw`caf\xe9.txt`, 'caf\u00E9.txt'],
		[String.raw`caf\xE9.txt`, 'caf\u00E9.txt'],
		[String.raw`caf\351.txt`, 'caf\u00E9.txt'],
		[String.raw`caf\udce9.txt`, 'caf\u00E9.txt'],
		[String.raw`new\nline`, 'new\nline'],
		[String.raw`new\012line`, 'new\nline'],
		[String.raw`esc\x1b[31mred`, 'esc\u001B[31mred'],
		[String.raw`esc\033[31mred`, 'esc\u001B[31mred'],
		[String.raw`back\slash`, String.raw`back\slash`],
		[String.raw`back\\slash`, String.raw`back\slash`],
		[String.raw`\\xe9`, String.raw`\xe9`],
		[String.raw`\x4`, String.raw`\x4`],
		[String.raw`\400`, String.raw`\400`],
		[String.raw`\u{110000}`, String.raw`\u{110000}`],
		['\\', '\\'],
	])('%s', (text, bytes) => {
		expect(parseSpelling(text)).toBe(asBytePath(bytes));
	});

	test('may have its characters as they are', () => {
		expect(parseSpelling('ü\n\u001B')).toBe(bytePathFromText('ü\n\u001B'));
		expect(parseSpelling(String.raw`\303\274`)).toBe(bytePathFromText('ü'));
		expect(parseSpelling(String.raw`\u00fc\u{1f600}`)).toBe(
			bytePathFromText('ü😀'),
		);
	});
});

test('a glob keeps what is its own', () => {
	expect(withoutEscapes(String.raw`caf\xe9*`)).toBe(
		`${textOf(asBytePath('caf\u00E9'))}*`,
	);
	expect(withoutEscapes(String.raw`\x2a\*\\n[\[]`)).toBe(
		String.raw`\*\*\\n[\[]`,
	);
});

test('the escape at the beginning is told', () => {
	expect(escapeAtStart(String.raw`\xe9\n`)).toBe(String.raw`\xe9`);
	expect(escapeAtStart(String.raw`\ \n`)).toBe('');
});
