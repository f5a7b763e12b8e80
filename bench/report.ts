import type {Limit} from './limits.js';
import type {Milestone} from './milestones.js';
import {type Comparison, judge, type Summary} from './statistics.js';

/** One line of the table: mstage beside buildx. */
export type Row = {
	readonly name: string;
	readonly comparison: Comparison;
	/** The highest ratio that is good enough. */
	readonly target: number;
};

const headings = [
	'',
	'rounds',
	'mstage (ms)',
	'buildx (ms)',
	'ratio',
	'target',
	'',
];

/**
@param rows - What was measured.
@returns A table, one line each: medians with lowest and highest, the ratio of the medians, and whether it is good enough.
*/
export function formatTable(rows: readonly Row[]): string {
	const cells = [headings, ...rows.map(row => cellsOf(row))];
	const widths = headings.map((_, column) =>
		Math.max(...cells.map(line => line[column]!.length)),
	);
	return cells
		.map(line =>
			line
				.map((cell, column) =>
					column === 0
						? cell.padEnd(widths[column]!)
						: column === line.length - 1
							? cell
							: cell.padStart(widths[column]!),
				)
				.join('  ')
				.trimEnd(),
		)
		.join('\n');
}

function cellsOf({name, comparison, target}: Row): readonly string[] {
	const verdict = judge(comparison, target);
	return [
		name,
		String(comparison.ours.count),
		formatSummary(comparison.ours),
		formatSummary(comparison.theirs),
		comparison.ratio.toFixed(2),
		`≤ ${target.toFixed(2)}`,
		verdict.met
			? 'met'
			: `missed by ${verdict.by.toFixed(2)} (${whole(verdict.milliseconds)} ms)`,
	];
}

function formatSummary({median, lowest, highest}: Summary): string {
	return `${whole(median)} (${whole(lowest)}–${whole(highest)})`;
}

/**
@param title - What was run.
@param milestones - Its moments, in order.
@returns How long each part took, one per line, with its share.
*/
export function formatMilestones(
	title: string,
	milestones: readonly Milestone[],
): string {
	const total = milestones.at(-1)?.at ?? 0;
	const lines = milestones.map(({name, at}, index) => {
		const took = at - (milestones[index - 1]?.at ?? 0);
		const share = Math.round((100 * took) / total);
		return `  ${whole(took).padStart(6)} ms  ${String(share).padStart(3)} %  ${name}`;
	});
	return [`${title}: ${whole(total)} ms`, ...lines].join('\n');
}

function whole(milliseconds: number): string {
	return milliseconds.toFixed(0);
}

/**
@param limits - What was measured.
@returns A line each: the value, the highest that is good enough, and whether it is.
*/
export function formatLimits(limits: readonly Limit[]): string {
	const width = Math.max(...limits.map(({name}) => name.length));
	return limits
		.map(
			({name, unit, value, target}) =>
				`${name.padEnd(width)}  ${value.toFixed(1).padStart(7)} ${unit}  ≤ ${target} ${unit}  ${value <= target ? 'met' : 'missed'}`,
		)
		.join('\n');
}
