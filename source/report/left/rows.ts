import {styleText} from 'node:util';
import {
	type Category,
	categoryOf,
} from '../../filesystem/provenance/categories.js';
import {type Amount, changeTree} from '../../filesystem/compare/change-tree.js';
import type {Files} from '../../filesystem/provenance/left-behind.js';
import {
	type SummaryRow,
	summaryRows,
} from '../../filesystem/compare/summary.js';
import type {BytePath} from '../../text/byte-path.js';
import {truncate} from '../../text/cells.js';
import {formatBytes, plural} from '../../text/format.js';
import {shownPath} from '../diff/details.js';
import type {OutputStyle} from '../output-style.js';

/** One place, with what it takes. */
export type PlaceRow = {readonly bytes: number; readonly text: string};

/** How many rows a list has, where what it tells can be summed up in so few. */
const rowsOfList = 8;

/** What is named one by one. */
const namedOnes: ReadonlySet<Category | null> = new Set([
	'credentials',
	'version control',
]);

/** How many of those are named. */
const mostNamed = 40;

/** Of how many each is named, whatever folder it is in. */
const mostOpened = 500;

/** @returns Whether a directory is told as one, because that says what it is. */
export function isOfOneKind(path: BytePath): boolean {
	return categoryOf(path) !== null;
}

/**
@param detailOf - What else is told of a place; empty for nothing.
@returns The largest places of files, which of them credentials and repositories one by one.
*/
export function placeRows(
	{byCategory}: Files,
	detailOf: (path: BytePath) => string = () => '',
): readonly PlaceRow[] {
	const named = [...byCategory].flatMap(([category, changes]) =>
		namedOnes.has(category) ? rowsOf(changes, mostNamed, detailOf) : [],
	);
	const others = [...byCategory]
		.flatMap(([category, changes]) => (namedOnes.has(category) ? [] : changes))
		.toSorted((a, b) => (a.path < b.path ? -1 : 1));
	return [...named, ...rowsOf(others, rowsOfList, detailOf)];
}

function rowsOf(
	changes: Parameters<typeof changeTree>[0],
	most: number,
	detailOf: (path: BytePath) => string,
): readonly PlaceRow[] {
	const tree = changeTree(changes);
	const isNamed = changes.some(({path}) => namedOnes.has(categoryOf(path)));
	const all: readonly SummaryRow[] = summaryRows(
		tree,
		isNamed && changes.length <= mostOpened ? Number.POSITIVE_INFINITY : most,
		isOfOneKind,
	);
	const rows = all.slice(0, most).map(({node}) => {
		const path = tree.paths.path(node);
		const isDirectory = tree.paths.hasChildren(node);
		const details = [
			isDirectory ? plural(tree.files(node), 'file') : '',
			categoryOf(path) ?? '',
			detailOf(path),
		].filter(Boolean);
		return {
			bytes: tree.weights[node]!,
			text: [shownPath(path, isDirectory), details.join(', ')]
				.filter(Boolean)
				.join('  '),
		};
	});
	const rest = all.slice(most);
	return rest.length === 0
		? rows
		: [
				...rows,
				{
					bytes: rest.reduce((sum, {node}) => sum + tree.weights[node]!, 0),
					text: `in ${plural(rest.length, isNamed ? 'more place' : 'smaller place')}`,
				},
			];
}

/** @returns The lines of a list, nothing where there are no rows. */
export function listLines(
	rows: readonly PlaceRow[],
	{columns}: OutputStyle,
): readonly string[] {
	const sizes = rows.map(({bytes}) => formatBytes(bytes));
	const width = Math.max(0, ...sizes.map(size => size.length));
	return rows
		.map(({text}, index) => `  ${sizes[index]!.padStart(width)}  ${text}`)
		.map(line => (columns === null ? line : truncate(line, columns, '~')));
}

/** @returns The first rows of a long list, and the rest in one. */
export function shortened(rows: readonly PlaceRow[]): readonly PlaceRow[] {
	const rest = rows.slice(rowsOfList);
	return rest.length <= 1
		? rows
		: [
				...rows.slice(0, rowsOfList),
				{
					bytes: rest.reduce((sum, {bytes}) => sum + bytes, 0),
					text: `in ${rest.length} more`,
				},
			];
}

/** @returns `4,120 files (148.0 MB)` */
export function amountText({files, bytes}: Amount): string {
	return `${plural(files, 'file')} (${formatBytes(bytes)})`;
}

/** @returns A title of a section. */
export function titleText(text: string, {color}: OutputStyle): string {
	return color ? styleText('bold', text, {validateStream: false}) : text;
}
