import type {Program} from '../../engine/port.js';

/**
@param root - A step's id.
@returns It, and every step that builds on its result: what follows in its stage, and in stages that start from or read
from one of these. A stage only ever builds on earlier ones.
*/
export function dependentsOf(
	program: Program,
	root: number,
): ReadonlySet<number> {
	const found = new Set([root]);
	for (const {id} of program.steps.slice(root + 1)) {
		if (inputsOf(program, id).some(input => found.has(input))) {
			found.add(id);
		}
	}

	return found;
}

/**
@param step - A step's id.
@returns The steps whose results it builds on directly: the one before it, or the last of the stage that its stage
starts from; and the last of each stage that it reads.
*/
export function inputsOf(program: Program, step: number): readonly number[] {
	const {index, stage, reads} = program.steps[step]!;
	const {base} = program.graph.stages[stage]!;
	const before =
		index > 0
			? [step - 1]
			: base.kind === 'stage'
				? [lastOf(program, base.stage)]
				: [];
	return [...before, ...reads.map(other => lastOf(program, other))];
}

function lastOf(program: Program, stage: number): number {
	return program.stages[stage]!.steps.at(-1)!;
}
