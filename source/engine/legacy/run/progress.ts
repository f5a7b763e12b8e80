import type {Program} from '../../port.js';
import type {StepImages} from './request-plan.js';

/**
@param goal - A step's id; less than 0 asks for nothing.
@returns Whether anything up to the step, in file order, has still to be run.
*/
export function isMissing(
	{steps}: Program,
	images: StepImages,
	goal: number,
): boolean {
	return steps
		.slice(0, goal + 1)
		.some(({id, executes}) => executes && !images.has(id));
}

/**
@param first - The id of a step that is to run again.
@returns The steps whose results then are none any more: itself, what follows it in its stage, and what follows the first
thing in another stage that reads one of these stages.
*/
export function forgottenBy(
	program: Program,
	first: number,
): readonly number[] {
	const starts = new Map([[program.steps[first]!.stage, first]]);
	for (const {index, dependencies} of program.graph.stages) {
		const readers = dependencies.flatMap(dependency =>
			dependency.kind === 'stage' && starts.has(dependency.stage)
				? [program.stages[index]!.steps[dependency.instruction]!]
				: [],
		);
		if (readers.length > 0) {
			const start = Math.min(...readers, starts.get(index) ?? Infinity);
			starts.set(index, start);
		}
	}

	return program.steps
		.filter(({id, stage}) => id >= (starts.get(stage) ?? Infinity))
		.map(({id}) => id);
}
