import {sizeSummaryLine} from '../../report/sizes.js';
import {formatCount} from '../../text/format.js';
import type {LeftView} from '../files/left-view.js';
import {foreign, wrap} from '../../text/cells.js';
import type {Row} from './row.js';
import {complaint} from './offers.js';
import {presentOutline} from './outline.js';
import {type PaneContent, type Scene, spinner} from './scene.js';

/** How many lines the sums may take. */
const summaryLines = 2;

/**
@param width - In cells.
@param height - In rows.
@returns What each stage leaves behind, and what looks left in the final image by mistake.
*/
export function presentLeft(
	scene: Scene,
	width: number,
	height: number,
): PaneContent {
	const {outline, status} = scene.view.leftBehind;
	const head = headRows(scene, width);
	if (!outline) {
		return {rows: head, label: '', position: ''};
	}

	const room = Math.max(0, height - head.length);
	return {
		rows: [...head, ...presentOutline(scene, outline, width, room)],
		label: '',
		position:
			outline.rows.length === 0 || status.kind === 'loading'
				? ''
				: `${formatCount(outline.cursor + 1)} of ${formatCount(outline.rows.length)}`,
	};
}

/** What is under way, what went wrong, or what it sums up to. */
function headRows(scene: Scene, width: number): readonly Row[] {
	const {
		theme,
		view: {leftBehind},
	} = scene;
	const said = (text: string, style: 'faint' | 'accent') =>
		wrap(text, Math.max(2, width - 2), summaryLines, theme.signs.ellipsis).map(
			(line): Row => [{text: ` ${line}`, style}],
		);
	switch (leftBehind.status.kind) {
		case 'idle': {
			return said('L finds out what the stages leave behind.', 'faint');
		}

		case 'loading': {
			const place = foreign(leftBehind.status.place, theme);
			return [
				[
					{text: ' '},
					spinner(theme),
					{text: ` looking through ${place}`},
					{text: '  Esc gives up', style: 'faint'},
				],
			];
		}

		case 'failed': {
			return complaint(scene, leftBehind.status.reason, width);
		}

		case 'ready': {
			const text = summaryOf(leftBehind, theme.unicode);
			return text === '' ? [] : said(foreign(text, theme), 'accent');
		}
	}
}

function summaryOf(
	{sizes, missing, outline}: LeftView,
	unicode: boolean,
): string {
	if (sizes) {
		return sizeSummaryLine(sizes, unicode);
	}

	const later = `not done yet: ${missing.join(', ')}`;
	return outline?.rows.length === 0
		? `No stage is done that could leave something behind; ${later}`
		: later;
}
