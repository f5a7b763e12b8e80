import type {StepLog} from '../../debugger/session/log.js';
import {stepLabel} from '../../debugger/points/point.js';
import type {StepState} from '../../debugger/machine/state.js';
import {logStepOf} from '../place.js';
import {foreign, sliceCells, truncate} from '../../text/cells.js';
import type {Row, Segment} from './row.js';
import {formatCount, plural} from './format.js';
import {clampTop} from './layout.js';
import {logRows} from './log-lines.js';
import type {PaneContent, Scene} from './scene.js';
import type {Theme} from './theme.js';

/** The part of a log that is visible. */
export type LogWindow = {
	readonly step: number;

	/** The first visible row, and how many rows there are. */
	readonly top: number;
	readonly count: number;

	/** Whether new lines come into sight by themselves. */
	readonly follows: boolean;

	/** How many rows are visible, without what stands above the log. */
	readonly height: number;
};

/**
@param bodyHeight - Of the pane, in rows.
@returns Which part of the log is visible, or `null` without a program.
*/
export function logWindow(scene: Scene, bodyHeight: number): LogWindow | null {
	const {view, session, logOf} = scene;
	const step = logStepOf(session.state, view, logOf);
	if (step === null) {
		return null;
	}

	const hasHead = session.state.missReasons.has(step);
	const height = Math.max(0, bodyHeight - (hasHead ? 1 : 0));
	const rows = logRows(logOf(step));
	const scrolled = view.logTop?.step === step ? view.logTop.line : null;
	const end = clampTop(rows.count, rows.count, height);
	const top =
		scrolled === null
			? end
			: clampTop(rows.rowOf(scrolled), rows.count, height);
	return {step, top, count: rows.count, follows: scrolled === null, height};
}

/**
@param width - In cells.
@param height - In rows.
@returns The visible part of the log.
*/
export function presentLog(
	scene: Scene,
	width: number,
	height: number,
): PaneContent {
	const window = logWindow(scene, height);
	if (!window) {
		return {rows: [], label: '', position: ''};
	}

	const {state} = scene.session;
	const log = scene.logOf(window.step);
	const label = foreign(
		`${stepLabel(state.program!, window.step)} ${scene.theme.signs.dot} ${state.program!.steps[window.step]!.text}`,
		scene.theme,
	);
	if (window.count === 0) {
		const text = truncate(
			` ${whyEmpty(state.steps[window.step]!)}`,
			width,
			scene.theme.signs.ellipsis,
		);
		return {
			rows: [...logHead(scene, window.step, width), [{text, style: 'faint'}]],
			label,
			position: '',
		};
	}

	const rows = logRows(log);
	const end = Math.min(window.count, window.top + window.height);
	const visible: Row[] = [...logHead(scene, window.step, width)];
	for (let row = window.top; row < end; row++) {
		visible.push([
			{text: ' '},
			...logRow(scene, log, rows.lineAt(row), width - 2),
		]);
	}

	return {rows: visible, label, position: positionText(log, window, end)};
}

/** Why the step was not cached, where that is known. */
function logHead(
	{session, theme}: Scene,
	step: number,
	width: number,
): readonly Row[] {
	const reasons = session.state.missReasons.get(step);
	return reasons
		? [
				[
					{
						text: truncate(
							` not cached: ${foreign(reasons.join('; '), theme)}`,
							width,
							theme.signs.ellipsis,
						),
						style: 'warn',
					},
				],
			]
		: [];
}

function positionText(log: StepLog, window: LogWindow, end: number): string {
	const total = formatCount(log.lineCount);
	if (window.follows) {
		return plural(log.lineCount, 'line');
	}

	const rows = logRows(log);
	const first = Math.max(rows.lineAt(window.top), 0) + 1;
	return `${formatCount(first)}-${formatCount(Math.max(rows.lineAt(end - 1) + 1, first))} of ${total}`;
}

function logRow(scene: Scene, log: StepLog, line: number, width: number): Row {
	const {theme, view} = scene;
	if (line === -1) {
		const text = `${theme.signs.ellipsis} ${plural(log.droppedCount, 'line')} let go, there were too many`;
		return [
			{text: truncate(text, width, theme.signs.ellipsis), style: 'faint'},
		];
	}

	const text = truncate(
		sliceCells(logText(log, line, theme), view.lefts.log ?? 0, width + 1),
		width,
		theme.signs.ellipsis,
	);
	return view.search === null ? [{text}] : highlight(text, view.search);
}

/** @returns A line of a log as it is drawn. */
export function logText(log: StepLog, line: number, theme: Theme): string {
	return foreign(log.line(line) ?? '', theme);
}

function highlight(text: string, wanted: string): readonly Segment[] {
	const segments: Segment[] = [];
	let from = 0;
	for (const match of text.matchAll(matcher(wanted))) {
		segments.push(
			{text: text.slice(from, match.index)},
			{text: match[0], style: 'match'},
		);
		from = match.index + match[0].length;
	}

	return [...segments, {text: text.slice(from)}];
}

/** Without a capital letter the wanted text matches capital letters too. */
function matcher(wanted: string): RegExp {
	const literal = wanted.replaceAll(
		/[\\^$.*+?\(\)\[\]\{\}\|\/]/gv,
		String.raw`\$&`,
	);
	return new RegExp(literal, wanted === wanted.toLowerCase() ? 'giu' : 'gu');
}

/**
@param from - The line to start with, counted from 0.
@param direction - 1 forward, -1 backward; at an end it goes on at the other.
@returns The index of the nearest line with a match, or -1.
*/
export function findLine(
	log: StepLog,
	wanted: string,
	theme: Theme,
	{from, direction}: {readonly from: number; readonly direction: 1 | -1},
): number {
	const rows = logRows(log);
	if (rows.count === 0) {
		return -1;
	}

	const pattern = matcher(wanted);
	const start = rows.rowOf(from);
	for (let step = 0; step < rows.count; step++) {
		const row = (start + direction * step + rows.count * 2) % rows.count;
		const line = rows.lineAt(row);
		if (line !== -1 && logText(log, line, theme).search(pattern) !== -1) {
			return line;
		}
	}

	return -1;
}

function whyEmpty(step: StepState): string {
	switch (step.kind) {
		case 'pending': {
			return 'It has not run yet.';
		}

		case 'running': {
			return 'No output yet.';
		}

		case 'cached': {
			return 'It came from the cache: what it printed back then is not kept.';
		}

		case 'skipped': {
			return 'The target does not need it: it does not run.';
		}

		case 'done':
		case 'failed': {
			return 'It printed nothing.';
		}
	}
}
