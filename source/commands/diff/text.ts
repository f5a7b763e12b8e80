import {styleText} from 'node:util';
import {categoryOf} from '../../filesystem/categories.js';
import {type Change, isReplacement} from '../../filesystem/change.js';
import {
	type Amount,
	type ChangeTree,
	changeTree,
	kindBits,
} from '../../filesystem/change-tree.js';
import type {Comparison} from '../../filesystem/comparison.js';
import {type SummaryRow, summaryRows} from '../../filesystem/summary.js';
import {formatBytes, plural} from '../../text/format.js';
import {sanitise} from '../../text/sanitise.js';
import {cellsOf, truncate} from '../../ui/present/cells.js';
import type {OutputStyle} from '../output.js';
import {describeChange, shownPath} from './details.js';

/** How a comparison is printed. */
export type DiffStyle = OutputStyle & {readonly sort: 'size' | 'name'};

type Sign = 'added' | 'removed' | 'changed';

const colors = {added: 'green', removed: 'red', changed: 'yellow'} as const;
const unicodeSigns = {added: '+', removed: '−', changed: '~'};
const asciiSigns = {added: '+', removed: '-', changed: '~'};

/**
@param points - The two points, as the user spelled them.
@returns The sums of a comparison in one line, and below it what changed, heaviest first.
*/
export function renderDiff(
	points: readonly [from: string, to: string],
	comparison: Comparison,
	style: DiffStyle,
): string {
	const tree = changeTree(comparison.changes);
	const rows = summaryRows(tree, style.room, path => categoryOf(path) !== null);
	const sorted =
		style.sort === 'name' ? rows.toSorted((a, b) => a.node - b.node) : rows;
	const lines = sorted.map(row => rowOf(tree, row, style));
	const width = Math.max(0, ...lines.map(({size}) => size.length));
	const body = lines.map(({size, sign, path, detail}) => {
		const paint = painter(style);
		const start = `${size.padStart(width)}  ${paint(colors[sign], signsOf(style)[sign])} `;
		const room = style.columns === null ? null : style.columns - width - 4;
		return start + fit(path, detail, room, style);
	});
	const title = `${sanitise(points[0])} ${arrowOf(style)} ${sanitise(points[1])}`;
	return `${[`${title}: ${sumsOf(tree, comparison)}`, ...body].join('\n')}\n`;
}

function sumsOf(tree: ChangeTree, comparison: Comparison): string {
	const {added, removed, changed} = tree.totals(0);
	const amount = ({files, bytes}: Amount, word: string): readonly string[] =>
		files === 0
			? []
			: [`${plural(files, 'file')} ${word} (${formatBytes(bytes)})`];
	const parts = [
		...amount(removed, 'removed'),
		...amount(added, 'added'),
		...amount(
			{...changed, bytes: Math.max(changed.bytes, changed.bytesAfter)},
			'changed',
		),
	];
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

	return [...parts, ...times].join(', ');
}

function rowOf(
	tree: ChangeTree,
	{node, isWhole}: SummaryRow,
	style: DiffStyle,
): {
	readonly size: string;
	readonly sign: Sign;
	readonly path: string;
	readonly detail: string;
} {
	const change = tree.changes.get(node);
	const path = tree.paths.path(node);
	const isSum = isWhole && tree.paths.hasChildren(node);
	const category = categoryOf(path);
	if (change && !isSum) {
		const {from, to, bytes} = change;
		const details = [
			describeChange(change, arrowOf(style)),
			change.kind === 'changed' ? null : category,
		];
		return {
			size: formatBytes(Math.max(bytes.from, bytes.to)),
			sign: isReplacement(change) ? 'changed' : change.kind,
			path: shownPath(path, (to ?? from)!.kind === 'directory'),
			detail: details.filter(Boolean).join(', '),
		};
	}

	const aspects = new Set(
		changesBelow(tree, node)
			.flatMap(below => below.aspects)
			.filter(aspect => aspect !== 'time'),
	);
	return {
		size: formatBytes(tree.weights[node]!),
		sign: signOf(tree.kinds[node]!),
		path: shownPath(path, true),
		detail: [plural(tree.files(node), 'file'), ...aspects, category]
			.filter(Boolean)
			.join(', '),
	};
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

function signOf(kinds: number): Sign {
	return kinds === kindBits.added
		? 'added'
		: kinds === kindBits.removed
			? 'removed'
			: 'changed';
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

function signsOf({unicode}: DiffStyle): Readonly<Record<Sign, string>> {
	return unicode ? unicodeSigns : asciiSigns;
}

function painter({color}: DiffStyle) {
	return (format: Parameters<typeof styleText>[0], text: string): string =>
		color && text !== ''
			? styleText(format, text, {validateStream: false})
			: text;
}
