import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {UsageError} from '../../source/errors.js';
import {
	PatternMatcher,
	readIgnoreFile,
} from '../../source/text/ignore-patterns.js';

const isMatched = (patterns: readonly string[], path: string): boolean =>
	new PatternMatcher(patterns).isMatched(path);

describe('one pattern', () => {
	const cases: Record<string, {yes: string[]; no: string[]}> = {
		// A name is a path from the root, and matches everything below it.
		temp: {yes: ['temp', 'temp/a', 'temp/a/b'], no: ['a/temp', 'temps', 'tem']},
		'a/b': {yes: ['a/b', 'a/b/c'], no: ['b', 'a', 'a/bc', 'x/a/b']},
		'.': {yes: [], no: ['a', '.a']},
		// What is cleaned away.
		'a/': {yes: ['a', 'a/b'], no: ['ab']},
		'./a': {yes: ['a'], no: ['b/a']},
		'a//b/../c': {yes: ['a/c'], no: ['a/b']},
		'  a \t': {yes: ['a'], no: [' a']},
		// An absolute pattern is nothing relative; reading .dockerignore takes the slash off.
		'/a': {yes: [], no: ['a']},
		// Wildcards within a name.
		'*': {yes: ['a', 'a/b', '.a'], no: []},
		'*/*': {yes: ['a/b', 'a/b/c'], no: ['a']},
		'*/temp*': {
			yes: ['a/temp', 'a/temporary.txt', 'a/temp/b'],
			no: ['temp', 'a/b/temp'],
		},
		'temp?': {
			yes: ['tempa', 'tempé', 'temp😀'],
			no: ['temp', 'tempab', 'temp/'],
		},
		'*.txt': {
			yes: ['a.txt', '.txt', 'a.txt/b'],
			no: ['a.txts', 'atxt', 'd/a.txt'],
		},
		'[a-c]x': {yes: ['ax', 'cx'], no: ['dx', 'x', '-x']},
		'[^a-c]x': {yes: ['dx', '-x'], no: ['ax', 'x']},
		'[é日😀]': {yes: ['é', '日', '😀'], no: ['a']},
		'[a\\-z]': {yes: ['a', '-', 'z'], no: ['b']},
		'[\\]]': {yes: [']'], no: ['\\']},
		'\\*': {yes: ['*', '*/a'], no: ['a', String.raw`\*`]},
		// Docker hands it to Go's expressions, where escaped letters have a meaning, a class may hold what the pattern's other
		// characters were turned into, and `|` parts. All of this was compared with the context that docker 28.2 sends.
		'\\a\\[b': {yes: ['\u0007[b'], no: ['a', 'ab', 'a[b']},
		'\\d*': {yes: ['5', '5a', '5/a'], no: ['d', 'a']},
		'[[:alpha:]]*': {yes: ['a', 'zb'], no: ['5', ':']},
		'[^\\w]': {yes: ['^', '-', 'é'], no: ['a', '5', '_']},
		'[*]': {yes: ['[]', '//]', '^[^]'], no: ['*', '[']},
		'a*|b': {yes: ['a', 'ab', 'xb', 'x/b'], no: ['x', 'bx']},
		'x?|': {yes: ['anything', 'x'], no: []},
		'a|b': {yes: ['a|b'], no: ['a', 'b']},
		'a]': {yes: ['a]'], no: ['a']},
		// Characters that mean something in expressions and nothing here.
		'a.b+(c)|{d}$^': {yes: ['a.b+(c)|{d}$^'], no: ['aab+(c)|{d}$^', 'a.bb(c)']},
		'x+*': {yes: ['x+', 'x+y'], no: ['xx']},
		'^*': {yes: ['^a', 'a'], no: []},
		'a/^*': {yes: [], no: ['a/^', 'a/^b', 'a/b']},
		'^a': {yes: ['^a'], no: ['a']},
		'$*': {yes: ['$', '$a'], no: ['a']},
		// Any number of directories.
		'**': {yes: ['a', 'a/b', '.a'], no: []},
		'**/a': {yes: ['a', 'b/a', 'b/c/a', 'b/a/c'], no: ['ba', 'b/ba', 'ab']},
		'**/a/b': {yes: ['a/b', 'x/a/b'], no: ['b', 'x/b']},
		'a/**': {yes: ['a/b', 'a/b/c'], no: ['a', 'ab']},
		'a/**/b': {yes: ['a/b', 'a/x/b', 'a/x/y/b'], no: ['b', 'a/xb', 'ab']},
		'**/*.go': {yes: ['a.go', 'x/a.go', 'x/y/a.go'], no: ['a.goo', 'ago']},
		'**/.git': {yes: ['.git', 'a/.git', '.git/a'], no: ['git', 'a.git']},
		'a**': {yes: ['a', 'ab', 'a/b', 'ab/c'], no: ['ba', 'b/a']},
		'**/**/a': {yes: ['a', 'x/a', 'x/y/a'], no: ['xa']},
		'**/a/**': {yes: ['a/b', 'x/a/b'], no: ['a', 'x/a', 'xa/b']},
		'*/**': {yes: ['a/b', 'a/b/c'], no: ['a']},
		'***': {yes: ['a', 'a/b'], no: []},
		// Without a slash the ends of paths are compared, as long as no other wildcard comes with it.
		'**rc': {yes: ['rc', '.bashrc', 'a/.bashrc'], no: ['rcs']},
		'**rc*': {yes: ['rc', 'rcs', 'a/rcs'], no: ['.bashrc']},
		'**a?': {yes: ['ab', 'x/ab'], no: ['xab']},
	};

	test.each(Object.entries(cases))('%j', (pattern, {yes, no}) => {
		const matcher = new PatternMatcher([pattern]);
		expect(yes.filter(path => !matcher.isMatched(path))).toEqual([]);
		expect(no.filter(path => matcher.isMatched(path))).toEqual([]);
	});

	test('may have bytes that are no UTF-8', () => {
		expect(isMatched(['a\uDCFF'], 'a\uDCFF')).toBe(true);
		expect(isMatched(['a[\uDCFF]*'], 'a\uDCFFb')).toBe(true);
		expect(isMatched(['a?'], 'a\uDCFF')).toBe(true);
		expect(isMatched(['a\uDCFE'], 'a\uDCFF')).toBe(false);
	});

	test('doesn’t let ** cross a line break in a name, as Docker doesn’t', () => {
		expect(isMatched(['**/a*'], 'x\n/a')).toBe(false);
		expect(isMatched(['*/a*'], 'x\n/a')).toBe(true);
	});

	test.each([
		'[',
		'a[',
		'[]',
		'[]a]',
		'[a-]',
		'[-a]',
		'[b-a]',
		'[^',
		'[^]',
		'[a\\',
		'a\\',
		String.raw`\é*`,
		String.raw`\1*`,
		'[[:nothing:]]',
		'!',
		'!/',
		'!a[',
	])('%j is malformed', pattern => {
		expect(() => new PatternMatcher([pattern])).toThrow(UsageError);
	});
});

describe('several patterns', () => {
	test('blank ones say nothing', () => {
		expect(isMatched(['', '  ', 'a'], 'a')).toBe(true);
		expect(isMatched(['', '  '], 'a')).toBe(false);
	});

	test.each([
		['an exception takes out what is matched', ['*', '!a'], 'a', false],
		['with everything below it', ['*', '!a'], 'a/b', false],
		['and nothing else', ['*', '!a'], 'b', true],
		['also below a matched directory', ['a', '!a/b'], 'a/b', false],
		['whose other entries stay matched', ['a', '!a/b'], 'a/c', true],
		[
			'the last one decides',
			['*.md', '!README*', 'README-no.md'],
			'README-no.md',
			true,
		],
		[
			'in their order',
			['*.md', 'README-no.md', '!README*'],
			'README-no.md',
			false,
		],
		['an exception alone matches nothing', ['!a'], 'a', false],
		[
			'and doesn’t count before what it is an exception of',
			['!a', 'a'],
			'a',
			true,
		],
		[
			'a directory’s pattern behind an exception',
			['*', '!a', 'a/b'],
			'a/b/c',
			true,
		],
		['an exception with wildcards', ['**', '!**/*.go'], 'x/y/a.go', false],
		[
			'an exception in parentheses of two',
			['a', '!a/b', 'a/b/c'],
			'a/b/c',
			true,
		],
		[
			'an exception of a directory leaves what is matched below it by name',
			['a/b', '!a'],
			'a/b',
			true,
		],
		['an absolute exception is nothing', ['*', '!/a'], 'a', true],
	])('%s', (_, patterns, path, expected) => {
		expect(isMatched(patterns, path)).toBe(expected);
	});
});

describe('.dockerignore', () => {
	test('gives its patterns as the builder sends them', () => {
		const text = [
			'\uFEFF# a comment, behind a byte order mark',
			'',
			'/a/b/',
			'  c  \r',
			' # no comment',
			'! /d/../e',
			'!',
			'/',
			'./f',
		].join('\n');
		expect(readIgnoreFile(text)).toEqual([
			'a/b',
			'c',
			'# no comment',
			'!e',
			'!',
			'/',
			'f',
		]);
	});
});

describe('any pattern', () => {
	const element = fc.constantFrom('a', 'b', 'ab', '*', '?', 'a*', '*b', '**');
	const pattern = fc
		.array(element, {minLength: 1, maxLength: 4})
		.map(elements => elements.join('/'));
	const path = fc
		.array(fc.constantFrom('a', 'b', 'ab', 'ba'), {minLength: 1, maxLength: 4})
		.map(names => names.join('/'));

	test('matches what its definition says', () => {
		fc.assert(
			fc.property(pattern, path, (glob, file) => {
				expect(isMatched([glob], file)).toBe(
					prefixesOf(file).some(prefix => globMatches(glob, prefix)),
				);
			}),
			{numRuns: 2000},
		);
	});

	test('decides in its place in the list', () => {
		const rules = fc.array(fc.tuple(fc.boolean(), pattern), {maxLength: 5});
		const name = fc.constantFrom('a', 'b', 'ab', 'ba');
		fc.assert(
			fc.property(rules, name, (list, file) => {
				const deciding = list.findLast(([, glob]) => isMatched([glob], file));
				expect(
					isMatched(
						list.map(rule => toPattern(rule)),
						file,
					),
				).toBe(deciding !== undefined && !deciding[0]);
			}),
			{numRuns: 2000},
		);
	});
});

function toPattern([isException, glob]: [boolean, string]): string {
	return isException ? `!${glob}` : glob;
}

function prefixesOf(path: string): string[] {
	const names = path.split('/');
	return names.map((_, index) => names.slice(0, index + 1).join('/'));
}

/** The definition, by trying everything: `**` and its slash are any number of directories, at the end any rest. */
function globMatches(glob: string, path: string): boolean {
	if (glob === '') {
		return path === '';
	}

	if (glob === '**') {
		return true;
	}

	if (glob.startsWith('**/')) {
		const rest = glob.slice('**/'.length);
		return (
			globMatches(rest, path) ||
			[...path].some(
				(character, index) =>
					character === '/' && globMatches(rest, path.slice(index + 1)),
			)
		);
	}

	if (glob.startsWith('*')) {
		return (
			globMatches(glob.slice(1), path) ||
			(path !== '' && !path.startsWith('/') && globMatches(glob, path.slice(1)))
		);
	}

	const isSame = glob.startsWith('?')
		? path !== '' && !path.startsWith('/')
		: path.startsWith(glob.charAt(0));
	return isSame && globMatches(glob.slice(1), path.slice(1));
}
