import {describe, expect, test} from 'vitest';
import {readSource} from '../../../source/dockerfile/text/source-lines.js';

const read = (source: string) => readSource(source, 'Dockerfile').instructions;

describe('boundaries of instructions', () => {
	test.each([
		['lines', 'FROM a\nRUN b\n', ['FROM a', 'RUN b']],
		['no line end at the end', 'FROM a', ['FROM a']],
		['empty lines', '\n\n \t\nFROM a\n\n', ['FROM a']],
		['leading space goes, trailing space stays', '  RUN a  \n', ['RUN a  ']],
		['a continuation', 'RUN a \\\n b\n', ['RUN a  b']],
		['blanks behind the backslash', 'RUN a \\ \t\n b\n', ['RUN a  b']],
		['a comment within', 'RUN a \\\n# no\n  # no\n b\n', ['RUN a  b']],
		['an empty line within', 'RUN a \\\n\n \n b\n', ['RUN a  b']],
		['a comment at the end of a line is text', 'RUN a # b\n', ['RUN a # b']],
		['a comment does not continue', '# a \\\nRUN b\n', ['RUN b']],
		['two backslashes', 'RUN a \\\\\nRUN b', ['RUN a \\\\', 'RUN b']],
		['three backslashes', 'RUN a \\\\\\\nRUN b', ['RUN a \\\\\\', 'RUN b']],
		['a backslash alone', '\\\nRUN a\n', ['RUN a']],
		['a word cut in two', 'RU\\\nN a\n', ['RUN a']],
		['nothing after the last continuation', 'RUN a \\\n', ['RUN a ']],
		['CRLF', 'RUN a \\\r\n b\r\nRUN c\r\n', ['RUN a  b', 'RUN c']],
		['a carriage return within', 'RUN a\rb\n', ['RUN a\rb']],
		['a byte-order mark', '\uFEFFRUN a\n', ['RUN a']],
		[
			'another escape character',
			'# escape=`\nRUN a `\n b \\\nRUN c',
			['RUN a  b \\', 'RUN c'],
		],
	])('%s', (_, source, lines) => {
		expect(read(source).map(({line}) => line)).toEqual(lines);
	});
});

test('each instruction knows its lines and its exact source', () => {
	const source =
		'# head\r\n\r\nFROM a \\\r\n  # within\r\n  AS b\r\n\nRUN <<X cat\n  one\r\nX\n# tail\nCMD c  ';

	expect(read(source).map(({lines, source: own}) => [lines, own])).toEqual([
		[[3, 5], 'FROM a \\\r\n  # within\r\n  AS b'],
		[[7, 9], 'RUN <<X cat\n  one\r\nX'],
		[[11, 11], 'CMD c  '],
	]);
});

describe('heredocs', () => {
	test.each([
		['one', 'RUN <<A\nx\n  y\nA\n', [['A', 'x\n  y\n', true]]],
		['none in it', 'RUN <<A\nA\n', [['A', '', true]]],
		[
			'two, one after the other',
			'COPY <<A <<B /\n1\nB\nA\n2\nB\n',
			[
				['A', '1\nB\n', true],
				['B', '2\n', true],
			],
		],
		['quoted', 'RUN <<"A"\n$x\nA\n', [['A', '$x\n', false]]],
		['quoted in part', "RUN <<A'B'\nAB\n", [['AB', '', false]]],
		['tabs before the end', 'RUN <<-A\n\tx\n\t\tA\n', [['A', '\tx\n', true]]],
		['tabs without the dash', 'RUN <<A\n\tA\nA\n', [['A', '\tA\n', true]]],
		['CRLF', 'RUN <<A\r\nx\r\nA\r\n', [['A', 'x\r\n', true]]],
		['a space before the name', 'RUN << A cat\nx\nA', [['A', 'x\n', true]]],
		['a file descriptor', 'RUN cat 3<<A\nx\nA', [['A', 'x\n', true]]],
		[
			'after continuations',
			'RUN a \\\n <<A \\\n # c\n b\nx\nA\n',
			[['A', 'x\n', true]],
		],
		['under ONBUILD', 'ONBUILD RUN <<A\nx\nA\n', [['A', 'x\n', true]]],
		['no continuation within', 'RUN <<A\nx \\\nA\n', [['A', 'x \\\n', true]]],
		['not in an array', 'RUN ["<<A"]\nCMD x', []],
		['not in another instruction', 'CMD <<A\nCMD x', []],
		['not three', 'RUN <<<A\nCMD x', []],
		['not in quotes', "RUN '<<A'\nCMD x", []],
		['not within a word', 'RUN a<<A\nCMD x', []],
		['none where quotes do not match', 'RUN <<A "\nCMD x', []],
	])('%s', (_, source, heredocs) => {
		const [first] = read(source);

		expect(
			first!.heredocs.map(({name, content, expand}) => [name, content, expand]),
		).toEqual(heredocs);
	});
});

describe('what cannot be read', () => {
	test.each([
		['FROM a\nRUN <<A\nx\n', 2, /<<A is never closed/v],
		[`FROM a\nRUN ${'x'.repeat(65_532)}\n`, 2, /longer than 65535 bytes/v],
		[`RUN ${'é'.repeat(32_766)}`, 1, /longer than 65535 bytes/v],
		['# escape=\\\n# escape=\\\n', 2, /given twice/v],
		['FROM a\nENV a', 2, /lacks a value/v],
	])('%#', (source, line, reason) => {
		expect(() => read(source)).toThrow(
			expect.objectContaining({
				name: 'DockerfileError',
				line,
				reason: expect.stringMatching(reason) as string,
			}) as Error,
		);
	});

	test('the longest line is read', () => {
		expect(read(`RUN ${'x'.repeat(65_531)}\nCMD`)).toHaveLength(2);
		expect(read(`RUN ${'é'.repeat(32_765)}x`)).toHaveLength(1);
	});
});

describe('flags and words', () => {
	test.each([
		['COPY --from=a --chown=b c d', ['--from=a', '--chown=b'], ['c', 'd']],
		['COPY   --from="a b"   c  d', ['--from=a b'], ['c', 'd']],
		[String.raw`COPY --fr\om=a c d`, ['--from=a'], ['c', 'd']],
		['COPY -- --from=a d', [], ['--from=a', 'd']],
		['COPY c --from=a d', [], ['c', '--from=a', 'd']],
		['COPY --from=a\u00A0c d', ['--from=aÂ'], ['c', 'd']],
		['COPY ["a b", "c"]', [], ['a b', 'c']],
		['COPY ["a b", c]', [], ['["a', 'b",', 'c]']],
		['RUN a  b ', [], ['a  b']],
		['RUN [ "a", "b" ] ', [], ['a', 'b']],
		[
			String.raw`ARG a="b c" d='e f' g=h\ i`,
			[],
			['a="b c"', "d='e f'", String.raw`g=h\ i`],
		],
		[
			'HEALTHCHECK --retries=3 CMD ["a", "b"]',
			['--retries=3'],
			['CMD', 'a', 'b'],
		],
		['onbuild run --mount=x y', [], ['RUN', 'y']],
		['EXPOSE 80\t443', [], ['80', '443']],
		['FROM', [], []],
	])('%s', (source, flags, words) => {
		const [instruction] = read(source);

		expect(instruction).toMatchObject({flags, words});
	});
});
