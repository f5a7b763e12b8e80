import type {Cell, Screen} from './screen.js';

/** Which of the four ways from the middle of a cell a box-drawing character goes (Unicode, block 2500–257F). */
const ways: ReadonlyMap<string, string> = new Map([
	['─', 'left right'],
	['│', 'up down'],
	['┌', 'right down'],
	['┐', 'left down'],
	['└', 'right up'],
	['┘', 'left up'],
	['├', 'right up down'],
	['┤', 'left up down'],
	['┬', 'left right down'],
	['┴', 'left right up'],
	['┼', 'left right up down'],
]);

/** A straight line, in half cells from the top left corner of the screen. */
export type Line = {
	readonly color: string;
	readonly direction: 'across' | 'down';
	readonly x: number;
	readonly y: number;
	readonly length: number;
};

/**
@param cell - A cell of a screen.
@returns Whether it is part of a line, and no text.
*/
export function isLine({text}: Cell): boolean {
	return ways.has(text);
}

/**
Fonts draw these characters as high as themselves, which leaves gaps between the rows of a screen.
@param screen - A screen.
@returns The lines that its box-drawing characters make, each as long as it goes on in one colour.
*/
export function linesOf(screen: Screen): Line[] {
	const halves = screen.rows.flatMap((cells, row) =>
		cells.filter(cell => isLine(cell)).flatMap(cell => halvesOf(cell, row)),
	);
	const across = halves.filter(({direction}) => direction === 'across');
	const down = halves
		.filter(({direction}) => direction === 'down')
		.toSorted((one, other) => one.x - other.x || one.y - other.y);
	return [...joined(across), ...joined(down)];
}

function halvesOf({text, column, look}: Cell, row: number): Line[] {
	const {color} = look;
	const x = column * 2;
	const y = row * 2;
	const names = new Set(ways.get(text)!.split(' '));
	const halves = {
		left: {color, direction: 'across', x, y: y + 1, length: 1},
		right: {color, direction: 'across', x: x + 1, y: y + 1, length: 1},
		up: {color, direction: 'down', x: x + 1, y, length: 1},
		down: {color, direction: 'down', x: x + 1, y: y + 1, length: 1},
	} as const;
	return (['left', 'right', 'up', 'down'] as const)
		.filter(name => names.has(name))
		.map(name => halves[name]);
}

/** The lines are in the order in which they would follow each other. */
function joined(lines: readonly Line[]): Line[] {
	const long: Line[] = [];
	for (const line of lines) {
		const last = long.at(-1);
		if (last && goesOn(last, line)) {
			long[long.length - 1] = {...last, length: last.length + line.length};
		} else {
			long.push(line);
		}
	}

	return long;
}

function goesOn(one: Line, other: Line): boolean {
	return (
		one.color === other.color &&
		(one.direction === 'across'
			? one.y === other.y && one.x + one.length === other.x
			: one.x === other.x && one.y + one.length === other.y)
	);
}
