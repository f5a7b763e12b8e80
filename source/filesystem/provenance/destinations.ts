import type {BytePath} from '../../text/byte-path.js';
import type {Destination} from '../compare/change.js';
import {type CopyOperation, destinationOf, destinationsOf} from './copies.js';
import {lineageOf} from './left-behind.js';
import type {BuildGraph} from './provenance.js';

/**
@returns Tells from the build's copies alone where a path of a stage may be in the target, from stage to stage if need be,
likeliest first; nothing when no copy takes it there. What is in a directory that is copied goes to the copy's destination.
*/
export function destinationsIn(
	graph: BuildGraph,
	target: number,
): (
	stage: number,
	path: BytePath,
	isDirectory: boolean,
) => Iterable<Destination> {
	const lineage = lineageOf(graph, target);
	const copies = graph.stages.map((_, stage) => copiesFrom(graph, stage));
	function* find(
		stage: number,
		{path, isDirectory}: Moving,
		seen: ReadonlySet<string>,
	): Generator<Destination> {
		const key = `${stage}:${path}`;
		if (seen.has(key)) {
			return;
		}

		for (const copy of copies[stage]!) {
			for (const next of possibleOf(copy.operation, path, isDirectory)) {
				if (lineage.has(copy.stage)) {
					yield {path: next, step: copy.step, from: copy.from};
				} else {
					yield* find(
						copy.stage,
						{path: next, isDirectory},
						new Set([...seen, key]),
					);
				}
			}
		}
	}

	return (stage, path, isDirectory) =>
		find(stage, {path, isDirectory}, new Set());
}

type Moving = {readonly path: BytePath; readonly isDirectory: boolean};

/** A source of a copy, and the step and stage that it is copied by. */
type Taking = {
	readonly stage: number;
	readonly step: number;
	readonly from: number;
	readonly operation: CopyOperation;
};

/** All copies from a stage, from what it starts from, and from what starts with it. */
function copiesFrom(graph: BuildGraph, stage: number): readonly Taking[] {
	const below = lineageOf(graph, stage);
	const isRelated = (other: number): boolean =>
		below.has(other) || lineageOf(graph, other).has(stage);
	return graph.stages.flatMap(({steps}, index) =>
		steps.flatMap(({id, copy}) =>
			(copy?.operations ?? []).flatMap(operation =>
				operation.from.kind === 'stage' && isRelated(operation.from.stage)
					? [
							{
								stage: index,
								step: id,
								from: operation.from.stage,
								operation,
							},
						]
					: [],
			),
		),
	);
}

function possibleOf(
	operation: CopyOperation,
	path: BytePath,
	isDirectory: boolean,
): readonly BytePath[] {
	const possible = destinationsOf(operation, path);
	return isDirectory && possible.length > 1
		? [destinationOf(operation)]
		: possible;
}
