import type {Point, Program, Step} from '../../port.js';
import type {Result, Vertex} from '../program/definition.js';
import type {LoadedBuild} from '../program/loading.js';
import {resultAfter} from '../program/mapping.js';

/** A point that is some operation's result. */
export type ReachedPoint = Extract<
	Point,
	{readonly kind: 'after' | 'before' | 'stage' | 'final'}
>;

/** @returns Whether a point is some operation's result. */
export function isReachedPoint(point: Point): point is ReachedPoint {
	return ['after', 'before', 'stage', 'final'].includes(point.kind);
}

/**
@returns The result that the point is; `null` is the empty filesystem.
*/
export function resultAt(
	{mapping, loaded}: LoadedBuild,
	point: ReachedPoint,
): Result | null {
	const {program} = mapping;
	switch (point.kind) {
		case 'final': {
			return loaded.head;
		}

		case 'stage': {
			return resultAfter(mapping, program.stages[point.stage]!.steps.at(-1)!);
		}

		case 'after': {
			return resultAfter(mapping, point.step);
		}

		case 'before': {
			return resultAfter(
				mapping,
				program.steps[point.step]!.index === 0 ? point.step : point.step - 1,
			);
		}
	}
}

/**
@returns The RUN that the point is next to, whose mounts, environment, folder and user its processes see; `undefined` next
to any other instruction.
*/
export function runAt(
	{mapping, loaded}: LoadedBuild,
	point: ReachedPoint,
): Vertex | undefined {
	const step = stepAt(mapping.program, point);
	const result =
		step.keyword === 'RUN' ? mapping.ownResults.get(step.id) : undefined;
	const vertex = result && loaded.vertices.get(result.digest);
	return vertex?.op.op.case === 'exec' ? vertex : undefined;
}

/**
@returns The Dockerfile up to the point; where that is among ONBUILD triggers, one whose FROM brings those before it.
*/
export function sourceUpTo(program: Program, point: ReachedPoint): string {
	const step = stepAt(program, point);
	const isBefore = point.kind === 'before' && step.index > 0;
	if (step.trigger) {
		return sourceUpToTrigger(program, step, isBefore);
	}

	const last = isBefore ? step.lines[0] - 1 : step.lines[1];
	return program.graph.source.split('\n').slice(0, last).join('\n');
}

/** The FROM of the stage, without what its base has as ONBUILD from there on; of an image, nothing can be left out. */
function sourceUpToTrigger(
	{graph, steps, stages}: Program,
	{id, stage, trigger}: Step,
	isBefore: boolean,
): string {
	const [, end] = graph.stages[stage]!.instructions[0]!.lines;
	const lines = graph.source.split('\n').slice(0, end);
	const later = stages[stage]!.steps.map(step => steps[step]!).filter(
		step =>
			step.trigger?.from.kind === 'stage' &&
			(isBefore ? step.id >= id : step.id > id),
	);
	for (const {
		lines: [first, last],
	} of trigger!.from.kind === 'stage' ? later : []) {
		lines.fill('', first - 1, last);
	}

	return lines.join('\n');
}

function stepAt({steps, stages, target}: Program, point: ReachedPoint): Step {
	return point.kind === 'before' || point.kind === 'after'
		? steps[point.step]!
		: steps[
				stages[point.kind === 'stage' ? point.stage : target]!.steps.at(-1)!
			]!;
}
