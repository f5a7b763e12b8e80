import {DockerfileError, UsageError} from '../../errors.js';
import {nearMiss} from '../../text/near-miss.js';
import type {StageGraph} from '../types.js';

/** The two builders of Docker Engine: BuildKit builds what the target needs, the legacy one everything before it too. */
export type BuilderKind = 'buildkit' | 'legacy';

const describeStages = ({stages}: StageGraph): string => {
	const names = [
		...new Set(stages.map(({name}) => name).filter(name => name !== null)),
	];
	return names.length === 0
		? 'no stage of it has a name'
		: `its stages are ${names.join(', ')}`;
};

function unknownTarget(graph: StageGraph, target: string): UsageError {
	const {stages, filename} = graph;
	const byNumber = /^\d+$/v.test(target) ? stages[Number(target)] : undefined;
	if (byNumber !== undefined) {
		const advice =
			byNumber.name === null
				? `give stage ${target} a name with AS, and use that`
				: `use the name of stage ${target}, ${byNumber.name}`;
		return new UsageError(
			`--target takes the name of a stage, not its number: ${advice}.`,
		);
	}

	const meant = nearMiss(
		target,
		stages.map(({name}) => name).filter(name => name !== null),
	);
	const hint =
		meant === undefined
			? `${describeStages(graph)}.`
			: `did you mean ${meant}?`;
	return new UsageError(`${filename} has no stage called '${target}': ${hint}`);
}

/**
@param graph - A stage graph.
@param target - The name of a stage in any case, as `--target` takes it; nothing means the last stage.
@param builder - Of several stages with one name BuildKit takes the last, the legacy builder the first.
@returns The index of the target.
@throws {UsageError} When no stage has that name.
@throws {DockerfileError} When BuildKit refuses a stage that the target needs.
*/
export function findTarget(
	graph: StageGraph,
	target: string | undefined,
	builder: BuilderKind = 'buildkit',
): number {
	const {stages, filename, faults} = graph;
	const wanted = target?.toLowerCase();
	const find = builder === 'buildkit' ? 'findLastIndex' : 'findIndex';
	const index = wanted
		? stages[find](({name}) => name === wanted)
		: stages.length - 1;

	if (index === -1) {
		throw unknownTarget(graph, target!);
	}

	const needed = neededStages(graph, index, builder);
	const fault = faults.find(({stage}) => needed.has(stage));
	if (fault !== undefined) {
		throw new DockerfileError(fault.reason, filename, fault.line);
	}

	return index;
}

/**
@param graph - A stage graph.
@param target - The index of the target.
@param builder - Which builder builds it.
@returns The indexes of the stages that get built, the target among them.
*/
export function neededStages(
	{stages}: StageGraph,
	target: number,
	builder: BuilderKind,
): ReadonlySet<number> {
	if (builder === 'legacy') {
		return new Set(stages.slice(0, target + 1).map(({index}) => index));
	}

	const needed = new Set([target]);
	for (const index of needed) {
		for (const dependency of stages[index]!.dependencies) {
			if (dependency.kind === 'stage') {
				needed.add(dependency.stage);
			}
		}
	}

	return needed;
}

/**
@param graph - A stage graph.
@param nameOrNumber - How a user names a stage: its name in any case, or its number counted from 0.
@returns The index of the stage; of several with one name it is the last, as for `COPY --from`.
*/
export function findStage(
	{stages}: StageGraph,
	nameOrNumber: string,
): number | undefined {
	if (/^\d+$/v.test(nameOrNumber)) {
		return stages[Number(nameOrNumber)]?.index;
	}

	const index = stages.findLastIndex(
		({name}) => name === nameOrNumber.toLowerCase(),
	);
	return index === -1 ? undefined : index;
}

/** A stage, by its name and the line of its FROM. */
export type NamedStage = {readonly name: string; readonly line: number};

/**
@param graph - A stage graph.
@param reference - An image that can't be had: as the Dockerfile names it, or in full, with `docker.io/library/` and `:latest`.
@param line - Where it is named: a stage further down can't be meant.
@returns The stage that was most likely meant instead; `null` when no name is like it.
*/
export function meantStage(
	{stages}: StageGraph,
	reference: string,
	line: number,
): NamedStage | null {
	const written = reference.replace(
		/^(?:docker\.io\/(?:library\/)?)?(?<name>[^\/:@]+)(?::latest)?$/v,
		'$<name>',
	);
	const earlier = stages.filter(({lines}) => lines[0] < line);
	const meant = nearMiss(
		written,
		earlier.flatMap(({name}) => name ?? []),
	);
	const stage = earlier.findLast(({name}) => name === meant);
	return meant === undefined || !stage
		? null
		: {name: meant, line: stage.lines[0]};
}
