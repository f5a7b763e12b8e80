import type {Cell, Look} from './screen.js';

/** Neighbouring cells that are drawn as one. */
export type Run = {
	readonly text: string;
	readonly column: number;

	/** How many columns it takes. */
	readonly width: number;
	readonly look: Look;
};

/** What a monospaced font is sure to have; any other character may come from another font, with another width. */
const common = /^[!-~\p{Script=Latin}]$/v;

/**
@param cells - A row of a screen.
@returns Its words, each of one look; characters that a font may not have, and wide ones, stand alone.
*/
export function wordsOf(cells: readonly Cell[]): Run[] {
	return joined(
		cells.filter(({text}) => text !== ''),
		(run, cell) =>
			sameLook(run.look, cell.look) &&
			common.test(cell.text) &&
			common.test(run.text.at(-1)!),
	);
}

/**
@param cells - A row of a screen.
@returns The stretches of it that have a background of their own.
*/
export function groundsOf(cells: readonly Cell[]): Run[] {
	return joined(
		cells.filter(({look}) => look.behind !== null),
		(run, {look}) => run.look.behind === look.behind,
	);
}

function joined(
	cells: readonly Cell[],
	belongs: (run: Run, cell: Cell) => boolean,
): Run[] {
	const runs: Run[] = [];
	for (const cell of cells) {
		const last = runs.at(-1);
		if (
			last &&
			last.column + last.width === cell.column &&
			belongs(last, cell)
		) {
			runs[runs.length - 1] = {
				...last,
				text: last.text + cell.text,
				width: last.width + cell.width,
			};
		} else {
			const {text, column, width, look} = cell;
			runs.push({text, column, width, look});
		}
	}

	return runs;
}

function sameLook(one: Look, other: Look): boolean {
	return (
		one.color === other.color &&
		one.behind === other.behind &&
		one.bold === other.bold
	);
}
