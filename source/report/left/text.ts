import {styleText} from 'node:util';
import type {Left, StageLeft} from '../../inspect/left.js';
import {stageSizes} from '../../inspect/sizes.js';
import {sizeSummaryLine} from '../sizes.js';
import {lineWords, stepLabel} from '../../debugger/points/point.js';
import type {Program} from '../../engine/port.js';
import {
	type Category,
	categoryOf,
} from '../../filesystem/provenance/categories.js';
import type {Amount} from '../../filesystem/compare/change-tree.js';
import {type Duplicates, costOf} from '../../filesystem/compare/duplicates.js';
import type {Files} from '../../filesystem/provenance/left-behind.js';
import type {Hidden} from '../../filesystem/provenance/lower-layers.js';
import {summaryRows} from '../../filesystem/compare/summary.js';
import {formatBytes, plural} from '../../text/format.js';
import {sanitise} from '../../text/sanitise.js';
import {truncate} from '../../text/cells.js';
import {shownPath} from '../diff/details.js';
import type {OutputStyle} from '../output-style.js';

/** How many directories of a stage are shown, at most, where they can be summed up in so few. */
const rowsOfStage = 8;

/** @returns One line that sums up, then each stage's largest directories, then what looks left in the final image. */
export function renderLeft(
	program: Program,
	{stages, final}: Left,
	style: OutputStyle,
): string {
	const summary = sizeSummaryLine(
		{
			stages: stages.map(stage => stageSizes(stage)),
			final: final.all.bytes,
		},
		style.unicode,
	);
	const sections = [
		summary,
		...stages.map(stage => stageSection(stage, style)),
		foundSection(final.found, style),
		duplicatesSection(final.duplicates, style),
		hiddenSection(program, final.hidden, style),
	];
	return `${sections.filter(section => section !== '').join('\n\n')}\n`;
}

function stageSection(
	{label, stayed, base, shipped}: StageLeft,
	style: OutputStyle,
): string {
	const title = `${sanitise(label)}: ${amountOf(stayed.amount)} made there and left behind, ${amountOf(shipped)} shipped`;
	return [
		bold(title, style),
		...rowsOf(stayed, style),
		`  in all: ${categoriesOf(stayed)}`,
		...(base.files === 0
			? []
			: [`  and ${amountOf(base)} of its base image, left behind too`]),
	].join('\n');
}

function foundSection(found: Files, style: OutputStyle): string {
	return found.amount.files === 0
		? 'final: nothing looks left in by mistake'
		: [
				bold(
					`final: ${amountOf(found.amount)} looks left in by mistake`,
					style,
				),
				...rowsOf(found, style),
			].join('\n');
}

function duplicatesSection(
	duplicates: readonly Duplicates[],
	style: OutputStyle,
): string {
	const lines = duplicates.map(duplicate => ({
		bytes: costOf(duplicate),
		text: `the same: ${duplicate.paths.map(path => shownPath(path, false)).join(', ')}`,
	}));
	return listSection(
		'final: files of the same contents, and what all but one of them cost',
		lines,
		style,
	);
}

function hiddenSection(
	program: Program,
	hidden: readonly Hidden[],
	style: OutputStyle,
): string {
	const lines = hidden.map(({path, bytes, how, step}) => ({
		bytes,
		text: `${shownPath(path, false)}  ${how} by ${sanitise(stepLabel(program, step))} (${sanitise(lineWords(program, step))})`,
	}));
	return listSection(
		'final: files that a later step deleted or changed, still there in a lower layer',
		lines,
		style,
	);
}

/** Nothing where there are no lines. */
function listSection(
	title: string,
	lines: ReadonlyArray<{readonly bytes: number; readonly text: string}>,
	style: OutputStyle,
): string {
	if (lines.length === 0) {
		return '';
	}

	const shown = lines.slice(0, rowsOfStage);
	const rest = lines.slice(rowsOfStage);
	const rows = rest.length === 0 ? shown : [...shown, restOf(rest)];
	const sizes = rows.map(({bytes}) => formatBytes(bytes));
	const width = Math.max(...sizes.map(size => size.length));
	const body = rows.map(
		({text}, index) => `  ${sizes[index]!.padStart(width)}  ${text}`,
	);
	return [bold(title, style), ...fitted(body, style)].join('\n');
}

function restOf(lines: ReadonlyArray<{readonly bytes: number}>) {
	const bytes = lines.reduce((sum, line) => sum + line.bytes, 0);
	return {bytes, text: `in ${lines.length} more`};
}

function rowsOf({tree}: Files, style: OutputStyle): readonly string[] {
	const all = summaryRows(tree, rowsOfStage, path => categoryOf(path) !== null);
	const rows = all.slice(0, rowsOfStage);
	const rest = all.slice(rowsOfStage);
	const sizes = rows.map(({node}) => formatBytes(tree.weights[node]!));
	const width = Math.max(0, ...sizes.map(size => size.length));
	const lines = rows.map(({node}, index) => {
		const path = tree.paths.path(node);
		const isDirectory = tree.paths.hasChildren(node);
		const details = [
			isDirectory ? plural(tree.files(node), 'file') : null,
			categoryOf(path),
		].filter(Boolean);
		return `  ${sizes[index]!.padStart(width)}  ${[shownPath(path, isDirectory), details.join(', ')].filter(Boolean).join('  ')}`;
	});
	if (rest.length > 0) {
		const bytes = rest
			.map(({node}) => tree.weights[node]!)
			.reduce((sum, weight) => sum + weight, 0);
		lines.push(
			`  ${formatBytes(bytes).padStart(width)}  in ${plural(rest.length, 'smaller place')}`,
		);
	}

	return fitted(lines, style);
}

function fitted(
	lines: readonly string[],
	{columns}: OutputStyle,
): readonly string[] {
	return columns === null
		? lines
		: lines.map(line => truncate(line, columns, '~'));
}

function categoriesOf({categories}: Files): string {
	const nameOf = (category: Category | null): string => category ?? 'other';
	return categories.length === 0
		? 'nothing'
		: categories
				.map(
					([category, {bytes}]) => `${nameOf(category)} ${formatBytes(bytes)}`,
				)
				.join(', ');
}

function amountOf({files, bytes}: Amount): string {
	return `${plural(files, 'file')} (${formatBytes(bytes)})`;
}

function bold(text: string, {color}: OutputStyle): string {
	return color ? styleText('bold', text, {validateStream: false}) : text;
}
