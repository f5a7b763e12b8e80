import {isLine, type Line, linesOf} from './lines.js';
import {background, faint, foreground} from './palette.js';
import {groundsOf, type Run, wordsOf} from './runs.js';
import type {Cell, Screen} from './screen.js';

/** All in pixels; a cell is as wide as most monospaced fonts have it at that size. */
const fontSize = 14;
const cellWidth = 8.4;
const rowHeight = 18;
const baseline = 13;
const padding = 14;
const barHeight = 34;
const buttons = ['#f2766b', '#e3b95b', '#8fd07f'];

const fonts =
	"ui-monospace, 'SF Mono', Menlo, 'Cascadia Mono', 'DejaVu Sans Mono', 'Liberation Mono', Consolas, monospace";

/** Signs that many fonts lack or draw too small, as rectangles: x, y, width and height in parts of a cell. */
const shapes: ReadonlyMap<
	string,
	ReadonlyArray<readonly [number, number, number, number]>
> = new Map([
	['▌', [[0, 0, 0.5, 1]]],
	[
		'⏸',
		[
			[0.12, 0.25, 0.26, 0.5],
			[0.62, 0.25, 0.26, 0.5],
		],
	],
]);

/** Signs that have a picture in colours too; the variation selector asks for the one like text (Unicode, UTS #51). */
const pictures = /^[\p{Emoji}--\p{ASCII}]$/v;
const asText = '\uFE0E';

/** What is said of a picture. */
export type Words = {
	/** For those who don't see it. */
	readonly title: string;

	/** On the window's bar: what runs there. */
	readonly command: string;
};

/** A picture that stays for a while. */
export type Frame = {
	readonly screen: Screen;

	/** On the window's bar: what was pressed to get there. */
	readonly caption: string;
	readonly seconds: number;
};

/**
@param screen - What a terminal shows.
@param words - What is said of it.
@returns An SVG of it in a window.
*/
export function still(screen: Screen, words: Words): string {
	return document(screen, words, '', [contentOf(screen)]);
}

/**
@param frames - What a terminal shows, one after another, all of one size.
@param poster - The frame that is shown where nothing moves.
@param words - What is said of it.
@returns An SVG that shows the frames in a loop.
*/
export function animation(
	frames: readonly Frame[],
	poster: number,
	words: Words,
): string {
	const [{screen}] = frames as readonly [Frame];
	const right = number(padding + screen.columns * cellWidth);
	return document(
		screen,
		words,
		animationStyle(frames, poster),
		frames.map(
			({screen, caption}, index) =>
				`<g class="frame" id="frame-${index}">\n<text class="bar" x="${right}" y="22" text-anchor="end">${escapeXml(caption)}</text>\n${contentOf(screen)}</g>\n`,
		),
	);
}

function animationStyle(frames: readonly Frame[], poster: number): string {
	const total = frames.reduce((sum, {seconds}) => sum + seconds, 0);
	let start = 0;
	const rules = frames.map(({seconds}, index) => {
		const from = percent(start, total);
		start += seconds;
		const hidden = index === 0 ? '' : '0%{visibility:hidden}';
		const over =
			index === frames.length - 1
				? '100%{visibility:visible}'
				: `${percent(start, total)}{visibility:hidden}`;
		return `@keyframes show-${index}{${hidden}${from}{visibility:visible}${over}}\n#frame-${index}{animation-name:show-${index}}\n`;
	});
	return `.frame{visibility:hidden;animation:${number(total)}s step-end infinite}
#frame-${poster}{visibility:visible}
${rules.join('')}@media (prefers-reduced-motion:reduce){.frame{animation:none}}
`;
}

function document(
	{columns, rows}: Screen,
	{title, command}: Words,
	style: string,
	contents: readonly string[],
): string {
	const width = Math.ceil(columns * cellWidth + 2 * padding);
	const height = barHeight + rows.length * rowHeight + padding;
	const faded = faint(foreground, background);
	const circles = buttons.map(
		(color, index) =>
			`<circle cx="${20 + index * 18}" cy="17" r="5.5" fill="${color}"/>`,
	);
	return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="title">
<title id="title">${escapeXml(title)}</title>
<style>
text{font-family:${fonts};font-size:${fontSize}px;font-variant-ligatures:none;font-variant-emoji:text;fill:${foreground}}
.bar{font-size:13px;fill:${faded}}
.bold{font-weight:bold}
${style}</style>
<rect x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="9.5" fill="${background}" stroke="#4a505c"/>
${circles.join('')}
<text class="bar" x="${width / 2}" y="22" text-anchor="middle">${escapeXml(command)}</text>
${contents.join('')}</svg>
`;
}

function contentOf(screen: Screen): string {
	const rows = screen.rows.map((cells, row) => rowOf(cells, row));
	return `${pathsOf(linesOf(screen))}${rows.join('')}`;
}

function rowOf(cells: readonly Cell[], row: number): string {
	const top = barHeight + row * rowHeight;
	const grounds = groundsOf(cells).map(
		({column, width, look}) =>
			`<rect x="${left(column)}" y="${top}" width="${number(width * cellWidth)}" height="${rowHeight}" fill="${look.behind!}"/>\n`,
	);
	const words = wordsOf(
		cells.filter(cell => !isLine(cell) && !shapes.has(cell.text)),
	);
	const drawn = cells.flatMap(cell => shapesOf(cell, top));
	const text =
		words.length === 0
			? ''
			: `<text y="${top + baseline}">${words.map(word => spanOf(word)).join('')}</text>\n`;
	return `${grounds.join('')}${drawn.join('')}${text}`;
}

function shapesOf({text, column, look}: Cell, top: number): string[] {
	return (shapes.get(text) ?? []).map(
		([x, y, width, height]) =>
			`<rect x="${left(column + x)}" y="${number(top + y * rowHeight)}" width="${number(width * cellWidth)}" height="${number(height * rowHeight)}" fill="${look.color}"/>\n`,
	);
}

/** Each word begins at its own cell and is fitted to its cells, since the reader's font may have another width. */
function spanOf({text, column, width, look}: Run): string {
	const bold = look.bold ? ' class="bold"' : '';
	const fill = look.color === foreground ? '' : ` style="fill:${look.color}"`;
	const shown = pictures.test(text) ? text + asText : text;
	return `<tspan x="${left(column)}" textLength="${number(width * cellWidth)}" lengthAdjust="spacingAndGlyphs"${bold}${fill}>${escapeXml(shown)}</tspan>`;
}

function pathsOf(lines: readonly Line[]): string {
	const colors = [...new Set(lines.map(({color}) => color))];
	return colors
		.map(color => {
			const moves = lines
				.filter(line => line.color === color)
				.map(({direction, x, y, length}) => {
					const start = `M${number(padding + (x * cellWidth) / 2)} ${number(barHeight + (y * rowHeight) / 2)}`;
					return direction === 'across'
						? `${start}h${number((length * cellWidth) / 2)}`
						: `${start}v${number((length * rowHeight) / 2)}`;
				});
			return `<path d="${moves.join('')}" stroke="${color}" stroke-linecap="square"/>\n`;
		})
		.join('');
}

function left(column: number): string {
	return number(padding + column * cellWidth);
}

function percent(part: number, whole: number): string {
	return `${number((part / whole) * 100)}%`;
}

function number(value: number): string {
	return String(Math.round(value * 100) / 100);
}

/**
@param text - Any text.
@returns It as the text of an XML element or attribute.
*/
export function escapeXml(text: string): string {
	return text
		.replaceAll('&', '&amp;')
		.replaceAll('<', '&lt;')
		.replaceAll('>', '&gt;')
		.replaceAll('"', '&quot;');
}
