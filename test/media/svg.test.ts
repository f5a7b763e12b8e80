import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {linesOf} from '../../media/lines.js';
import {groundsOf, wordsOf} from '../../media/runs.js';
import {screenAfter} from '../../media/screen.js';
import {animation, still} from '../../media/svg.js';

const size = {columns: 20, rows: 2, cursor: false};
const words = {title: 'A <title> & "more"', command: 'run <it>'};

async function firstRow(output: string) {
	const {rows} = await screenAfter(output, size);
	return rows[0]!;
}

async function stillAfter(output: string): Promise<string> {
	return still(await screenAfter(output, size), words);
}

function spansIn(svg: string) {
	return [
		...svg.matchAll(
			/<tspan x="(?<x>[\d.]+)" textLength="(?<width>[\d.]+)"[^>]*>(?<text>[^<]*)</gv,
		),
	].map(({groups}) => ({
		column: (Number(groups!['x']) - 14) / 8.4,
		width: Number(groups!['width']) / 8.4,
		text: groups!['text']!,
	}));
}

function unescapeXml(text: string): string {
	return text
		.replaceAll('&lt;', '<')
		.replaceAll('&gt;', '>')
		.replaceAll('&quot;', '"')
		.replaceAll('&amp;', '&');
}

describe('runs', () => {
	test('words end at blanks, at another look, and around what a font may lack', async () => {
		const cells = await firstRow('one \u001B[1mtwo\u001B[22m2 ✔ok 漢é');
		expect(
			wordsOf(cells).map(({text, column, width}) => [text, column, width]),
		).toEqual([
			['one', 0, 3],
			['two', 4, 3],
			['2', 7, 1],
			['✔', 9, 1],
			['ok', 10, 2],
			['漢', 13, 2],
			['é', 15, 1],
		]);
	});

	test('backgrounds go on through blanks and other colours', async () => {
		const cells = await firstRow('a\u001B[44m b \u001B[31mc\u001B[0m d');
		expect(groundsOf(cells)).toMatchObject([{column: 1, width: 4}]);
	});
});

describe('lines', () => {
	test('a box is four of them, and joints lengthen none', async () => {
		const screen = await screenAfter('┌┬─┐\r\n└┴─┘', size);
		expect(linesOf(screen)).toMatchObject([
			{direction: 'across', x: 1, y: 1, length: 6},
			{direction: 'across', x: 1, y: 3, length: 6},
			{direction: 'down', x: 1, y: 1, length: 2},
			{direction: 'down', x: 3, y: 1, length: 2},
			{direction: 'down', x: 7, y: 1, length: 2},
		]);
	});

	test('another colour is another line', async () => {
		const screen = await screenAfter('─\u001B[31m──', size);
		expect(linesOf(screen).map(({length}) => length)).toEqual([2, 4]);
	});
});

describe('a picture', () => {
	test('any text on the screen is in it, escaped, in its cells', async () => {
		await fc.assert(
			fc.asyncProperty(
				fc.string({
					unit: fc.constantFrom(...'ab<>&"\'; é漢'),
					maxLength: 10,
				}),
				async text => {
					const svg = await stillAfter(text);
					const spans = spansIn(svg);
					expect(spans.map(span => unescapeXml(span.text)).join('')).toBe(
						text.replaceAll(' ', ''),
					);
					const {rows} = await screenAfter(text, size);
					expect(
						spans.map(({column, width}) => [
							Math.round(column),
							Math.round(width),
						]),
					).toEqual(
						wordsOf(rows[0]!).map(({column, width}) => [column, width]),
					);
				},
			),
			{numRuns: 50},
		);
	});

	test('it has a title, and its size follows the screen', async () => {
		const svg = await stillAfter('a');
		expect(svg).toContain(
			'<title id="title">A &lt;title&gt; &amp; &quot;more&quot;</title>',
		);
		expect(svg).toContain('width="196" height="84" viewBox="0 0 196 84"');
	});

	test('signs that could become emoji are asked for as text', async () => {
		const svg = await stillAfter('✔1○');
		expect(spansIn(svg).map(({text}) => text)).toEqual(['✔\uFE0E', '1', '○']);
	});

	test('the bar and the pause sign are drawn', async () => {
		const svg = await stillAfter('\u001B[36m▌⏸');
		expect(spansIn(svg)).toEqual([]);
		expect(svg.match(/<rect [^>]*fill="#6fcfd6"/gv)).toHaveLength(3);
	});
});

describe('an animation', () => {
	test('shows one frame at any time, in their order and for their seconds', async () => {
		const screen = await screenAfter('a', size);
		const seconds = [1, 2, 1];
		const frames = seconds.map(seconds => ({screen, caption: '', seconds}));
		const svg = animation(frames, 1, words);
		expect(svg).toContain('animation:4s step-end infinite');
		expect(svg).toContain('#frame-1{visibility:visible}');
		const shown = [0, 0.9, 1.1, 2.9, 3.1, 3.9].map(time =>
			seconds.flatMap((_, index) =>
				visibleAt(svg, index, (time / 4) * 100) ? [index] : [],
			),
		);
		expect(shown).toEqual([[0], [0], [1], [1], [2], [2]]);
	});
});

/** With `step-end`, what the last keyframe before a time says holds. */
function visibleAt(svg: string, frame: number, percent: number): boolean {
	const rule = new RegExp(
		String.raw`@keyframes show-${frame}\{(.*)\}$`,
		'mv',
	).exec(svg)![1]!;
	const steps = [...rule.matchAll(/([\d.]+)%\{visibility:(\w+)\}/gv)];
	const value = steps.findLast(([, at]) => Number(at) <= percent)![2];
	return value === 'visible';
}
