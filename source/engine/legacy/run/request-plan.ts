import {runsIn} from '../../../dockerfile/stages/runs-in.js';
import type {Program, Step} from '../../port.js';

/** The ids of the images that steps have left in this session; empty for the empty filesystem. */
export type StepImages = ReadonlyMap<number, string>;

/** One request to the legacy builder: the rest of the way to a step. */
export type RequestPlan = {
	/** The Dockerfile to send. */
	readonly dockerfile: string;

	/** Which step each of its instructions is, in the order in which the builder counts them; `null` for what is done. */
	readonly steps: ReadonlyArray<number | null>;

	/** By the step of a FROM that stands in it as it is written: its ONBUILD triggers, which the builder carries out with it. */
	readonly triggers: ReadonlyMap<number, readonly number[]>;

	/** Steps that stand in it although they are done: the builder has to find them in its cache. */
	readonly repeated: readonly number[];

	/** Whether an instruction in it reads the build context. */
	readonly readsContext: boolean;
};

type Part = {
	readonly text: string;
	readonly step: number | null;

	/** What else is carried out with it. */
	readonly triggers?: readonly number[];
};

/**
Plans how to get on to a step without running anything twice. Stages that are done stand in the Dockerfile as their images
(`FROM sha256:… AS builder`), and a stage that is under way starts from the image of its last done step. What an ARG
declares is forgotten at a FROM, though, and an ONBUILD would be carried out: from the first of these on, the stage's steps
are repeated, and found in the cache, so that the images have the same ancestors as with `docker build`. The builder carries
out all triggers of a FROM at once: where one of them is missing, the FROM stands there as it is written.

@param images - What is done.
@param goal - The step to get to.
@param options - `exact`: the repeated steps wouldn't be found in the cache, so ARG is declared once more instead.
*/
export function planRequest(
	program: Program,
	images: StepImages,
	goal: number,
	{exact = false}: {readonly exact?: boolean} = {},
): RequestPlan {
	const {graph, stages, steps} = program;
	const lines = graph.source.split('\n');
	const globals = [...new Set(graph.globalArguments.map(({line}) => line))];
	const parts = [
		{text: lines.slice(0, graph.stages[0]!.lines[0] - 1).join('\n')},
		...stages.slice(0, steps[goal]!.stage + 1).flatMap(stage =>
			planStage(
				program,
				images,
				stage.steps.filter(step => step <= goal),
				exact,
			),
		),
	];
	const planned = parts.flatMap(part => ('step' in part ? [part.step] : []));
	const triggers = new Map(
		parts.flatMap(part =>
			'step' in part && part.step !== null && part.triggers?.length
				? [[part.step, part.triggers] as const]
				: [],
		),
	);
	const inFull = planned
		.filter(step => step !== null)
		.flatMap(step => [step, ...(triggers.get(step) ?? [])]);
	return {
		dockerfile: `${parts.map(({text}) => text).join('\n')}\n`,
		steps: [...globals.map(() => null), ...planned],
		triggers,
		repeated: inFull.filter(step => images.has(step)),
		readsContext: inFull.some(step => readsContext(steps[step]!)),
	};
}

/**
@returns Whether the step looks for its files in the build context, or, being an ADD, may do so.
*/
export function readsContext({keyword, text}: Step): boolean {
	return (
		(keyword === 'COPY' || keyword === 'ADD' || keyword === 'ONBUILD') &&
		!/\s--from=/v.test(text)
	);
}

function planStage(
	program: Program,
	images: StepImages,
	steps: readonly number[],
	exact: boolean,
): readonly Part[] {
	const all = program.stages[program.steps[steps[0] ?? 0]!.stage]!.steps;
	const triggers = all.filter(step => program.steps[step]!.trigger);
	if (triggers.length > 0 && steps.length <= 1) {
		// The FROM alone can't be had.
		return [];
	}

	const start = startOf(program, images, steps, exact);
	const rest = steps
		.slice(start + 1)
		.filter(step => !program.steps[step]!.trigger)
		.map(step => ({
			text: instructionOf(program, step).source,
			step,
			...(program.steps[step]!.index === 0 && {triggers}),
		}));
	if (start === -1) {
		return rest;
	}

	const first = program.steps[steps[0]!]!;
	const {name, platform} = program.graph.stages[first.stage]!;
	const from = [
		'FROM',
		...(platform === null ? [] : [`--platform=${platform}`]),
		images.get(steps[start]!)!,
		...(name === null ? [] : ['AS', name]),
	].join(' ');
	return [
		{text: from, step: null},
		...(rest.length === 0
			? []
			: argumentsIn(program, steps.slice(0, start + 1))),
		...rest,
	];
}

/** Which of the steps to start from, by its place among them; -1 for the FROM as it is written. */
function startOf(
	program: Program,
	images: StepImages,
	steps: readonly number[],
	exact: boolean,
): number {
	const triggers = steps.findLastIndex(step => program.steps[step]!.trigger);
	const missing = steps.findIndex(
		(step, index) => !images.has(step) && (index > 0 || triggers === -1),
	);
	const last = (missing === -1 ? steps.length : missing) - 1;
	const keywords = steps.map(step => program.steps[step]!.keyword);
	const isWhole = missing === -1 && !keywords.includes('ONBUILD');
	const limit = isWhole
		? -1
		: keywords.findIndex(
				keyword => keyword === 'ONBUILD' || (keyword === 'ARG' && !exact),
			);
	const start = limit === -1 ? last : Math.min(last, limit - 1);
	return start >= triggers && images.get(steps[start]!) ? start : -1;
}

function argumentsIn(
	program: Program,
	steps: readonly number[],
): readonly Part[] {
	return steps
		.filter(step => program.steps[step]!.keyword === 'ARG')
		.map(step => ({
			text: program.steps[step]!.text.replace(/^ONBUILD /v, ''),
			step: null,
		}));
}

function instructionOf({graph, steps}: Program, step: number) {
	const {stage, index} = steps[step]!;
	return runsIn(graph.stages[stage]!)[index]!.instruction;
}
