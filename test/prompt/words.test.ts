import {spawnSync} from 'node:child_process';
import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {splitWords} from '../../source/prompt/words.js';
import {UsageError} from '../../source/errors.js';

describe('a line', () => {
	test.each<readonly [string, readonly string[]]>([
		['', []],
		[' \t ', []],
		['shell builder -- ls /out', ['shell', 'builder', '--', 'ls', '/out']],
		[String.raw`a 'b c' "d e" f\ g`, ['a', 'b c', 'd e', 'f g']],
		[String.raw`a'b'"c"\d`, ['abcd']],
		[`'' ""`, ['', '']],
		[String.raw`'a\b"' "a\b'"`, [String.raw`a\b"`, String.raw`a\b'`]],
		[String.raw`"\"\\\$\`\n"`, [String.raw`"\$` + '`' + String.raw`\n`]],
		[String.raw`\'\"\\\a`, [String.raw`'"\a`]],
		['sh -c "echo $HOME | wc; *"', ['sh', '-c', 'echo $HOME | wc; *']],
		['# not special here', ['#', 'not', 'special', 'here']],
		['no\u00A0blank', ['no\u00A0blank']],
	])('%j', (line, words) => {
		expect(splitWords(line)).toEqual(words);
	});

	test.each([`a 'b`, `"a`, `a"b 'c' d`, 'a\\', `'a'\\`, String.raw`"a\"`])(
		'%j is refused',
		line => {
			expect(() => splitWords(line)).toThrow(
				new UsageError(
					`A quote or a backslash in '${line}' isn't closed: add the missing one.`,
				),
			);
		},
	);

	test.each<readonly [string, readonly string[]]>([
		[
			String.raw`cat final:/o/caf\xe9.txt`,
			['cat', String.raw`final:/o/caf\xe9.txt`],
		],
		[
			String.raw`caf\351 new\nline u\u009b \u{e0041}`,
			[
				String.raw`caf\351`,
				String.raw`new\nline`,
				String.raw`u\u009b`,
				String.raw`\u{e0041}`,
			],
		],
		[
			String.raw`'caf\xe9' "caf\xe9"`,
			[String.raw`caf\xe9`, String.raw`caf\xe9`],
		],
		[
			String.raw`back\\slash "back\\slash" 'back\\slash'`,
			[
				String.raw`back\\slash`,
				String.raw`back\\slash`,
				String.raw`back\\slash`,
			],
		],
		[String.raw`out\ dir quo\'te\" "a\"b"`, ['out dir', `quo'te"`, 'a"b']],
	])('of a command that takes paths keeps escapes: %j', (line, words) => {
		expect(splitWords(line, 'kept')).toEqual(words);
	});

	test('is refused at once, however long it is', () => {
		expect(() => splitWords(`${String.raw`a\b"c"`.repeat(20_000)}'`)).toThrow(
			UsageError,
		);
	});
});

/** What a shell gives a meaning of its own outside of quotes. */
const special = new Set('$`;&|<>()#~\n\'"\\ \t');
const text = fc.string({unit: 'binary', maxLength: 6});
const piece = fc.oneof(
	text.filter(plain => ![...plain].some(character => special.has(character))),
	fc.constantFrom('a', '-x', '*', '[b]', '{c,d}', 'e=f', '\u00A0', '\v', '\r'),
	text.filter(quoted => !/['\n]/v.test(quoted)).map(quoted => `'${quoted}'`),
	text
		.filter(quoted => !/["\\$`\n]/v.test(quoted))
		.map(quoted => `"${quoted}"`),
	fc
		.constantFrom('"', '\\', '$', '`', 'n', ' ', "'", '#')
		.map(escaped => `"a\\${escaped}b"`),
	text
		.filter(escaped => /^[^\n\u{D800}-\u{DFFF}]/v.test(escaped))
		.map(escaped => `\\${String.fromCodePoint(escaped.codePointAt(0)!)}`),
);
const line = fc
	.array(
		fc.oneof(
			{weight: 4, arbitrary: piece},
			{weight: 1, arbitrary: fc.constantFrom(' ', '\t', '  ')},
		),
		{maxLength: 12},
	)
	.map(pieces => pieces.join(''))
	.filter(whole => !whole.includes('\0') && !/\p{Cs}/v.test(whole));

test('any line has the words that a shell finds in it', () => {
	fc.assert(
		fc.property(fc.array(line, {minLength: 30, maxLength: 30}), lines => {
			const script = [
				'set -f',
				...lines.map(one => String.raw`printf '<%s>' ${one}; printf '\n'`),
			].join('\n');
			const {stdout, stderr} = spawnSync('sh', {
				input: script,
				encoding: 'utf8',
			});
			expect(stderr).toBe('');
			expect(stdout.split('\n').slice(0, -1)).toEqual(
				lines.map(one => {
					const words = splitWords(one);
					return words.length === 0
						? '<>'
						: words.map(word => `<${word}>`).join('');
				}),
			);
		}),
		{numRuns: 40},
	);
});

test('a line of megabytes is refused in a sentence', () => {
	for (const text of ['a\u{E0041}\u0301', '"', "'", '\\', 'a b ']) {
		expect(() => splitWords(text.repeat(5_000_000 / text.length))).toThrow(
			/^A line of [\d,]+ characters is no command: at most 1,000,000 are read\.$/v,
		);
	}
});
