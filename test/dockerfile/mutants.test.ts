import {expect, test} from 'vitest';
import {corpusOf, growing, mutantOf, readAll} from '../oracle/parser-oracle.js';

test('nothing but errors for the user comes of mutated Dockerfiles', () => {
	const corpus = corpusOf();
	expect(corpus.length).toBeGreaterThan(100);
	for (let seed = 1; seed <= 400; seed++) {
		const {defect} = readAll(mutantOf(corpus, seed));
		expect({seed, defect}).toEqual({seed, defect: null});
	}
});

test.each(Object.entries(growing))('%s is read', (_, make) => {
	expect(readAll(make(2000)).defect).toBe(null);
});

test('ten thousand stages that stand on each other are read', () => {
	const source = growing['a chain of stages']!(200_000);
	expect(source.match(/FROM/gv)!.length).toBeGreaterThan(10_000);
	expect(readAll(source)).toEqual({isRefused: false, defect: null});
});

test.each(['a long line', 'a long line of words', 'double quotes', 'dollars'])(
	'%s of a megabyte is read or refused',
	name => {
		expect(readAll(growing[name]!(1_000_000)).defect).toBe(null);
	},
);

test('a line of megabytes without an end is read or refused', () => {
	// Twelve megabytes, beyond the characters that JavaScript has in one piece.
	const source = `FROM a\n# ${'a\u{E0041}\u0301\u{E007F}'.repeat(2_000_000)}`;
	expect(readAll(source).defect).toBe(null);
});
