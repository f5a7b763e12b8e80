import {type Left, type StageLeft, sizesOf} from '../../inspect/left/left.js';
import type {Program} from '../../engine/port.js';
import type {Category} from '../../filesystem/provenance/categories.js';
import type {Files} from '../../filesystem/provenance/left-behind.js';
import type {BaseSizes} from '../../filesystem/provenance/size-summary.js';
import {formatBytes} from '../../text/format.js';
import {sanitise} from '../../text/sanitise.js';
import {sizeSummaryLine} from '../sizes.js';
import type {OutputStyle} from '../output-style.js';
import {finalSections} from './final.js';
import {amountText, listLines, placeRows, titleText} from './rows.js';

/** @returns One line that sums up, then each stage's largest directories, then what looks left in the final image. */
export function renderLeft(
	program: Program,
	left: Left,
	style: OutputStyle,
): string {
	const sections = [
		sizeSummaryLine(sizesOf(left), style.unicode),
		...left.stages.map(stage => stageSection(stage, style)),
		basesSection(left.bases, style),
		...finalSections(program, left, style),
	];
	return `${sections.filter(section => section !== '').join('\n\n')}\n`;
}

function stageSection(
	{label, made, shipped, stayed, deleted, brought}: StageLeft,
	style: OutputStyle,
): string {
	const parts = [
		shipped.files === 0 ? 'nothing shipped' : `${amountText(shipped)} shipped`,
		stayed.amount.files === 0
			? 'nothing left behind'
			: `${amountText(stayed.amount)} left behind`,
		...(deleted.bytes === 0 && deleted.files === 0
			? []
			: [`${amountText(deleted)} deleted again`]),
	];
	return [
		titleText(
			made.files + made.bytes === 0
				? `${sanitise(label)} made nothing`
				: `${sanitise(label)} made ${amountText(made)}: ${parts.join(', ')}`,
			style,
		),
		...listLines(placeRows(stayed), style),
		...(stayed.amount.files === 0
			? []
			: [`  left behind in all: ${categoriesText(stayed)}`]),
		...(brought.files === 0
			? []
			: [
					`  and copies brought ${amountText(brought)} from other stages, counted there`,
				]),
	].join('\n');
}

function basesSection(bases: readonly BaseSizes[], style: OutputStyle): string {
	return bases.length === 0
		? ''
		: [
				titleText('What the stages start from', style),
				...listLines(
					bases.map(({name, stages, size, shipped, isInFinal}) => ({
						bytes: size,
						text: `${sanitise(name)} (${stages.map(stage => sanitise(stage)).join(', ')})  ${isInFinal ? 'final starts from it too' : shipped === 0 ? 'left behind' : `${formatBytes(size - shipped)} left behind, ${formatBytes(shipped)} shipped`}`,
					})),
					style,
				),
			].join('\n');
}

function categoriesText({categories}: Files): string {
	const nameOf = (category: Category | null): string => category ?? 'other';
	return categories
		.map(([category, {bytes}]) => `${nameOf(category)} ${formatBytes(bytes)}`)
		.join(', ');
}
