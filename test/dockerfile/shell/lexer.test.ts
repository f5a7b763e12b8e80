import {describe, expect, test} from 'vitest';
import fc from 'fast-check';
import {Refusal} from '../../../source/dockerfile/refusal.js';
import {
	expandWord,
	expandWords,
	UnsetVariable,
} from '../../../source/dockerfile/shell/lexer.js';

const variables = new Map([
	['name', 'value'],
	['empty', ''],
	['path', '/usr/local/lib/libz.so.1.2.so'],
	['stars', 'a*b?c'],
	['lines', 'one\ntwo'],
	['é', 'accent'],
	['1', 'one'],
	['10', 'ten'],
	['@', 'all'],
]);

const escape = '\\';
const expand = (word: string): string => expandWord(word, variables, {escape});

// `§` stands for `$` here, so that nobody takes these for templates.
const rows = (table: string): string[][] =>
	table
		.trim()
		.split('\n')
		.map(line =>
			line
				.trim()
				.replaceAll('§', '$')
				.split(/ +=> ?/v),
		);

describe('expansion', () => {
	test.each(
		rows(String.raw`
			plain => plain
			§name => value
			§{name} => value
			§name-§{name}x => value-valuex
			§unset. => .
			§é => accent
			§10§1 => tenone
			§1x => onex
			§@ => all
			§ => $
			§/ => $/
			a§ => a$
			\§name => $name
			\\§name => \value
			'§name' => $name
			"§name \§name \x" => value $name \x
			"it's" => it's
			'say "no"' => say "no"
			a\ b => a b
			end\ => end
			§{unset:-word} => word
			§{unset-word} => word
			§{empty:-word} => word
			§{empty-word} =>
			§{name:-word} => value
			§{unset:-§{unset:-§name}} => value
			§{unset:-"a }b"} => a }b
			§{unset:-\}} => }
			§{name:+word} => word
			§{empty:+word} =>
			§{empty+word} => word
			§{unset+word} =>
			§{name:?needed} => value
			§{empty?needed} =>
			§{path#*/} => usr/local/lib/libz.so.1.2.so
			§{path##*/} => libz.so.1.2.so
			§{path#lib} => /usr/local/lib/libz.so.1.2.so
			§{path%.so*} => /usr/local/lib/libz.so.1.2
			§{path%%.so*} => /usr/local/lib/libz
			§{path%.?.so} => /usr/local/lib/libz.so.1
			§{path%so} => /usr/local/lib/libz.so.1.2.
			§{stars#a\*} => b?c
			§{stars%\?c} => a*b
			§{unset#x} =>
			§{name#} => value
			§{path/lib/LIB} => /usr/local/LIB/libz.so.1.2.so
			§{path//lib/LIB} => /usr/local/LIB/LIBz.so.1.2.so
			§{path//\//-} => -usr-local-lib-libz.so.1.2.so
			§{path/l*l/x} => /usr/xibz.so.1.2.so
			§{path//?z/} => /usr/local/lib/li.so.1.2.so
			§{path//./} => /usr/local/lib/libzso12so
			§{name//*/x} => x
			§{name///-} => -v-a-l-u-e-
			§{name//a/[§0]} => v[]lue
			§{name//a/[\§0]} => v[\a]lue
			§{name/§{empty:-a}/§1} => vonelue
			<<EOF => <<EOF
			<§name => <value
		`),
	)('%s is %s', (word, expected) => {
		expect(expand(word)).toBe(expected);
	});

	test('* and ? stop at the end of a line', () => {
		expect(expand('$'.concat('{lines#*t}'))).toBe('one\ntwo');
		expect(expand('$'.concat('{lines%?*}'))).toBe('one\ntw');
	});

	test('the escape character can be a backtick', () => {
		const options = {escape: '`'};

		expect(expandWord('`$name \\$name "`""', variables, options)).toBe(
			String.raw`$name \value "`,
		);
	});

	test('what is kept raw', () => {
		expect(
			expandWord(String.raw`"$name" \$x $unset`, variables, {
				escape,
				rawQuotes: true,
				rawEscapes: true,
				keepUnset: true,
			}),
		).toBe(String.raw`"value" \$x $unset`);
		expect(
			expandWord('it\'s "$name"', variables, {escape, plainQuotes: true}),
		).toBe('it\'s "value"');
	});

	test.each(
		rows(String.raw`
			§{
			§{}
			§{:-a}
			§{{name}}
			§{name
			§{name:-word
			§{name/a
			§{name/a/b
			§{name^^}
			§{name:=word}
			§{name:#word}
			§{name#\x}
			§{#name}
			'open
			"open
			"§{name"
		`),
	)('%s is refused', word => {
		expect(() => expand(word)).toThrow(Refusal);
	});

	test('a required variable says what its author wrote', () => {
		expect(() => expand('$'.concat('{unset:?give a version}'))).toThrow(
			UnsetVariable,
		);
		expect(() => expand('$'.concat('{unset:?give a version}'))).toThrow(
			'unset: give a version (give it with --build-arg unset=…)',
		);
		expect(() => expand('$'.concat('{empty:?}'))).toThrow(
			'empty: it must not be empty',
		);
	});

	test('the variables that are looked up in vain are told', () => {
		const unset: string[] = [];
		expandWord(String.raw`$a $name "$b" \$c $`.concat('{d:-$e}'), variables, {
			escape,
			onUnset(name) {
				unset.push(name);
			},
		});

		expect(unset).toEqual(['a', 'b', 'e', 'd']);
	});
});

describe('words', () => {
	test.each([
		['a b\tc', ['a', 'b', 'c']],
		['  a  ', ['a']],
		['', []],
		['"a b" c', ['a b', 'c']],
		[String.raw`a\ b`, ['a b']],
		['$spaces', ['x', 'y']],
		['"$spaces"', ['x y']],
		['<< EOF cat', ['<< EOF', 'cat']],
	])('%j', (text, words) => {
		expect(expandWords(text, new Map([['spaces', 'x y']]), {escape})).toEqual(
			words,
		);
	});
});

describe('for any text', () => {
	const text = fc.string({
		unit: fc.oneof(
			fc.constantFrom(...'$${}:-+?#%//\\\'"<* abn\n'),
			fc.string({minLength: 1, maxLength: 1, unit: 'binary'}),
		),
		maxLength: 30,
	});

	test('it expands or is refused', () => {
		fc.assert(
			fc.property(text, word => {
				try {
					expect(typeof expand(word)).toBe('string');
				} catch (error) {
					expect(error).toBeInstanceOf(Refusal);
				}
			}),
			{numRuns: 2000},
		);
	});

	test('without anything special, it stays', () => {
		fc.assert(
			fc.property(fc.string({unit: fc.constantFrom(...'abc /:.-_1')}), word => {
				expect(expand(word)).toBe(word);
			}),
		);
	});

	test('single quotes keep everything', () => {
		fc.assert(
			fc.property(
				text.map(word => word.replaceAll("'", '')),
				word => {
					expect(expand(`'${word}'`)).toBe(word);
				},
			),
		);
	});

	test('a prefix and the rest make the value, and so does a suffix', () => {
		const letters = fc.string({unit: fc.constantFrom(...'ab.')});

		fc.assert(
			fc.property(letters, letters, (left, right) => {
				const values = new Map([['v', left + right]]);
				const cut = (pattern: string): string =>
					expandWord(`\${v${pattern}}`, values, {escape});

				expect(cut(`#${left}`)).toBe(right);
				expect(cut(`%${right}`)).toBe(left);
				expect((left + right).endsWith(cut('#*.'))).toBe(true);
				expect((left + right).startsWith(cut('%.*'))).toBe(true);
				expect(cut('##*.').includes('.')).toBe(false);
				expect(cut('%%.*').includes('.')).toBe(false);
			}),
		);
	});
});
