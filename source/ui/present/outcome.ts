import type {DebuggerState} from '../../debugger/state.js';
import type {Row} from './cells.js';
import {failureRows} from './failure.js';
import {offer, paragraph} from './offers.js';
import {resultRows} from './result.js';
import type {PaneContent, Scene} from './scene.js';

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

function brokenRows(scene: Scene, error: Error, width: number): readonly Row[] {
	return [
		...paragraph(scene, error.message, width, {
			style: 'bad',
			most: messageLines,
		}),
		[],
		...offer(scene, 'q', 'quit', width),
	];
}
