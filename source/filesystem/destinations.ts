import type {BytePath} from '../text/byte-path.js';
import {destinationOf, destinationsOf} from './copies.js';
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
			copy?.from.kind === 'stage' && copy.from.stage === stage
				? copy.operations
						.flatMap(operation => destinationsOf(operation, path))
						.map(destination => ({stage: index, path: destination}))
				: [],
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

/** Where a file of a stage is in the target, and the copy that brought it there. */
export type Destination = {readonly path: BytePath; readonly step: number};

/**
@returns Tells from the build's copies alone where a path of a stage gets in the target, from stage to stage if need be;
`null` when no copy takes it there. What is in a directory that is copied goes to the copy's destination.
*/
export function destinationIn(
	graph: BuildGraph,
	target: number,
): (stage: number, path: BytePath, isDirectory: boolean) => Destination | null {
	const lineage = lineageOf(graph, target);
	const find = (
		stage: number,
		{path, isDirectory}: Moving,
		seen: ReadonlySet<string>,
	): Destination | null => {
		const key = `${stage}:${path}`;
		if (seen.has(key)) {
			return null;
		}

		for (const next of copiesFrom(graph, stage, {path, isDirectory})) {
			const found = lineage.has(next.stage)
				? next
				: find(
						next.stage,
						{path: next.path, isDirectory},
						new Set([...seen, key]),
					);
			if (found) {
				return {path: found.path, step: found.step};
			}
		}

		return null;
	};

	return (stage, path, isDirectory) =>
		find(stage, {path, isDirectory}, new Set());
}

type Moving = {readonly path: BytePath; readonly isDirectory: boolean};

/** All copies of a path of a stage, or of what the stage starts from. */
function copiesFrom(
	graph: BuildGraph,
	stage: number,
	{path, isDirectory}: Moving,
): ReadonlyArray<Destination & {readonly stage: number}> {
	const sources = lineageOf(graph, stage);
	return graph.stages.flatMap(({steps}, index) =>
		steps.flatMap(({copy}) =>
			copy?.from.kind === 'stage' && sources.has(copy.from.stage)
				? copy.operations.flatMap(operation => {
						const possible = destinationsOf(operation, path);
						const found =
							isDirectory && possible.length > 1
								? destinationOf(operation)
								: possible[0];
						return found === undefined
							? []
							: [{stage: index, path: found, step: copy.step}];
					})
				: [],
		),
	);
}
