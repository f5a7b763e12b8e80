import type {Program} from '../../engine/port.js';
import type {DebuggerState} from './state.js';

/**
@param from - An index in `positions`: where somebody looks now.
@param direction - -1 for what was reached before it, 1 for what was reached after it.
@returns The id of the nearest step that was reached, or `null` when there is none in that direction.
*/
export function reachedBeside(
	{positions, steps}: DebuggerState,
	from: number,
	direction: 1 | -1,
): number | null {
	for (
		let index = from + direction;
		index >= 0 && index < positions.length;
		index += direction
	) {
		const {step} = positions[index]!;
		if (step !== null && ['cached', 'done'].includes(steps[step]!.kind)) {
			return step;
		}
	}

	return null;
}

/**
@param step - A step's id.
@returns The index of the stage that it reads: what a FROM starts from, or the first that a COPY, an ADD or a mount takes
files from. `null` when there is none.
*/
export function stageReadBy(program: Program, step: number): number | null {
	const {reads, index, stage} = program.steps[step]!;
	const {base} = program.graph.stages[stage]!;
	return index === 0 && base.kind === 'stage' ? base.stage : (reads[0] ?? null);
}
