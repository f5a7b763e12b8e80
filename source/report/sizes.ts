import type {SizeSummary} from '../debugger/machine/sizes.js';
import {formatBytes} from '../text/format.js';
import {sanitise} from '../text/sanitise.js';

/** @returns `builder 812 MB → final 12.4 MB: 800 MB left behind` */
export function sizeSummaryLine(
	{stages, final}: SizeSummary,
	unicode: boolean,
): string {
	const end = `final ${formatBytes(final)}`;
	if (stages.length === 0) {
		return `${end}: there is no other stage that could leave something behind`;
	}

	const starts = stages.map(
		({label, size}) => `${sanitise(label)} ${formatBytes(size)}`,
	);
	const stayed = stages.reduce((sum, stage) => sum + stage.stayed, 0);
	return `${starts.join(', ')} ${unicode ? '→' : '->'} ${end}: ${formatBytes(stayed)} left behind`;
}

/** What is said where the sizes aren't known in time. */
export const sizesToCome =
	'How much the stages leave behind is not known yet: mstage left tells it.';
