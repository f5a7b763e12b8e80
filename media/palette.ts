/** The terminal's colours: readable on their background, which stands out from a white page and from a black one. */
export const background = '#1f232b';
export const foreground = '#d5dae2';

/** Colours 0 to 15, as SGR 30–37 and 90–97 name them (ECMA-48, 8.3.117, and its bright extension). */
const named = [
	'#4a505c',
	'#f2766b',
	'#8fd07f',
	'#e3b95b',
	'#79aef5',
	'#cfa0ea',
	'#6fcfd6',
	'#d5dae2',
	'#7d8594',
	'#ff9a90',
	'#aee6a0',
	'#f5d27f',
	'#a3c9ff',
	'#e2c0f7',
	'#98e5ea',
	'#ffffff',
];

/** How much of a faint text's own colour is left; the rest is background. */
const faintness = 0.6;

/** The steps of a channel in xterm's colour cube, colours 16 to 231 (xterm, 256colres.pl). */
const cube = [0, 95, 135, 175, 215, 255];

/**
@param index - A colour of the palette, 0 to 255.
@returns It as `#rrggbb`.
*/
export function paletteColor(index: number): string {
	if (index < 16) {
		return named[index]!;
	}

	if (index >= 232) {
		const gray = 8 + (index - 232) * 10;
		return hex([gray, gray, gray]);
	}

	const place = index - 16;
	return hex([
		cube[Math.floor(place / 36)]!,
		cube[Math.floor(place / 6) % 6]!,
		cube[place % 6]!,
	]);
}

/**
@param value - A colour as 0xRRGGBB.
@returns It as `#rrggbb`.
*/
export function directColor(value: number): string {
	return `#${value.toString(16).padStart(6, '0')}`;
}

/**
@param color - A text's colour, `#rrggbb`.
@param behind - What it stands on.
@returns The colour of that text when it is faint (SGR 2).
*/
export function faint(color: string, behind: string): string {
	const own = channels(color);
	const under = channels(behind);
	return hex(
		own.map((value, index) =>
			Math.round(value * faintness + under[index]! * (1 - faintness)),
		),
	);
}

function channels(color: string): number[] {
	return [1, 3, 5].map(start =>
		Number.parseInt(color.slice(start, start + 2), 16),
	);
}

function hex(values: readonly number[]): string {
	return `#${values.map(value => value.toString(16).padStart(2, '0')).join('')}`;
}
