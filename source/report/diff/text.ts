import {styleText} from 'node:util';
import {categoryOf} from '../../filesystem/provenance/categories.js';
import {describeChange, describeShipped} from '../describe-change.js';
import type {Program} from '../../engine/port.js';
import type {Change, ShippedTo} from '../../filesystem/compare/change.js';
import {
	type Amount,
	type ChangeTree,
	type RowKind,
	changeTree,
	kindBits,
	rowKindOf,
	rowKindOfBits,
} from '../../filesystem/compare/change-tree.js';
import type {Comparison} from '../../filesystem/compare/comparison.js';
import {summaryRows} from '../../filesystem/compare/summary.js';
import type {BytePath} from '../../text/byte-path.js';
import {formatBytes, plural} from '../../text/format.js';
import {sanitise} from '../../text/sanitise.js';
import {cellsOf, truncate} from '../../text/cells.js';
import type {OutputStyle} from '../output-style.js';
import {type NestedRow, isDatabase, nestedRows} from './nested.js';
import {sumsOf} from './sums.js';
import {shownPath} from './details.js';

/** How a comparison is printed. */
export type DiffStyle = OutputStyle & {
	readonly sort: 'size' | 'name';

	/** What is told of only; empty for everything. */
	readonly paths: readonly string[];

	/** What the points belong to; `null` of images on their own. */
	readonly program: Program | null;

	/** Of a stage's comparison with the target: what copies took to the same path (see `Shipment`); `null` of others. */
	readonly inPlace: Amount | null;
};

const colors = {
	added: 'green',
	removed: 'red',
	changed: 'yellow',
	shipped: 'cyan',
} as const;
const unicodeSigns = {added: '+', removed: '−', changed: '~', shipped: '→'};
const asciiSigns = {added: '+', removed: '-', changed: '~', shipped: '>'};

/**
@param points - The two points, as the user spelled them.
@returns What changed in its directories, heaviest first, and below it the sums in one line.
*/
export function renderDiff(
	points: readonly [from: string, to: string],
	comparison: Comparison & {readonly alike?: readonly BytePath[]},
	style: DiffStyle,
): string {
	const tree = changeTree(comparison.changes);
	const rows = summaryRows(tree, style.room, path => categoryOf(path) !== null);
	const nested = nestedRows(tree, rows, style.sort === 'name');
	const lines = nested.map(row => rowOf(tree, row, style));
	const width = Math.max(0, ...lines.map(({size}) => size.length));
	const body = lines.map(({size, sign, path, detail}) => {
		const paint = painter(style);
		const start = `${size.padStart(width)}  ${sign === null ? ' ' : paint(colors[sign], signsOf(style)[sign])} `;
		const room = style.columns === null ? null : style.columns - width - 4;
		return start + fit(path, detail, room, style);
	});
	const only = ['', ...style.paths].join(' ');
	const title = `${sanitise(points[0])} ${arrowOf(style)} ${sanitise(points[1])}${only === '' ? '' : ` --${sanitise(only)}`}`;
	// What a long list ends with stays in sight.
	return `${[...body, `${title}: ${sumsText(tree, comparison, style.inPlace)}`].join('\n')}\n`;
}

function sumsText(
	tree: ChangeTree,
	comparison: Comparison & {readonly alike?: readonly BytePath[]},
	inPlace: Amount | null,
): string {
	const parts = sumsOf(tree, inPlace).map(
		({word, files, bytes}) =>
			`${plural(files, 'file')} ${word} (${formatBytes(bytes)})`,
	);
	const times =
		comparison.timeChangeCount === 0
			? []
			: [
					`${plural(comparison.timeChangeCount, 'path')} with another time only`,
				];
	if (parts.length === 0) {
		parts.push(
			comparison.changes.length === 0
				? 'no difference'
				: `only directories differ`,
		);
	}

	const {alike = []} = comparison;
	const unread =
		alike.length === 0
			? []
			: [
					`${plural(alike.length, 'file')} too large to be read through, alike wherever looked at`,
				];
	return [...parts, ...times, ...unread].join(', ');
}

function rowOf(
	tree: ChangeTree,
	{node, isWhole, depth, name, isHeader}: NestedRow,
	style: DiffStyle,
): {
	readonly size: string;
	/** `null` of several kinds. */
	readonly sign: RowKind | null;
	readonly path: string;
	readonly detail: string;
} {
	const change = tree.changes.get(node);
	const path = tree.paths.path(node);
	const shown = (isDirectory: boolean): string =>
		'  '.repeat(depth) + shownPath(name, isDirectory);
	const isSum = isWhole && tree.paths.hasChildren(node);
	const category = isDatabase(path) ? 'package database' : categoryOf(path);
	if (isHeader) {
		return {
			size: formatBytes(tree.weights[node]!),
			sign: singleKindOf(tree.kinds[node]!),
			path: shown(true),
			detail: plural(tree.files(node), 'file'),
		};
	}

	if (change && !isSum) {
		const {from, to, bytes} = change;
		const details = change.shippedTo
			? [shippedText(change.shippedTo, style)]
			: [
					describeChange(change, arrowOf(style)),
					change.kind === 'changed' ? null : category,
				];
		return {
			size: formatBytes(Math.max(bytes.from, bytes.to)),
			sign: rowKindOf(change),
			path: shown((to ?? from)!.kind === 'directory'),
			detail: details.filter(Boolean).join(', '),
		};
	}

	if (change?.shippedTo) {
		return {
			size: formatBytes(tree.weights[node]!),
			sign: rowKindOfBits(tree.kinds[node]!),
			path: shown(true),
			detail: [
				plural(tree.files(node), 'file'),
				shippedText(change.shippedTo, style),
			].join(', '),
		};
	}

	const aspects = new Set(
		changesBelow(tree, node)
			.flatMap(below => below.aspects)
			.filter(aspect => aspect !== 'time'),
	);
	return {
		size: formatBytes(tree.weights[node]!),
		sign: rowKindOfBits(tree.kinds[node]!),
		path: shown(true),
		detail: [
			plural(tree.files(node), 'file'),
			...(isDatabase(path) ? [] : aspects),
			category,
		]
			.filter(Boolean)
			.join(', '),
	};
}

/** @returns `null` of several. */
function singleKindOf(kinds: number): RowKind | null {
	const kind = rowKindOfBits(kinds);
	return kindBits[kind] === kinds ? kind : null;
}

function changesBelow(tree: ChangeTree, node: number): readonly Change[] {
	const below: Change[] = [];
	for (let at = node; at < tree.paths.ends[node]!; at++) {
		const change = tree.changes.get(at);
		if (change) {
			below.push(change);
		}
	}

	return below;
}

/** `→ /bin/app  COPY --from=builder (Dockerfile:12)` */
function shippedText(shippedTo: ShippedTo, style: DiffStyle): string {
	const {to, copy} = describeShipped(shippedTo, style.program!, arrowOf(style));
	return `${to}  ${copy}`;
}

/** The path whole if it fits, and what of the detail fits behind it. */
function fit(
	path: string,
	detail: string,
	room: number | null,
	style: DiffStyle,
): string {
	const paint = painter(style);
	const end = detail === '' ? '' : `  ${detail}`;
	if (room === null || cellsOf(path) + cellsOf(end) <= room) {
		return path + paint('dim', end);
	}

	const ellipsis = style.unicode ? '…' : '~';
	const shown = truncate(path, Math.max(room, 1), ellipsis);
	const left = room - cellsOf(shown);
	return left > 4 ? shown + paint('dim', truncate(end, left, ellipsis)) : shown;
}

function arrowOf({unicode}: DiffStyle): string {
	return unicode ? '→' : '->';
}

function signsOf({unicode}: DiffStyle): Readonly<Record<RowKind, string>> {
	return unicode ? unicodeSigns : asciiSigns;
}

function painter({color}: DiffStyle) {
	return (format: Parameters<typeof styleText>[0], text: string): string =>
		color && text !== ''
			? styleText(format, text, {validateStream: false})
			: text;
}
