import {positionOfStep} from '../debugger/positions.js';
import type {DebuggerState} from '../debugger/state.js';
import {isReached, selectionOf, stepOf} from './place.js';
import type {Selection, ViewState} from './view-state.js';

/**
@param direction - -1 for what was reached before what is selected, 1 for what was reached after it.
@returns What to select, or `null` when nothing more was reached in that direction.
*/
export function reachedBeside(
	{program, positions, cursor, steps}: DebuggerState,
	{selection}: ViewState,
	direction: 1 | -1,
): Selection | null {
	if (!program) {
		return null;
	}

	const from = selection
		? positionOfStep(positions, stepOf(program, selection))
		: cursor;
	const isWanted = (
		{step}: {readonly step: number | null},
		index: number,
	): boolean =>
		step !== null &&
		isReached(steps[step]) &&
		Math.sign(index - from) === direction;
	const found =
		direction === 1
			? positions.find((position, index) => isWanted(position, index))
			: positions.findLast((position, index) => isWanted(position, index));
	return found ? selectionOf(program, found.step!) : null;
}
