import process from 'node:process';
import fc from 'fast-check';
import stringWidth from 'string-width';
import {describe, expect, test} from 'vitest';
import {
	cellsOf,
	foreign,
	sliceCells,
	truncate,
	wrap,
} from '../../source/text/cells.js';
import {cutRow, fitRow, rowCells, spread} from '../../source/ui/present/row.js';
import {themeFor} from '../../source/ui/present/theme.js';
import {textOf} from '../ui/scene.js';

const unicode = themeFor({LANG: 'C.UTF-8', TERM: 'xterm'});
const ascii = themeFor({LANG: 'C', TERM: 'xterm'});
const segmenter = new Intl.Segmenter();
const shown = fc
	.string({unit: 'grapheme', maxLength: 40})
	.map(text => foreign(text, unicode));

describe('cells', () => {
	test.each([
		['plain', 5],
		['größe', 5],
		['文件', 4],
		['e\u0301', 1],
		['👍🏽', 2],
		['✔✖○▶⏸⊘●', 7],
	])('%s takes %i', (text, cells) => {
		expect(cellsOf(text)).toBe(cells);
	});

	test('what rows are mostly made of is counted as string-width counts it', () => {
		const lines = Array.from({length: 0x80}, (_, index) =>
			String.fromCodePoint(0x25_00 + index),
		);
		const all = [
			...lines,
			...'·…←→✔✖○◐⊘⏸▶●◆±▌▾▸−⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏',
			'a\u0301',
			'✔\uFE0F',
		];
		for (const text of all) {
			expect(cellsOf(text), text).toBe(stringWidth(text));
		}
	});

	test('a slice takes the cells that were asked for, a cut wide character counts as spaces', () => {
		expect(sliceCells('a文b', 0, 2)).toBe('a ');
		expect(sliceCells('a文b', 2, 2)).toBe(' b');
		expect(sliceCells('a文b', 1, 2)).toBe('文');
		expect(sliceCells('plain', 1, 3)).toBe('lai');
		expect(sliceCells('plain', 1, 0)).toBe('');
	});

	test('a slice is never wider than asked, and exactly so wide inside of the text', () => {
		fc.assert(
			fc.property(shown, fc.nat(30), fc.nat(30), (text, from, width) => {
				const cells = stringWidth(sliceCells(text, from, width));
				expect(cells).toBe(
					Math.max(0, Math.min(width, stringWidth(text) - from)),
				);
			}),
		);
	});

	test('what is too long is cut with an ellipsis', () => {
		expect(truncate('builder', 7, '…')).toBe('builder');
		expect(truncate('builder', 6, '…')).toBe('build…');
		expect(truncate('builder', 1, '…')).toBe('…');
		expect(truncate('builder', 0, '…')).toBe('');
	});
});

describe('rows', () => {
	const row = [
		{text: 'ab'},
		{text: '文件', style: 'bad'},
		{text: 'cd'},
	] as const;

	test('are cut and filled to a width', () => {
		expect(textOf(fitRow(row, 5, '…'))).toBe('ab文…');
		expect(cutRow(row, 4, '…')).toEqual([
			{text: 'ab'},
			{text: ' …', style: 'bad'},
		]);
		expect(rowCells(fitRow(row, 30, '…'))).toBe(30);
		expect(cutRow(row, 30, '…')).toEqual(row);
	});

	test('of any content take exactly the width', () => {
		fc.assert(
			fc.property(fc.array(shown), fc.nat(60), (texts, width) => {
				const cells = rowCells(
					fitRow(
						texts.map(text => ({text})),
						width,
						'…',
					),
				);
				expect(cells).toBe(width);
			}),
		);
	});

	test('keep what stands at the right', () => {
		const left = [{text: 'RUN go build -o /app'}];
		const right = [{text: ' 0.2 s'}];
		expect(textOf(spread(left, right, 30, '…'))).toBe(
			'RUN go build -o /app     0.2 s',
		);
		expect(textOf(spread(left, right, 16, '…'))).toBe('RUN go bu… 0.2 s');
		expect(textOf(spread(left, right, 4, '…'))).toBe(' 0.…');
	});
});

describe('wrapping', () => {
	test('breaks at spaces, and cuts what is more than the lines', () => {
		expect(wrap('one two three', 7, 3, '…')).toEqual(['one two', 'three']);
		expect(wrap('one two three four', 7, 2, '…')).toEqual([
			'one two',
			'three …',
		]);
		expect(wrap('unbreakable', 4, 9, '…')).toEqual(['unbr', 'eaka', 'ble']);
	});

	test('loses nothing but spaces, and no line is too wide', () => {
		fc.assert(
			fc.property(shown, fc.integer({min: 2, max: 20}), (text, width) => {
				const lines = wrap(text, width, 1000, '…');
				for (const line of lines) {
					expect(
						cellsOf(line) <= width || [...segmenter.segment(line)].length === 1,
					).toBe(true);
				}

				expect(lines.join('').replaceAll(/\s/gv, '')).toBe(
					text.replaceAll(/\s/gv, ''),
				);
			}),
		);
	});
});

describe('foreign text', () => {
	test.each([
		['a tab goes to the next stop', 'ok\tpkg\t0.1s', 'ok      pkg     0.1s'],
		['a tab behind wide characters', '文件\tx', '文件    x'],
		['colours are taken away', '\u001B[1;31mred\u001B[0m \u001B[K', 'red '],
		[
			'other sequences are shown',
			'\u001B]0;title\u0007',
			String.raw`\x1b]0;title\x07`,
		],
		['a cursor movement is shown', 'a\u001B[2Jb', String.raw`a\x1b[2Jb`],
		['a bidi override is shown', 'a\u202Eb', String.raw`a\u202eb`],
	])('%s', (_, text, expected) => {
		expect(foreign(text, unicode)).toBe(expected);
	});

	test('only ASCII on a terminal that knows no more', () => {
		expect(foreign('größe 文件 👍', ascii)).toBe('gr??e ?? ?');
	});

	test('never holds anything that a terminal acts on', () => {
		fc.assert(
			fc.property(fc.string({unit: 'binary'}), text => {
				expect(foreign(text, unicode)).not.toMatch(/[\p{Cc}\p{Cs}]/v);
				expect(foreign(text, ascii)).toMatch(/^[ -~]*$/v);
			}),
		);
	});
});

test('a hundred thousand characters are measured in no time, as in pieces', () => {
	for (const [text, cells] of [
		['é'.repeat(100_000), 100_000],
		['文'.repeat(100_000), 200_000],
		['a\u0301'.repeat(50_000), 50_000],
		['👍'.repeat(20_000), 40_000],
	] as const) {
		const began = process.cpuUsage();
		expect(cellsOf(text)).toBe(cells);
		expect(truncate(text, 80, '…').length).toBeLessThan(170);
		const {user, system} = process.cpuUsage(began);
		expect((user + system) / 1e6).toBeLessThan(2);
	}
});
