import {Buffer} from 'node:buffer';
import process from 'node:process';
import {setFlagsFromString} from 'node:v8';
import {runInNewContext} from 'node:vm';
import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {StepLog} from '../../../source/debugger/session/log.js';

function logOf(...chunks: ReadonlyArray<string | Uint8Array>): StepLog {
	const log = new StepLog();
	for (const chunk of chunks) {
		log.append(typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
	}

	return log;
}

function linesOf(log: StepLog): ReadonlyArray<string | undefined> {
	return Array.from({length: log.lineCount}, (_, index) => log.line(index));
}

describe('the log of a step', () => {
	test.each<readonly [string, readonly string[], readonly string[]]>([
		['nothing', [], []],
		['an empty chunk', [''], []],
		['lines', ['a\nb\n'], ['a', 'b']],
		['an open line', ['a\nb'], ['a', 'b']],
		['a line in pieces', ['he', 'll', 'o\n'], ['hello']],
		['empty lines', ['\n\na\n\n'], ['', '', 'a', '']],
		['CRLF', ['a\r\nb\r\n'], ['a', 'b']],
		['CRLF between two chunks', ['a\r', '\nb'], ['a', 'b']],
		['a progress bar', ['10%\r', '50%\r', '100%\ndone\n'], ['100%', 'done']],
		['a bar that stands', ['10%\r50%\r'], ['50%']],
		['a return to an empty line', ['10%\r\r\n'], ['10%']],
	])('%s', (_name, chunks, lines) => {
		const log = logOf(...chunks);
		expect(linesOf(log)).toEqual(lines);
		expect(log.droppedCount).toBe(0);
		expect(log.line(lines.length)).toBeUndefined();
		expect(log.line(-1)).toBeUndefined();
	});

	test('has whole characters however their bytes come', () => {
		const text = 'grün 日本 👩‍🚀\n';
		const bytes = Buffer.from(text);
		const log = logOf(...Array.from(bytes, byte => Buffer.from([byte])));
		expect(linesOf(log)).toEqual([text.trim()]);
	});

	test('has something for bytes that are no text', () => {
		expect(linesOf(logOf(Buffer.from([0x61, 0xff, 0xfe, 0x0a])))).toEqual([
			'a\uFFFD\uFFFD',
		]);
	});

	test('cuts a very long line, without losing anything of it', () => {
		const text = `${'x'.repeat(100_000)}y`;
		const lines = linesOf(logOf(text, '\nnext\n'));
		expect(lines).toHaveLength(8);
		expect(lines.slice(0, -1).join('')).toBe(text);
		expect(Math.max(...lines.map(line => line!.length))).toBe(16_384);
		expect(lines.at(-1)).toBe('next');
	});

	test('doesn’t cut a character in two', () => {
		const text = `x${'👩'.repeat(20_000)}`;
		const lines = linesOf(logOf(text));
		expect(lines.length).toBeGreaterThan(2);
		expect(lines.join('')).toBe(text);
		expect(lines.some(line => /\p{Cs}/v.test(line!))).toBe(false);
	});

	test('keeps its beginning and its tail, and counts what lies between', () => {
		const log = new StepLog();
		const count = 200_000;
		for (let index = 0; index < count; index++) {
			log.append(Buffer.from(`line ${index}\n`));
		}

		expect(log.lineCount).toBe(count);
		expect(log.line(0)).toBe('line 0');
		expect(log.line(count - 1)).toBe(`line ${count - 1}`);
		const lines = linesOf(log);
		const first = lines.indexOf(undefined);
		const last = lines.lastIndexOf(undefined);
		expect(last - first + 1).toBe(log.droppedCount);
		expect(
			lines.findIndex(
				(line, index) =>
					line !==
					(index < first || index > last ? `line ${index}` : undefined),
			),
		).toBe(-1);
		expect(first).toBeGreaterThan(4000);
		expect(count - last).toBeGreaterThan(50_000);
	});
});

test('small logs are what a plain split makes of them', () => {
	const piece = fc.oneof(
		fc.constantFrom('\n', '\r\n', 'ü', '日', '👩', 'a'),
		fc
			.string({unit: 'grapheme', maxLength: 5})
			.map(text => text.replaceAll('\r', '')),
	);
	fc.assert(
		fc.property(
			fc.array(piece, {maxLength: 30}),
			fc.array(fc.nat(40), {maxLength: 8}),
			(pieces, cuts) => {
				const text = pieces.join('');
				const bytes = Buffer.from(text);
				const ends = [...cuts, bytes.length].toSorted((a, b) => a - b);
				const chunks = ends.map((end, index) =>
					bytes.subarray(ends[index - 1] ?? 0, end),
				);
				const expected = text.split(/\r?\n/v);
				if (expected.at(-1) === '') {
					expected.pop();
				}

				expect(linesOf(logOf(...chunks))).toEqual(expected);
			},
		),
	);
});

describe('memory stays bounded', () => {
	setFlagsFromString('--expose-gc');
	const collect = runInNewContext('gc') as () => void;

	/** Returns how much more memory is in use, in bytes, while what the work returns is still there. */
	function growth(work: () => StepLog): number {
		collect();
		const before = process.memoryUsage().heapUsed;
		const log = work();
		collect();
		const after = process.memoryUsage().heapUsed;
		expect(log.lineCount).toBeGreaterThan(0);
		return after - before;
	}

	const repeat = (text: string, count: number) => (): StepLog => {
		const log = new StepLog();
		for (let index = 0; index < count; index++) {
			log.append(Buffer.from(text));
		}

		return log;
	};

	test.each([
		['lines', `${'x'.repeat(79)}\n`.repeat(400), 2000],
		['empty lines', '\n'.repeat(32_768), 100],
		['one line without an end', 'x'.repeat(32_768), 2000],
		['a progress bar', 'progress 50%\r'.repeat(2500), 2000],
		[
			'progress bars and a line here and there',
			`${'progress 50%\r'.repeat(2500)}the end of it all\n`,
			4000,
		],
	])('with %s', (_name, text, count) => {
		expect(growth(repeat(text, count))).toBeLessThan(24_000_000);
	});
});

test('the lines of the two streams stay whole', () => {
	const log = new StepLog();
	log.append(Buffer.from('out'), 1);
	log.append(Buffer.from('err'), 2);
	expect([log.line(0), log.line(1), log.lineCount]).toEqual(['out', 'err', 2]);
	log.append(Buffer.from('or\n'), 2);
	log.append(Buffer.from('put\n'), 1);
	expect([log.line(0), log.line(1), log.lineCount]).toEqual([
		'error',
		'output',
		2,
	]);
});
