import {
	dockerfileName,
	lineLabel,
	stepLabel,
} from '../../debugger/points/point.js';
import {runningRetrace} from '../../debugger/machine/look-into-failure.js';
import {warningsOf} from '../../debugger/machine/warnings.js';
import type {Failure} from '../../engine/port.js';
import {describeRetrace} from '../../report/failure/retrace.js';
import {warningText} from '../../report/warnings/text.js';
import {
	explainedFailure,
	explanationOf,
} from '../../report/failure/explained.js';
import {whyNoRetrace} from '../disabled-reasons.js';
import {logStepOf, selectionIn} from '../place.js';
import {shellPoint, sourceOfFailure, whereIs} from '../shell-point.js';
import {foreign, truncate} from '../../text/cells.js';
import {type Row, spread} from './row.js';
import {formatCount, formatSeconds} from './format.js';
import {logText} from './log.js';
import {missingSourceRows} from './missing-source.js';
import {offer, paragraph} from './offers.js';
import type {Scene} from './scene.js';

/** How many lines a message of an engine, and an advice, may take. */
const messageLines = 6;
const adviceLines = 3;

/**
@param width - In cells.
@param height - In rows.
@returns What failed, where, why, and what can be done now.
*/
export function failureRows(
	scene: Scene,
	failure: Failure,
	width: number,
	height: number,
): readonly Row[] {
	const {failures} = scene.session.state;
	const count: readonly Row[] =
		failures.length > 1
			? [
					[
						{
							text: `failure ${failures.indexOf(failure) + 1} of ${failures.length}`,
							style: 'faint',
						},
					],
				]
			: [];
	const head = [
		...count,
		...whatFailed(scene, failure, width),
		...why(scene, failure, width),
		...warned(scene, failure, width),
		...retraced(scene, failure, width),
		[],
	];
	const offers = whatNow(scene, failure, width);
	const room = height - head.length - offers.length - 1;
	const details = failure.missing
		? missingSourceRows(scene, failure.missing, width, Math.max(2, room))
		: lastLines(scene, failure, width, room);
	return [...head, ...details, ...(details.length > 0 ? [[]] : []), ...offers];
}

function whatFailed(
	scene: Scene,
	{step}: Failure,
	width: number,
): readonly Row[] {
	const {theme} = scene;
	const {state} = scene.session;
	if (step === null) {
		return [
			[
				{
					text: truncate(
						'The build failed outside of its instructions',
						width,
						theme.signs.ellipsis,
					),
					style: 'bad',
				},
			],
		];
	}

	const {text} = state.program!.steps[step]!;
	const place = foreign(lineLabel(state.program!, step), theme);
	return [
		spread(
			[{text: foreign(text, theme), style: 'strong'}],
			[{text: `  ${place}`, style: 'accent'}],
			width,
			theme.signs.ellipsis,
		),
	];
}

function why(scene: Scene, failure: Failure, width: number): readonly Row[] {
	const {exitCode, seconds} = failure;
	const {ellipsis} = scene.theme.signs;
	const {reasons} = explainedFailure(
		failure,
		explanationOf(scene.session.state, failure),
	);
	const after = seconds === null ? '' : ` after ${formatSeconds(seconds)}`;
	const exit = `exited with code ${exitCode}${after}`;
	return [
		...(exitCode === null
			? []
			: [[{text: truncate(exit, width, ellipsis), style: 'bad'}] as const]),
		...reasons.flatMap(reason =>
			paragraph(scene, reason, width, {style: 'bad', most: messageLines}),
		),
	];
}

/** What was warned of in the step, and may be why. */
function warned(
	scene: Scene,
	{step, message}: Failure,
	width: number,
): readonly Row[] {
	const {state} = scene.session;
	return step === null
		? []
		: warningsOf(state, step)
				.filter(warning => !message.startsWith(warning.message))
				.flatMap(warning =>
					paragraph(
						scene,
						`${scene.theme.signs.warning} ${[warningText(warning), ...(warning.from === 'mstage' ? warning.details : [])].join(' ')}`,
						width,
						{style: 'warn', most: messageLines},
					),
				);
}

/** What came of running the command again. */
function retraced(
	scene: Scene,
	{step}: Failure,
	width: number,
): readonly Row[] {
	const result =
		step === null ? undefined : scene.session.state.retraces.get(step);
	const lines =
		result === undefined
			? []
			: result.kind === 'running'
				? [
						`It runs again in a container of its own, for ${formatSeconds(Math.max(0, scene.now - result.since) / 1000)}; ${result.isStopping ? 'stopping it' : 't or Ctrl-C stops it'}.`,
					]
				: describeRetrace(result);
	return lines.flatMap(line =>
		paragraph(scene, line, width, {style: 'accent', most: messageLines}),
	);
}

/** The end of the log, as much as there is room for. */
function lastLines(
	scene: Scene,
	failure: Failure,
	width: number,
	height: number,
): readonly Row[] {
	const {theme} = scene;
	const step =
		failure.step ?? logStepOf(scene.session.state, scene.view, scene.logOf);
	if (step === null || height <= 0) {
		return [];
	}

	const log = scene.logOf(step);
	const shown = log.lineCount <= height ? log.lineCount : height - 1;
	const first = log.lineCount - shown;
	const rows: Row[] = [];
	if (first > 0) {
		rows.push([
			{
				text: truncate(
					`${theme.signs.ellipsis} ${formatCount(first)} more ${first === 1 ? 'line' : 'lines'} (l)`,
					width,
					theme.signs.ellipsis,
				),
				style: 'faint',
			},
		]);
	}

	for (let line = first; line < log.lineCount; line++) {
		rows.push([
			{text: truncate(logText(log, line, theme), width, theme.signs.ellipsis)},
		]);
	}

	return rows;
}

function whatNow(
	scene: Scene,
	failure: Failure,
	width: number,
): readonly Row[] {
	const {program, failures} = scene.session.state;
	const {advice} = explainedFailure(
		failure,
		explanationOf(scene.session.state, failure),
	);
	const next =
		failures[(failures.indexOf(failure) + 1) % Math.max(1, failures.length)];
	const place =
		failure.step === null
			? dockerfileName(program!)
			: lineLabel(program!, failure.step);
	return [
		...(advice.length === 0
			? []
			: [
					...advice.flatMap(text =>
						paragraph(scene, text, width, {
							style: 'plain',
							most: adviceLines,
						}),
					),
					[],
				]),
		...shellOffer(scene, failure, width),
		...(whyNoRetrace(scene.session.state) === null
			? offer(
					scene,
					't',
					runningRetrace(scene.session.state)
						? 'stop running it again'
						: 'run it again, to see which part fails',
					width,
				)
			: []),
		...offer(scene, 'E', `edit ${place} and reload; c tries again`, width),
		...(next && next !== failure
			? offer(
					scene,
					'F',
					`the next failure: ${failureName(scene, next)}`,
					width,
				)
			: []),
		...offer(scene, 'l', 'the whole log', width),
		...offer(scene, 'q', 'quit with exit code 1', width),
	];
}

function shellOffer(
	scene: Scene,
	{state: kept, rerun}: Failure,
	width: number,
): readonly Row[] {
	const {state} = scene.session;
	const point = shellPoint(state, selectionIn(state, scene.view));
	const shell =
		'reason' in point
			? point.reason
			: point.kind === 'failed'
				? 'shell where it failed, with its mounts and environment'
				: `shell ${whereIs(point, state)}`;
	const note = kept.kept
		? rerun
			? 'The engine kept nothing of the first try: the command is run again for it.'
			: null
		: kept.reason;
	const source = sourceOfFailure(state);
	return [
		...offer(scene, 's', shell, width),
		...(note === null
			? []
			: paragraph(scene, note, width, {
					style: 'faint',
					most: adviceLines,
					indent: 3,
				})),
		...(source === null
			? []
			: offer(
					scene,
					'C',
					source.kind === 'source'
						? `shell ${whereIs(source, state)}`
						: `shell ${whereIs(source, state)}, where it looked`,
					width,
				)),
	];
}

function failureName({session: {state}}: Scene, {step}: Failure): string {
	return step === null
		? 'outside of the instructions'
		: `${stepLabel(state.program!, step)}  ${state.program!.steps[step]!.text}`;
}
