import type {DebuggerState} from '../../debugger/state.js';
import type {BuildResult, Failure} from '../../engine/port.js';
import {isReached, logStepOf, selectionIn} from '../place.js';
import {shellPoint, whereIs} from '../shell-point.js';
import {type Row, foreign, spread, truncate, wrap} from './cells.js';
import {formatCount, formatSeconds, plural} from './format.js';
import {logText} from './log.js';
import type {PaneContent, Scene} from './scene.js';
import {baseName} from './source.js';

/** How many lines a message of an engine may take. */
const messageLines = 6;

/**
@param width - In cells.
@param height - In rows.
@returns How the build ended: what failed, where, why and what can be done now; or what was built.
*/
export function presentOutcome(
	scene: Scene,
	width: number,
	height: number,
): PaneContent {
	const {phase} = scene.session.state;
	const inner = Math.max(2, width - 4);
	const rows =
		phase.kind === 'failed'
			? failureRows(scene, phase.failure, inner, height)
			: phase.kind === 'finished'
				? resultRows(scene, phase.result, inner)
				: phase.kind === 'broken'
					? brokenRows(scene, phase.error, inner)
					: [];
	return {
		rows: rows.slice(0, height).map(row => [{text: '  '}, ...row]),
		label: '',
		position: '',
	};
}

/** @returns What the pane is called. */
export function outcomeTitle(state: DebuggerState): string {
	return state.phase.kind === 'finished' ? 'Result' : 'Failure';
}

function failureRows(
	scene: Scene,
	failure: Failure,
	width: number,
	height: number,
): readonly Row[] {
	const head = [
		...whatFailed(scene, failure, width),
		...why(scene, failure, width),
		[],
	];
	const offers = [[], ...whatNow(scene, failure, width)];
	return [
		...head,
		...lastLines(scene, width, height - head.length - offers.length),
		...offers,
	];
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

	const {text, lines} = state.program!.steps[step]!;
	const place = `${foreign(baseName(state.program!), theme)}:${lines[0]}`;
	return [
		spread(
			[{text: foreign(text, theme), style: 'strong'}],
			[{text: `  ${place}`, style: 'accent'}],
			width,
			theme.signs.ellipsis,
		),
	];
}

function why(
	scene: Scene,
	{exitCode, seconds, message}: Failure,
	width: number,
): readonly Row[] {
	const {theme} = scene;
	if (exitCode !== null) {
		const after = seconds === null ? '' : ` after ${formatSeconds(seconds)}`;
		return [
			[
				{
					text: truncate(
						`exited with code ${exitCode}${after}`,
						width,
						theme.signs.ellipsis,
					),
					style: 'bad',
				},
			],
		];
	}

	return wrap(
		foreign(message, theme),
		width,
		messageLines,
		theme.signs.ellipsis,
	).map((line): Row => [{text: line, style: 'bad'}]);
}

/** The end of the log, as much as there is room for. */
function lastLines(
	scene: Scene,
	width: number,
	height: number,
): readonly Row[] {
	const {theme} = scene;
	const step = logStepOf(scene.session.state, scene.view, scene.logOf);
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
	{state: kept}: Failure,
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
	const why: readonly Row[] = kept.kept
		? []
		: indented(scene, kept.reason, width).map((text): Row => [
				{text: `   ${text}`, style: 'faint'},
			]);
	return [
		...offer(scene, 's', shell, width),
		...why,
		...offer(scene, 'l', 'the whole log', width),
		...offer(scene, 'q', 'quit with exit code 1', width),
	];
}

/** A key and what it is for. */
function offer(
	scene: Scene,
	key: string,
	text: string,
	width: number,
): readonly Row[] {
	return indented(scene, text, width).map((line, index): Row => [
		index === 0 ? {text: key, style: 'key'} : {text: ' '},
		{text: `  ${line}`},
	]);
}

function indented(
	{theme}: Scene,
	text: string,
	width: number,
): readonly string[] {
	return wrap(
		foreign(text, theme),
		Math.max(2, width - 3),
		3,
		theme.signs.ellipsis,
	);
}

function resultRows(
	scene: Scene,
	result: BuildResult,
	width: number,
): readonly Row[] {
	const {theme} = scene;
	const {state} = scene.session;
	const done = state.steps.filter(step => isReached(step));
	const cached = done.filter(step => step.kind === 'cached').length;
	const seconds = done.reduce(
		(sum, step) => sum + (step.kind === 'done' ? (step.seconds ?? 0) : 0),
		0,
	);
	const facts: ReadonlyArray<readonly [name: string, value: string]> = [
		...result.tags.map(tag => ['tagged', tag] as const),
		...(result.image === null
			? [['image', 'none was exported: give it a name with --tag'] as const]
			: [['image', result.image] as const]),
		[
			'steps',
			`${plural(done.length, 'instruction')}, ${cached} of them cached, ${formatSeconds(seconds)} in all`,
		],
	];
	return [
		[{text: `${theme.signs.done} The build is finished`, style: 'good'}],
		[],
		...facts.map(([name, value]): Row => [
			{text: name.padEnd(8), style: 'faint'},
			{text: truncate(foreign(value, theme), width - 8, theme.signs.ellipsis)},
		]),
		[],
		...offer(scene, 'q', 'quit', width),
	];
}

function brokenRows(scene: Scene, error: Error, width: number): readonly Row[] {
	const {theme} = scene;
	return [
		...wrap(
			foreign(error.message, theme),
			width,
			messageLines,
			theme.signs.ellipsis,
		).map((line): Row => [{text: line, style: 'bad'}]),
		[],
		...offer(scene, 'q', 'quit', width),
	];
}
