import {isPointReached} from '../../debugger/reached.js';
import type {DebuggerState} from '../../debugger/state.js';
import type {Point} from '../../engine/port.js';
import {stageOf} from '../place.js';
import {shellPoint} from '../shell-point.js';
import type {Selection} from '../view-state.js';
import type {PointPair} from './point-pair.js';

/**
@returns What can be compared around what is selected, the likeliest first: what a step changed, or a failed one before it
failed; the stage with the target; the stage with its base. Empty where nothing is reached.
*/
export function pairsFor(
	state: DebuggerState,
	selection: Selection | null,
): readonly PointPair[] {
	const {program} = state;
	const to = shellPoint(state, selection);
	if (!program || !selection || !('kind' in to)) {
		return [];
	}

	const stage = stageOf(program, selection);
	const {steps} = program.stages[stage]!;
	const base: Point = {kind: 'after', step: steps[0]!};
	const end: Point = {kind: 'stage', stage};
	const isTarget = stage === program.target;
	const withFinal: readonly PointPair[] = isTarget
		? []
		: [{from: end, to: {kind: 'final'}}];
	const withBase: PointPair = {from: base, to};
	const wanted =
		selection.kind === 'stage'
			? [...withFinal, withBase, ...stepPair(state, to)]
			: [...stepPair(state, to), ...withFinal, withBase];
	return [
		...new Map(
			wanted
				.filter(
					pair =>
						isPointReached(state, pair.from) &&
						isPointReached(state, pair.to) &&
						JSON.stringify(pair.from) !== JSON.stringify(pair.to),
				)
				.map(pair => [JSON.stringify(pair), pair]),
		).values(),
	];
}

/** What a step starts from, and what it came to. */
function stepPair(state: DebuggerState, to: Point): readonly PointPair[] {
	switch (to.kind) {
		case 'after': {
			return [{from: {kind: 'before', step: to.step}, to}];
		}

		case 'failed': {
			const {phase} = state;
			const step =
				to.step ?? (phase.kind === 'failed' ? phase.failure.step : null);
			return step === null ? [] : [{from: {kind: 'before', step}, to}];
		}

		default: {
			return [];
		}
	}
}
