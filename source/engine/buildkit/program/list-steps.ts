import {runsIn} from '../../../dockerfile/stages/runs-in.js';
import type {
	Instruction,
	Stage,
	StageGraph,
} from '../../../dockerfile/types.js';
import type {Step} from '../../port.js';

const executingKeywords = new Set(['RUN', 'COPY', 'ADD', 'WORKDIR']);

/** @returns What runs in all stages, as our own reading of the Dockerfile has it. */
export function listSteps(graph: StageGraph): readonly Step[] {
	const all = graph.stages.flatMap(stage =>
		runsIn(stage).map(({instruction, trigger}, index) => ({
			stage: stage.index,
			index,
			instruction,
			trigger,
		})),
	);
	return all.map(({stage, index, instruction, trigger}, id) => ({
		id,
		stage,
		index,
		keyword: instruction.keyword,
		text: instruction.text,
		...(trigger && {trigger}),
		lines: instruction.lines,
		executes: mayExecute(instruction, graph.stages[stage]!.base.kind),
		key: null,
		reads: readsOf(graph.stages[stage]!, index),
	}));
}

/** The stages that an instruction reads besides the one that its own starts from, ascending. */
function readsOf(
	{dependencies}: Stage,
	instruction: number,
): readonly number[] {
	const stages = dependencies.flatMap(dependency =>
		dependency.kind === 'stage' &&
		dependency.via !== 'FROM' &&
		dependency.instruction === instruction
			? [dependency.stage]
			: [],
	);
	return [...new Set(stages)].toSorted((a, b) => a - b);
}

/** A guess for stages that aren't loaded; a loaded one's operations tell. */
function mayExecute({keyword}: Instruction, base: string): boolean {
	return keyword === 'FROM'
		? base === 'image' || base === 'context'
		: executingKeywords.has(keyword);
}
