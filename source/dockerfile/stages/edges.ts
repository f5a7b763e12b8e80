import type {Base, Source, Stage, StageGraph, Via} from '../types.js';
import {neededStages} from './stage-queries.js';

/** All dependencies of a stage on one thing by one kind of instruction. */
export type Edge = {
	readonly source: Source;
	readonly via: Via;

	/** Whether ONBUILD triggers of the base read there. */
	readonly isTrigger: boolean;

	/** In file order, each once. */
	readonly lines: readonly number[];
};

/** A graph with its target, and which builder builds which stage. */
export type Tree = {
	readonly graph: StageGraph;
	readonly target: number;
	readonly needed: {
		readonly buildkit: ReadonlySet<number>;
		readonly legacy: ReadonlySet<number>;
	};
};

/** @returns The graph with its target, by the target's index, and which builder builds which stage for it. */
export function treeOf(graph: StageGraph, target: number): Tree {
	return {
		graph,
		target,
		needed: {
			buildkit: neededStages(graph, target, 'buildkit'),
			legacy: neededStages(graph, target, 'legacy'),
		},
	};
}

/**
@param source - What a stage reads from.
@returns A key that is the same for the same thing.
*/
export function sourceKey(source: Source): string {
	switch (source.kind) {
		case 'stage': {
			return `stage ${source.stage}`;
		}

		case 'image': {
			return `image ${source.reference}`;
		}

		case 'context': {
			return `context ${source.name}`;
		}
	}
}

/**
@param stage - A stage.
@returns Its dependencies, those on one thing by one kind of instruction taken together, and those of ONBUILD triggers apart.
*/
export function edgesOf({dependencies}: Stage): readonly Edge[] {
	const edges = new Map<string, Edge & {readonly lines: number[]}>();

	for (const dependency of dependencies) {
		const {via, line, isTrigger = false} = dependency;
		const key = `${sourceKey(dependency)} ${via} ${isTrigger}`;
		const lines = edges.get(key)?.lines ?? [];
		if (!lines.includes(line, -1)) {
			lines.push(line);
		}

		edges.set(key, {source: dependency, via, isTrigger, lines});
	}

	return [...edges.values()];
}

/**
@param edge - An edge.
@returns Why it is there: `COPY --from (lines 12, 14)`, `ONBUILD COPY --from (line 3)`.
*/
export function reasonOf({via, lines, isTrigger}: Edge): string {
	return `${isTrigger ? 'ONBUILD ' : ''}${via} (${lines.length === 1 ? 'line' : 'lines'} ${lines.join(', ')})`;
}

/**
@param stage - A stage.
@returns Its number and its name.
*/
export function stageLabel({index, name}: Stage): string {
	return name === null ? String(index) : `${index} ${name}`;
}

/**
@param source - A base, or what a stage reads from.
@param graph - The graph that it is in.
@returns It in words.
*/
export function sourceLabel(source: Source | Base, graph: StageGraph): string {
	switch (source.kind) {
		case 'stage': {
			return stageLabel(graph.stages[source.stage]!);
		}

		case 'image': {
			return source.reference;
		}

		case 'context': {
			return `context ${source.name}`;
		}

		case 'scratch': {
			return 'scratch';
		}
	}
}
