import {stageLabel, stepLabel} from '../debugger/points/point.js';
import type {DebuggerStore} from '../debugger/session/store.js';

/** @returns The points of the session as they are spelled; those that aren't reached too, since the answer says why not. */
export function pointsOf({state}: DebuggerStore): readonly string[] {
	const {program} = state;
	return program
		? [
				...program.stages.map(({index}) => stageLabel(program, index)),
				...program.steps.map(({id}) => stepLabel(program, id)),
				'final',
				'failed',
				'source',
				'context',
			]
		: [];
}
