import {styleText} from 'node:util';
import {type Category, categoryOf} from '../../filesystem/categories.js';
import type {Amount} from '../../filesystem/change-tree.js';
import type {Files} from '../../filesystem/left-behind.js';
import {summaryRows} from '../../filesystem/summary.js';
import {formatBytes, plural} from '../../text/format.js';
import {sanitise} from '../../text/sanitise.js';
import {truncate} from '../../ui/present/cells.js';
import {shownPath} from '../diff/details.js';
import type {OutputStyle} from '../output.js';

/** What of one stage stayed there. */
export type StageLeft = {
	readonly label: string;
	readonly stayed: Files;
	readonly shipped: Amount;
};

/** How many directories of a stage are shown, at most, where they can be summed up in so few. */
const rowsOfStage = 8;

/** @returns One line that sums up, then each stage's largest directories, then what looks left in the final image. */
export function renderLeft(
	stages: readonly StageLeft[],
	final: {readonly found: Files; readonly all: Amount},
	style: OutputStyle,
): string {
	const sections = [
		summaryLine(stages, final.all, style),
		...stages.map(stage => stageSection(stage, style)),
		finalSection(final.found, style),
	];
	return `${sections.join('\n\n')}\n`;
}

/** @returns `builder 812 MB → final 12.4 MB: 800 MB left behind` */
export function summaryLine(
	stages: readonly StageLeft[],
	final: Amount,
	{unicode}: OutputStyle,
): string {
	const sum = stages
		.map(({stayed}) => stayed.amount.bytes)
		.reduce((total, bytes) => total + bytes, 0);
	const names = stages.map(
		({label, stayed, shipped}) =>
			`${sanitise(label)} ${formatBytes(stayed.amount.bytes + shipped.bytes)}`,
	);
	return names.length === 0
		? `final ${formatBytes(final.bytes)}: there is no other stage that could leave something behind`
		: `${names.join(', ')} ${unicode ? '→' : '->'} final ${formatBytes(final.bytes)}: ${formatBytes(sum)} left behind`;
}

function stageSection(
	{label, stayed, shipped}: StageLeft,
	style: OutputStyle,
): string {
	const title = `${sanitise(label)}: ${amountOf(stayed.amount)} left behind, ${amountOf(shipped)} shipped`;
	return [
		bold(title, style),
		...rowsOf(stayed, style),
		`  in all: ${categoriesOf(stayed)}`,
	].join('\n');
}

function finalSection(found: Files, style: OutputStyle): string {
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

function rowsOf({tree}: Files, {columns}: OutputStyle): readonly string[] {
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
