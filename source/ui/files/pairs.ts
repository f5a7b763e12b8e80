import {formatPoint} from '../../debugger/points/point.js';
import {isPointReached} from '../../debugger/points/reached.js';
import type {DebuggerState} from '../../debugger/machine/state.js';
import type {Point} from '../../engine/port.js';
import {selectionIn, stageOf} from '../place.js';
import {shellPoint} from '../shell-point.js';
import type {Selection, ViewState} from '../view-state.js';
import type {PairName, PointPair} from './point-pair.js';

/** All of them, in the order of their keys. */
export const pairNames: readonly PairName[] = ['step', 'final', 'base', 'last'];

/**
@returns What can be compared around what is selected: what a step changed, or a failed one before it failed; the stage
with the target; the stage with its base; what it is now with what it was in the last session. Without what isn't
reached, or would compare something with itself.
*/
export function pairsFor(
	state: DebuggerState,
	view: ViewState,
): ReadonlyMap<PairName, PointPair> {
	const {program} = state;
	const selection = selectionIn(state, view);
	const to = shellPoint(state, selection);
	if (!program || !selection || !('kind' in to)) {
		return new Map();
	}

	const stage = stageOf(program, selection);
	const [first] = program.stages[stage]!.steps;
	const candidates: Readonly<Record<PairName, PointPair | null>> = {
		step: stepPair(state, to),
		final:
			stage === program.target
				? null
				: {from: {kind: 'stage', stage}, to: {kind: 'final'}},
		base: {from: {kind: 'after', step: first!}, to},
		last: earlierPair(to, view.earlier.get(formatPoint(to, program))),
	};
	return new Map(
		pairNames.flatMap(name => {
			const pair = candidates[name];
			return pair && canCompare(state, pair) ? [[name, pair] as const] : [];
		}),
	);
}

/** @returns The likeliest of what can be compared: of a stage with the target, of an instruction what it changed. */
export function firstPair(
	pairs: ReadonlyMap<PairName, PointPair>,
	selection: Selection | null,
): PairName | undefined {
	const order: readonly PairName[] =
		selection?.kind === 'stage' ? ['final', 'base', 'step', 'last'] : pairNames;
	return order.find(name => pairs.has(name));
}

function canCompare(
	state: DebuggerState,
	{from, to, earlier}: PointPair,
): boolean {
	return (
		isPointReached(state, from) &&
		isPointReached(state, to) &&
		(earlier !== undefined || JSON.stringify(from) !== JSON.stringify(to))
	);
}

function earlierPair(to: Point, earlier: number | undefined): PointPair | null {
	return earlier === undefined ? null : {from: to, to, earlier};
}

/** What a step starts from, and what it came to. */
function stepPair(state: DebuggerState, to: Point): PointPair | null {
	switch (to.kind) {
		case 'after': {
			return {from: {kind: 'before', step: to.step}, to};
		}

		case 'failed': {
			const {phase} = state;
			const step =
				to.step ?? (phase.kind === 'failed' ? phase.failure.step : null);
			return step === null ? null : {from: {kind: 'before', step}, to};
		}

		default: {
			return null;
		}
	}
}
