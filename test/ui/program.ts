import {
	findTarget,
	neededStages,
	readStageGraph,
} from '../../source/dockerfile/stage-graph.js';
import type {Stage} from '../../source/dockerfile/types.js';
import type {Program, Step} from '../../source/engine/port.js';

/**
@param dockerfile - The text of a Dockerfile.
@param target - A stage, as `--target` takes it; default: the last.
@returns The program that BuildKit would make of it.
*/
export function programOf(dockerfile: string, target?: string): Program {
	const graph = readStageGraph(dockerfile, {
		filename: 'Dockerfile',
		...(target !== undefined && {target}),
	});
	const index = findTarget(graph, target, 'buildkit');
	const needed = neededStages(graph, index, 'buildkit');
	const steps: Step[] = graph.stages.flatMap(stage =>
		stage.instructions.map((instruction, place) => ({
			id: 0,
			stage: stage.index,
			index: place,
			keyword: instruction.keyword,
			text: instruction.text,
			lines: instruction.lines,
			executes: ['FROM', 'RUN', 'COPY', 'ADD', 'WORKDIR'].includes(
				instruction.keyword,
			),
			key: null,
			reads: readsOf(stage, place),
		})),
	);
	const numbered = steps.map((step, id) => ({...step, id}));
	return {
		graph,
		target: index,
		stages: graph.stages.map(stage => ({
			index: stage.index,
			name: stage.name,
			needed: needed.has(stage.index),
			used: needed.has(stage.index),
			steps: numbered
				.filter(step => step.stage === stage.index)
				.map(step => step.id),
			baseConfiguration: null,
		})),
		steps: numbered,
	};
}

function readsOf({dependencies}: Stage, instruction: number): number[] {
	return dependencies.flatMap(dependency =>
		dependency.kind === 'stage' &&
		dependency.via !== 'FROM' &&
		dependency.instruction === instruction
			? [dependency.stage]
			: [],
	);
}
