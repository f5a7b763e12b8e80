import {describe, expect, test} from 'vitest';
import {
	background,
	faint,
	foreground,
	paletteColor,
} from '../../media/palette.js';
import {screenAfter, withoutEnd} from '../../media/screen.js';

const size = {columns: 12, rows: 3, cursor: false};

async function firstCells(output: string, cursor = false) {
	const {rows} = await screenAfter(output, {...size, cursor});
	return rows[0]!;
}

describe('what a terminal shows', () => {
	test.each([
		['\u001B[31mx', {color: paletteColor(1)}],
		['\u001B[92mx', {color: paletteColor(10)}],
		['\u001B[38;5;208mx', {color: '#ff8700'}],
		['\u001B[38;5;244mx', {color: '#808080'}],
		['\u001B[38;2;1;2;3mx', {color: '#010203'}],
		['\u001B[44mx', {color: foreground, behind: paletteColor(4)}],
		['\u001B[1mx', {color: foreground, bold: true}],
		['\u001B[2mx', {color: faint(foreground, background)}],
		['\u001B[7mx', {color: background, behind: foreground}],
		['\u001B[7;32mx', {color: background, behind: paletteColor(2)}],
		['\u001B[2;32;44mx', {color: faint(paletteColor(2), paletteColor(4))}],
		['x', {color: foreground, behind: null, bold: false}],
	])('%j', async (output, look) => {
		const [cell] = await firstCells(output);
		expect(cell).toMatchObject({text: 'x', column: 0, look});
	});

	test('a wide character takes two columns, and one cell', async () => {
		const cells = await firstCells('a漢b');
		expect(cells).toHaveLength(11);
		expect(
			cells.slice(0, 3).map(({text, column, width}) => [text, column, width]),
		).toEqual([
			['a', 0, 1],
			['漢', 1, 2],
			['b', 3, 1],
		]);
	});

	test('the cursor is an inverse cell, and back again on an inverse one', async () => {
		const [, blank] = await firstCells('a', true);
		expect(blank).toMatchObject({text: '', look: {behind: foreground}});
		const [inverse] = await firstCells('\u001B[7ma\r', true);
		expect(inverse).toMatchObject({text: 'a', look: {behind: null}});
	});

	test('what has scrolled off is not in it', async () => {
		const {rows} = await screenAfter('1\r\n2\r\n3\r\n4', size);
		expect(rows.map(([cell]) => cell!.text)).toEqual(['2', '3', '4']);
	});

	test('blank rows at its end can be left out, those with a background not', async () => {
		const text = await screenAfter('\r\na', size);
		expect(withoutEnd(text).rows).toHaveLength(2);
		const inverse = await screenAfter('a\r\n\u001B[7m ', size);
		expect(withoutEnd(inverse).rows).toHaveLength(2);
	});
});

test('faint text on the window can still be read (WCAG 2.2, 1.4.3: 4.5 to 1)', () => {
	const text = luminance(faint(foreground, background));
	expect((text + 0.05) / (luminance(background) + 0.05)).toBeGreaterThan(4.5);
});

/** Relative luminance, as WCAG 2.2 defines it. */
function luminance(color: string): number {
	const [red, green, blue] = [1, 3, 5].map(start => {
		const value = Number.parseInt(color.slice(start, start + 2), 16) / 255;
		return value <= 0.040_45 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
	});
	return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}
