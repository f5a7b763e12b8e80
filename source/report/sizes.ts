import type {SizeSummary} from '../debugger/machine/sizes.js';
import {
	largestStages,
	totalsOf,
} from '../filesystem/provenance/size-summary.js';
import {formatBytes, plural} from '../text/format.js';
import {sanitise} from '../text/sanitise.js';

/** How many stages are told by name; of more, so many of the largest. */
const mostNamed = 3;

/**
@returns `builder made 200 MB → final 12.4 MB: 812 MB left behind, 612 MB of it from golang:1.24`; of many stages how many, and the
three that made the most.
*/
export function sizeSummaryLine(
	summary: SizeSummary,
	unicode: boolean,
): string {
	const {size, hidden} = summary.final;
	const ofLayers =
		hidden === 0 ? '' : `, ${formatBytes(hidden)} of it hidden in lower layers`;
	const end = `final ${summary.isExact ? '' : 'at least '}${formatBytes(size)}${ofLayers}`;
	if (summary.stages.length === 0) {
		return end;
	}

	const {leftBehind} = totalsOf(summary);
	return `${startOf(summary)} ${unicode ? '→' : '->'} ${end}: ${formatBytes(leftBehind)} left behind${ofBasesText(summary)}`;
}

function startOf(summary: SizeSummary): string {
	const named = (stages: SizeSummary['stages']): string =>
		stages
			.map(({label, made}) => `${sanitise(label)} ${formatBytes(made)}`)
			.join(', ');
	const {stages} = summary;
	return stages.length === 1
		? `${sanitise(stages[0]!.label)} made ${formatBytes(stages[0]!.made)}`
		: stages.length <= mostNamed
			? `made: ${named(stages)}`
			: `${stages.length} stages made ${formatBytes(totalsOf(summary).made)}, the most ${named(largestStages(summary, mostNamed))}`;
}

function ofBasesText(summary: SizeSummary): string {
	const {ofBases} = totalsOf(summary);
	const bases = summary.bases.filter(({isInFinal}) => !isInFinal);
	return ofBases === 0
		? ''
		: `, ${formatBytes(ofBases)} of it from ${bases.length === 1 ? sanitise(bases[0]!.name) : plural(bases.length, 'base image')}`;
}

/** What is said where the sizes aren't known in time. */
export const sizesToCome =
	'How much the stages leave behind is not known yet: mstage left tells it.';
