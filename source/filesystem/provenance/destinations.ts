import type {BytePath} from '../../text/byte-path.js';
import type {Destination} from '../compare/change.js';
import {type CopyOperation, destinationOf, destinationsOf} from './copies.js';
import {lineageOf} from './left-behind.js';
import {
	type BuildGraph,
	type Link,
	type Lookup,
	traceOrigin,
} from './provenance.js';

/** Where a file of one stage is at the end of another. */
export type Arrival = {
	readonly stage: number;
	readonly path: BytePath;

	/** How it got there, the last first, up to where it was. */
	readonly links: readonly Link[];
};

type Spot = {readonly stage: number; readonly path: BytePath};

/**
Follows a file of a stage forward, through all stages that copy it or start from its stage.

@returns Where it arrived, in the order in which it got there; empty when it stayed.
*/
export async function traceDestinations(
	graph: BuildGraph,
	lookup: Lookup,
	start: Spot,
): Promise<readonly Arrival[]> {
	const own = await traceOrigin(graph, lookup, start.stage, start.path);
	const arrivals: Arrival[] = [];
	const seen = new Set<string>();
	const waiting: Spot[] = [start];
	for (const spot of waiting) {
		for (const next of possibleNext(graph, spot)) {
			const key = `${next.stage}:${next.path}`;
			if (seen.has(key)) {
				continue;
			}

			seen.add(key);
			// eslint-disable-next-line no-await-in-loop -- what is found here is where to look next
			const links = await traceOrigin(graph, lookup, next.stage, next.path);
			if (endsWith(links, own)) {
				arrivals.push({
					...next,
					links: links.slice(0, links.length - own.length),
				});
				waiting.push(next);
			}
		}
	}

	return arrivals;
}

function possibleNext(
	{stages}: BuildGraph,
	{stage, path}: Spot,
): readonly Spot[] {
	return stages.flatMap(({base, steps}, index) => [
		...(base.kind === 'stage' && base.stage === stage
			? [{stage: index, path}]
			: []),
		...steps.flatMap(({copy}) =>
			(copy?.operations ?? [])
				.filter(({from}) => from.kind === 'stage' && from.stage === stage)
				.flatMap(operation => destinationsOf(operation, path))
				.map(destination => ({stage: index, path: destination})),
		),
	]);
}

function endsWith(links: readonly Link[], end: readonly Link[]): boolean {
	const tail = links.slice(links.length - end.length);
	return (
		end.length > 0 &&
		tail.length === end.length &&
		tail.every(
			({step, kind, path}, index) =>
				step === end[index]!.step &&
				kind === end[index]!.kind &&
				path === end[index]!.path,
		)
	);
}

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
