import type {DebuggerState} from '../../debugger/machine/state.js';
import {DockerfileError, EngineError, MstageError} from '../../errors.js';
import type {Row} from './row.js';
import {failureRows} from './failure.js';
import {faultRows} from './fault.js';
import {clampTop} from './layout.js';
import {messageLines, offer, paragraph} from './offers.js';
import {resultRows} from './result.js';
import type {PaneContent, Scene} from './scene.js';

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
	const rows = outcomeRows(scene, width, height);
	const top = clampTop(scene.view.tops.outcome ?? 0, rows.length, height);
	return {
		rows: rows.slice(top, top + height).map(row => [{text: '  '}, ...row]),
		label: '',
		position:
			rows.length > height && height > 0
				? `${top + 1}-${Math.min(rows.length, top + height)} of ${rows.length}`
				: '',
	};
}

/**
@param width - Of the pane, in cells.
@param height - Of the pane, in rows; what has no fixed length fills it.
@returns All rows of the pane, which may be more than there is room for.
*/
export function outcomeRows(
	scene: Scene,
	width: number,
	height: number,
): readonly Row[] {
	const {phase} = scene.session.state;
	const inner = Math.max(2, width - 4);
	switch (phase.kind) {
		case 'failed': {
			return failureRows(scene, phase.failure, inner, height);
		}

		case 'finished': {
			return resultRows(scene, phase, inner);
		}

		case 'broken': {
			return brokenRows(scene, phase.error, inner);
		}

		default: {
			return [];
		}
	}
}

/** @returns What the pane is called. */
export function outcomeTitle(state: DebuggerState): string {
	return state.phase.kind === 'finished' ? 'Result' : 'Failure';
}

function brokenRows(scene: Scene, error: Error, width: number): readonly Row[] {
	const {theme, view} = scene;
	const isInDockerfile = error instanceof DockerfileError;
	const code = error instanceof MstageError ? error.exitCode : 1;
	const fault = isInDockerfile
		? faultRows(error, view.faultyLine, width, theme)
		: [];
	return [
		...paragraph(scene, error.message, width, {
			style: 'bad',
			most: messageLines,
		}),
		...(fault.length > 0 ? [[]] : []),
		...fault,
		[],
		...(isInDockerfile
			? offer(scene, 'E', 'edit the Dockerfile there, and reload', width)
			: []),
		...offer(
			scene,
			'r',
			error instanceof EngineError
				? 'connect again, and load the build'
				: 'load the build again',
			width,
		),
		...offer(scene, 'q', `quit with exit code ${code}`, width),
	];
}
