import type {Point, ProgramStage} from '../../engine/port.js';
import type {BuildFiles} from '../../debugger/points/build-files.js';
import {stageOfPoint} from '../../debugger/points/point.js';
import type {CopyMapping} from '../../filesystem/provenance/copy-mapping.js';
import {
	layerSteps,
	lineageOf,
} from '../../filesystem/provenance/left-behind.js';
import {ShippedFiles} from '../../filesystem/provenance/shipped-files.js';
import {Shipping} from '../../filesystem/provenance/shipping.js';
import {buildGraph, buildLookup} from '../trace/build-graph.js';
import {CopyMappings} from '../trace/copy-mappings.js';
import {firstSame} from './first-same.js';
import {Layers} from './layers.js';

/**
@param layers - Of the build.
@param signal - Gives it up.
@param isAsked - Whether a stage is asked about, and can be looked into without running it; default: all that are built.
@returns Which files of its stages the target has.
@throws {EngineError} The engine was lost.
@throws The signal's reason when it aborts.
*/
export async function findShipped(
	build: BuildFiles,
	layers: Layers,
	signal: AbortSignal,
	isAsked: (stage: ProgramStage) => boolean = ({needed}) => needed,
): Promise<ShippedFiles> {
	const {program} = build;
	const {target} = program;
	const graph = buildGraph(build);
	const stages = program.stages
		.filter(stage => isAsked(stage))
		.map(({index}) => index);
	const lookup = buildLookup(build);
	const bottoms = new Map(
		program.stages.map(({index}) => [
			index,
			program.stages[[...lineageOf(graph, index)].at(-1)!]!.steps[0]!,
		]),
	);
	const [accounts, mappings] = await Promise.all([
		Promise.all(
			stages.map(async stage => [stage, await layers.ofImage(stage)] as const),
		),
		mappingsOf(build, new CopyMappings(lookup), stages),
	]);
	return ShippedFiles.trace({
		target,
		bottoms,
		mappings,
		lineage: layerSteps(graph, target),
		accounts: new Map(accounts),
		async isInBase(stage, path) {
			const step = bottoms.get(stage)!;
			const entry = await lookup.stat({kind: 'before', step}, path);
			return entry !== null;
		},
		firstSame: async (step, questions) =>
			firstSame(build, step, questions, signal),
	});
}

/** Of the copies that take something from a stage. */
async function mappingsOf(
	build: BuildFiles,
	mappings: CopyMappings,
	stages: readonly number[],
): Promise<ReadonlyMap<number, CopyMapping>> {
	const copies = stages
		.flatMap(stage => build.program.stages[stage]!.steps)
		.flatMap(step => build.copiesOf(step) ?? [])
		.filter(({operations}) =>
			operations.some(({from}) => from.kind === 'stage'),
		);
	return new Map(
		await Promise.all(
			copies.map(async copy => [copy.step, await mappings.of(copy)] as const),
		),
	);
}

/**
@returns What follows the files of a stage into the target while they are compared; `null` when two points are compared of
which the one isn't of a stage that the target only copies from, or the other isn't the target.
@throws {EngineError} The engine was lost.
@throws The signal's reason when it aborts.
*/
export async function shippingBetween(
	build: BuildFiles,
	[from, to]: readonly [from: Point, to: Point],
	signal: AbortSignal,
): Promise<Shipping | null> {
	const {program} = build;
	const {target} = program;
	const isToFinal =
		to.kind === 'final' || (to.kind === 'stage' && to.stage === target);
	const stage = stageOfPoint(from, program);
	const graph = buildGraph(build);
	if (!isToFinal || stage === null || lineageOf(graph, target).has(stage)) {
		return null;
	}

	const below = lineageOf(graph, stage);
	const related = new Set(
		program.stages
			.map(({index}) => index)
			.filter(index => below.has(index) || lineageOf(graph, index).has(stage)),
	);

	const shipped = await findShipped(build, new Layers(build, signal), signal);
	return new Shipping((path, isDirectory) =>
		isDirectory
			? shipped.destinationsOfDirectory(related, path)
			: shipped.destinationsOf(stage, path),
	);
}
