import {Buffer} from 'node:buffer';
import fc from 'fast-check';
import {expect, test} from 'vitest';
import {asBytePath} from '../../../source/text/byte-path.js';
import {
	fileViewOf,
	lineAt,
	lineWith,
	rowCount,
	withEarlier,
	withEnd,
	withMore,
} from '../../../source/ui/files/file-view.js';

const path = asBytePath('a');

function linesOf(view: ReturnType<typeof fileViewOf>): readonly string[] {
	return view.lineStarts.map((_, index) => lineAt(view, index, 1000));
}

test('a text has its lines whatever the blocks are that it comes in', () => {
	fc.assert(
		fc.property(
			fc.array(fc.string({unit: fc.constantFrom('a', 'é'), maxLength: 5}), {
				minLength: 1,
			}),
			fc.nat(),
			(lines, cut) => {
				const whole = Buffer.from(lines.map(line => `${line}\n`).join(''));
				const at = cut % (whole.length + 1);
				const view = withMore(
					fileViewOf(path, whole.length, whole.subarray(0, at)),
					whole.subarray(at),
				);
				expect(linesOf(view)).toEqual(lines);
				expect(view.firstLine).toBe(1);
			},
		),
	);
});

test('the end of a text starts with a whole line, and what is before it finds its number', () => {
	const whole = Buffer.from('one\ntwo\nthree\nfour\n');
	const view = fileViewOf(path, whole.length, whole.subarray(0, 4));
	const end = withEnd(view, whole.subarray(6));
	expect(linesOf(end)).toEqual(['three', 'four']);
	expect(end.firstLine).toBeNull();
	const all = withEarlier({...end, top: 1}, whole.subarray(0, end.offset));
	expect(linesOf(all)).toEqual(['one', 'two', 'three', 'four']);
	expect(all).toMatchObject({firstLine: 1, top: 3, offset: 0});
	expect(lineWith(all, 'THREE', 0)).toBe(2);
	expect(lineWith(all, 'three', 3)).toBe(-1);
});

test('what has a NUL byte is shown in rows of 16 bytes', () => {
	const view = fileViewOf(path, 33, Buffer.from('a\0b'));
	expect(view.isBinary).toBe(true);
	expect(rowCount(view)).toBe(3);
});

test('a file that is shorter than it was listed ends where it ends', () => {
	const view = withMore(
		fileViewOf(path, 100, Buffer.from('one\n')),
		Buffer.alloc(0),
	);
	expect(view.size).toBe(4);
});
