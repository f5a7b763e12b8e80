import {type PlacedInstruction, readSource} from '../text/source-lines.js';
import type {StageGraph} from '../types.js';

/** An instruction of a stage, with its parts. */
export type StageInstruction = {
	/** The index of its stage. */
	readonly stage: number;

	/** Which of its stage's instructions it is; 0 is FROM. */
	readonly index: number;
	readonly raw: PlacedInstruction;
};

/**
@param graph - What was read without a fault.
@returns The instructions of all stages that the file has, in file order.
*/
export function stageInstructions(
	graph: StageGraph,
): readonly StageInstruction[] {
	const {instructions} = readSource(graph.source, graph.filename);
	const byLine = new Map(instructions.map(raw => [raw.lines[0], raw]));
	return graph.stages.flatMap(stage =>
		stage.instructions.flatMap(({lines}, index) => {
			const raw = byLine.get(lines[0]);
			return raw ? [{stage: stage.index, index, raw}] : [];
		}),
	);
}

/**
@param text - Something that stands in the instruction.
@returns The line of the file where it stands first, or else the first of the instruction, counted from 1.
*/
export function lineOf(
	{source, lines}: PlacedInstruction,
	text: string | RegExp,
): number {
	const index = source
		.split('\n')
		.findIndex(line =>
			typeof text === 'string' ? line.includes(text) : text.test(line),
		);
	return lines[0] + Math.max(0, index);
}
