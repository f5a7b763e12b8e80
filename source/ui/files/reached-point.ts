import {parsePoint} from '../../debugger/points/point.js';
import {checkReached} from '../../debugger/points/reached.js';
import type {DebuggerState} from '../../debugger/machine/state.js';
import type {Point} from '../../engine/port.js';

/**
@param text - As a point is spelled on the command line.
@param state - Of a loaded program.
@throws {UsageError} It is no point, or one that isn't reached.
*/
export function reachedPoint(text: string, state: DebuggerState): Point {
	const point = parsePoint(text, state.program!);
	checkReached(state, point);
	return point;
}
