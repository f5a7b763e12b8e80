import process from 'node:process';
import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {UsageError} from '../../source/errors.js';
import {compileGlob} from '../../source/text/glob.js';
import {PatternMatcher} from '../../source/text/ignore-patterns.js';
import {compileNameGlob} from '../../source/text/name-glob.js';

describe('filepath.Match', () => {
	// Of Go's own tests (path/filepath/match_test.go), and of its documentation.
	test.each<[string, readonly string[], readonly string[]]>([
		['abc', ['abc'], ['ab', 'abcd']],
		['*', ['', 'abc'], ['a/b']],
		['*c', ['abc'], ['cd']],
		['a*', ['a', 'abc'], ['ab/c']],
		['a*/b', ['abc/b'], ['a/c/b']],
		['a*b*c*d*e*/f', ['axbxcxdxe/f', 'axbxcxdxexxx/f'], ['axbxcxdxe/xxx/f']],
		['a*b?c*x', ['abxbbxdbxebxczzx'], ['abxbbxdbxebxczzy']],
		['ab[c]', ['abc'], ['abd']],
		['ab[b-d]', ['abc'], ['abe']],
		['ab[^b-d]', ['abe'], ['abc']],
		[String.raw`a\*b`, ['a*b'], ['ab', 'axb']],
		['a?b', ['a☺b', 'a😀b'], ['a/b', 'ab']],
		['a[^a]b', ['a☺b', 'a/b'], ['aab']],
		['[a-ζ]*', ['α'], ['A']],
		['*[a-ζ]', [], ['A']],
		[String.raw`[\]a]`, [']', 'a'], ['\\']],
		[String.raw`[\-x]`, ['-', 'x'], ['a']],
		['[b-a]', [], ['a', 'b', '-']],
		['[*?]', ['*', '?'], ['a', '']],
		['**', ['ab'], ['a/b']],
		['^$.+(){}|', ['^$.+(){}|'], ['']],
		// It never goes back to an asterisk: the class takes the first character that it can.
		['*[^x]*c', ['abc'], ['a/bc']],
	])('%j', (pattern, yes, no) => {
		const matches = compileGlob(pattern);
		expect(yes.filter(name => !matches(name))).toEqual([]);
		expect(no.filter(name => matches(name))).toEqual([]);
	});

	test.each(['[', '[^', '[^bc', 'a[', '[]a]', '[-]', '[x-]', '[-x]', 'a\\'])(
		'%j is malformed',
		pattern => {
			expect(() => compileGlob(pattern)).toThrow(UsageError);
		},
	);

	test('is what trying everything finds', () => {
		const atom = fc.constantFrom('a', 'b', '/', '*', '?', '[ab]', '[^a/]');
		const pattern = fc.array(atom, {maxLength: 6});
		const name = fc.string({
			unit: fc.constantFrom('a', 'b', 'c', '/'),
			maxLength: 7,
		});
		fc.assert(
			fc.property(pattern, name, (atoms, text) => {
				expect(compileGlob(atoms.join(''))(text)).toBe(
					isMatch(atoms, [...text]),
				);
			}),
			{numRuns: 3000},
		);
	});
});

/** The definition, by trying everything. */
function isMatch(atoms: readonly string[], text: readonly string[]): boolean {
	const [atom, ...others] = atoms;
	const [character, ...rest] = text;
	switch (atom) {
		case undefined: {
			return character === undefined;
		}

		case '*': {
			return (
				isMatch(others, text) ||
				(character !== undefined && character !== '/' && isMatch(atoms, rest))
			);
		}

		default: {
			const accepted =
				atom === '?'
					? 'abc'
					: atom === '[ab]'
						? 'ab'
						: atom === '[^a/]'
							? 'bc'
							: atom;
			return (
				character !== undefined &&
				accepted.includes(character) &&
				isMatch(others, rest)
			);
		}
	}
}

describe('a glob as people write it', () => {
	test.each<[string, readonly string[], readonly string[]]>([
		['*.so', ['a.so', '.so'], ['a.so.1', 'lib/a.so']],
		['lib/*', ['lib/a', 'lib/.a'], ['lib', 'lib/a/b']],
		['lib/**', ['lib', 'lib/a', 'lib/a/b'], ['libx']],
		['**/a', ['a', 'x/a', 'x/y/a'], ['xa']],
		['a/**/b', ['a/b', 'a/x/b', 'a/x/y/b'], ['ab', 'a/xb']],
		['**', ['a', 'a/b'], []],
		['a**', ['ab'], ['a/b']],
		['?', ['a', '😀'], ['', 'ab', '/']],
		['[a-c]', ['b'], ['d', 'B']],
		['[!a-c]', ['d'], ['b', '/']],
		['[^a-c]', ['d'], ['b']],
		['[]]', [']'], ['a']],
		['{a,b{c,d}}x', ['ax', 'bcx', 'bdx'], ['bx', 'x']],
		['{,a}b', ['b', 'ab'], ['a']],
		[String.raw`\*`, ['*'], ['a']],
		// What isn't closed means itself.
		['[a', ['[a'], ['a']],
		['{a', ['{a'], ['a']],
		['{a}', ['{a}'], ['a']],
		['a}', ['a}'], ['a']],
		['!*.so', ['a'], ['a.so']],
		['./a', ['a'], ['./a']],
	])('%j', (pattern, yes, no) => {
		const matches = compileNameGlob(pattern);
		expect(yes.filter(name => !matches(name))).toEqual([]);
		expect(no.filter(name => matches(name))).toEqual([]);
	});

	test('in either case', () => {
		expect(compileNameGlob('*.[s]o{é,b}', true)('A.SOÉ')).toBe(true);
		expect(compileNameGlob('*.[s]o{é,b}')('A.SOÉ')).toBe(false);
	});

	test('is typed letter by letter, and pasted', () => {
		for (const text of ['{'.repeat(50_000), '{a,'.repeat(50_000)]) {
			expect(compileNameGlob(text)(text)).toBe(true);
		}

		const deep = `${'{a,'.repeat(9000)}${'}'.repeat(9000)}`;
		expect(compileNameGlob(deep)('a')).toBe(true);
		const closed = `${'{a,'.repeat(20)}b${'}'.repeat(20)}`;
		expect(compileNameGlob(closed)('b')).toBe(true);
	});
});

describe('no pattern takes more time than its length times the text', () => {
	const text = 'a'.repeat(2000);
	const compilers = {
		'filepath.Match': compileGlob,
		'.dockerignore'(pattern: string) {
			const matcher = new PatternMatcher([pattern]);
			return (path: string) => matcher.isMatched(path);
		},
		'a glob as people write it': compileNameGlob,
	};
	const patterns = {
		asterisks: '*a'.repeat(200),
		'doubled asterisks': '**a'.repeat(200),
		'directories of any depth': '**/a/'.repeat(200),
		'asterisks and questions': '*?'.repeat(200),
		'classes and asterisks': '[ab]*'.repeat(200),
	};
	const cases = Object.entries(compilers).flatMap(([kind, compile]) =>
		Object.entries(patterns).map(
			([what, pattern]) => [kind, what, compile, `${pattern}x`] as const,
		),
	);

	// Going back and trying again takes 10^100 years for each of these.
	test.each(cases)('%s: %s', (_, __, compile, pattern) => {
		const matches = compile(pattern);
		const before = process.cpuUsage();
		expect(matches(`${text}y`)).toBe(false);
		expect(matches(`${'a/'.repeat(300)}y`)).toBe(false);
		const {user} = process.cpuUsage(before);
		expect(user / 1000).toBeLessThan(3000);
	});
});
