import {secondsIn} from '../../debugger/machine/spans.js';
import {sizeSummaryLine} from '../../report/sizes.js';
import type {BuildResult} from '../../engine/port.js';
import {isReached} from '../place.js';
import {foreign, truncate} from '../../text/cells.js';
import type {Row} from './row.js';
import {formatSeconds, plural} from './format.js';
import {offer, paragraph} from './offers.js';
import {type Scene, spinner} from './scene.js';

/** How many lines the sizes may take. */
const summaryLines = 4;

/** Of the names of the facts, in cells. */
const nameWidth = 8;

/**
@param width - In cells.
@returns What was built, and what that took.
*/
export function resultRows(
	scene: Scene,
	{result}: {readonly result: BuildResult},
	width: number,
): readonly Row[] {
	const {theme} = scene;
	const facts: ReadonlyArray<readonly [name: string, value: string]> = [
		...result.tags.map(tag => ['tagged', tag] as const),
		['image', result.image ?? 'none was exported: give it a name with --tag'],
		['steps', stepsText(scene)],
	];
	return [
		[{text: `${theme.signs.done} The build is finished`, style: 'good'}],
		[],
		...facts.map(([name, value]): Row => [
			{text: name.padEnd(nameWidth), style: 'faint'},
			{
				text: truncate(
					foreign(value, theme),
					width - nameWidth,
					theme.signs.ellipsis,
				),
			},
		]),
		...sizeRows(scene, width),
		...warningRows(scene, width),
		[],
		...offer(scene, 's', 'shell in what is selected', width),
		...offer(scene, 'f', 'its files', width),
		...offer(scene, 'L', 'what the stages left behind', width),
		...offer(scene, 'q', 'quit: what is not tagged is gone then', width),
	];
}

function sizeRows(scene: Scene, width: number): readonly Row[] {
	const {
		theme,
		session: {
			state: {sizes},
		},
	} = scene;
	if (sizes === null) {
		return [];
	}

	return sizes === 'counting'
		? [
				[],
				[
					spinner(theme),
					{text: ' what the stages leave behind', style: 'faint'},
				],
			]
		: [
				[],
				...paragraph(scene, sizeSummaryLine(sizes, theme.unicode), width, {
					style: 'accent',
					most: summaryLines,
				}),
			];
}

/** As docker build, it ends with how many there are. */
function warningRows(scene: Scene, width: number): readonly Row[] {
	const {theme, session} = scene;
	const {length} = session.state.warnings;
	return length === 0
		? []
		: [
				[],
				[
					{
						text: truncate(
							`${theme.signs.warning} ${plural(length, 'warning')} (W)`,
							width,
							theme.signs.ellipsis,
						),
						style: 'warn',
					},
				],
			];
}

function stepsText({session: {state}}: Scene): string {
	const done = state.steps.filter(step => isReached(step));
	const cached = done.filter(step => step.kind === 'cached').length;
	const seconds = done.reduce(
		(sum, step) => sum + (step.kind === 'done' ? (step.seconds ?? 0) : 0),
		0,
	);
	const wall = secondsIn(state.spans);
	const sum = `${formatSeconds(seconds)} in all`;
	const time =
		state.spans.length === 0 || Math.abs(seconds - wall) < 0.1
			? sum
			: `${formatSeconds(wall)} (${formatSeconds(seconds)} for all steps)`;
	return `${plural(done.length, 'instruction')}, ${cached} of them cached, ${time}`;
}
