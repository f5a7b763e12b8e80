import {neededStages} from '../../../dockerfile/stage-graph.js';
import {runsIn} from '../../../dockerfile/stages/runs-in.js';
import type {Stage, StageGraph} from '../../../dockerfile/types.js';
import type {Program, Step} from '../../port.js';
import type {BaseImages} from './base-images.js';
import type {StepFacts} from './step-facts.js';

/**
@param graph - Our own reading of the Dockerfile: the legacy builder tells nothing of it before it builds.
@param target - The index of the stage that the build is for.
@returns What the legacy builder makes of it: it builds every stage up to the target in file order, and makes an image of
every instruction, so that each but the FROM of an earlier stage or of scratch has something to run. A FROM that brings ONBUILD
triggers is part of what the first of them is.
*/
export function legacyProgram(graph: StageGraph, target: number): Program {
	const needed = neededStages(graph, target, 'legacy');
	const used = neededStages(graph, target, 'buildkit');
	const steps = graph.stages
		.flatMap(stage => stepsOf(stage))
		.map((step, id): Step => ({...step, id}));
	return {
		graph,
		target,
		steps,
		stages: graph.stages.map(({index, name}) => ({
			index,
			name,
			needed: needed.has(index),
			used: used.has(index),
			steps: steps.filter(({stage}) => stage === index).map(({id}) => id),
			baseConfiguration: null,
		})),
	};
}

/**
@param images - What the engine has of the images that it starts from.
@returns The program with what only the images tell.
*/
export function withFacts(
	program: Program,
	facts: StepFacts,
	images: BaseImages,
): Program {
	return {
		...program,
		steps: program.steps.map(step => ({...step, key: facts.keyOf(step.id)})),
		stages: program.stages.map(stage => {
			const {base} = program.graph.stages[stage.index]!;
			return {
				...stage,
				baseConfiguration:
					base.kind === 'image'
						? (images.get(base.reference)?.configuration ?? null)
						: null,
			};
		}),
	};
}

function stepsOf(stage: Stage): ReadonlyArray<Omit<Step, 'id'>> {
	return runsIn(stage).map(({instruction, trigger}, index) => ({
		stage: stage.index,
		index,
		keyword: instruction.keyword,
		text: instruction.text,
		...(trigger && {trigger}),
		lines: instruction.lines,
		executes:
			index > 0 || (stage.base.kind === 'image' && stage.triggers.length === 0),
		key: null,
		reads: stage.dependencies.flatMap(dependency =>
			dependency.kind === 'stage' &&
			dependency.via !== 'FROM' &&
			dependency.instruction === index
				? [dependency.stage]
				: [],
		),
	}));
}
