import xterm from '@xterm/headless';
import {
	background,
	directColor,
	faint,
	foreground,
	paletteColor,
} from './palette.js';

/** How a cell looks, its colours as `#rrggbb`. */
export type Look = {
	readonly color: string;

	/** `null`: the terminal's own. */
	readonly behind: string | null;
	readonly bold: boolean;
};

export type Cell = {
	/** What stands in it; empty for a blank. */
	readonly text: string;

	/** How many columns it takes. */
	readonly width: 1 | 2;
	readonly column: number;
	readonly look: Look;
};

/** What a terminal shows, row by row. */
export type Screen = {
	readonly columns: number;
	readonly rows: ReadonlyArray<readonly Cell[]>;
};

export type ScreenOptions = {
	readonly columns: number;
	readonly rows: number;

	/** Whether the terminal shows its cursor. */
	readonly cursor: boolean;
};

/**
@param output - Everything that programs have written to a terminal of that size.
@returns What it shows after that, its cursor as an inverse cell.
*/
export async function screenAfter(
	output: string,
	{columns, rows, cursor}: ScreenOptions,
): Promise<Screen> {
	const emulator = new xterm.Terminal({
		cols: columns,
		rows,
		allowProposedApi: true,
	});
	try {
		await new Promise<void>(resolve => {
			emulator.write(output, resolve);
		});
		const {active} = emulator.buffer;
		return {
			columns,
			rows: Array.from({length: rows}, (_, row) =>
				cellsOf(
					active.getLine(active.viewportY + row)!,
					cursor && row === active.cursorY ? active.cursorX : null,
				),
			),
		};
	} finally {
		emulator.dispose();
	}
}

/**
@param screen - What a terminal shows.
@returns It without the blank rows at its end.
*/
export function withoutEnd(screen: Screen): Screen {
	const last = screen.rows.findLastIndex(row =>
		row.some(({text, look}) => text !== '' || look.behind !== null),
	);
	return {...screen, rows: screen.rows.slice(0, last + 1)};
}

/** The second column of a wide character is a cell of width 0 in the emulator's buffer, and none here. */
function cellsOf(line: xterm.IBufferLine, cursor: number | null): Cell[] {
	return Array.from({length: line.length}, (_, column) => ({
		column,
		cell: line.getCell(column)!,
	}))
		.filter(({cell}) => cell.getWidth() > 0)
		.map(({column, cell}) => ({
			text: cell.getChars().trim(),
			width: cell.getWidth() === 2 ? 2 : 1,
			column,
			look: lookOf(cell, column === cursor),
		}));
}

function lookOf(cell: xterm.IBufferCell, underCursor: boolean): Look {
	const color = cell.isFgDefault()
		? foreground
		: colorOf(cell.isFgRGB(), cell.getFgColor());
	const behind = cell.isBgDefault()
		? null
		: colorOf(cell.isBgRGB(), cell.getBgColor());
	const inverse = (cell.isInverse() !== 0) !== underCursor;
	const text = inverse ? (behind ?? background) : color;
	const ground = inverse ? color : behind;
	return {
		color: cell.isDim() === 0 ? text : faint(text, ground ?? background),
		behind: ground,
		bold: cell.isBold() !== 0,
	};
}

function colorOf(direct: boolean, value: number): string {
	return direct ? directColor(value) : paletteColor(value);
}
