import {basename} from 'node:path';
import {findTarget} from '../../../dockerfile/stage-graph.js';
import type {StageGraph} from '../../../dockerfile/types.js';
import type {BuildRequest, BuildSettings, ProgramStage} from '../../port.js';
import type {Gateway} from '../connect/gateway.js';
import type {Result} from '../proto/generated/gateway_pb.js';
import type {Definition} from '../proto/generated/ops_pb.js';
import {type BaseImages, resolveImages} from './base-images.js';
import {
	type LoadedDefinition,
	type Result as DefinitionResult,
	parentOf,
	readDefinition,
} from './definition.js';
import {vertexKeys, withStepKeys} from './keys.js';
import {type Mapping, mapProgram} from './mapping.js';
import {withoutCache} from './without-cache.js';

/** A build as the frontend made it, or as it is after steps of it were to run again. */
export type LoadedBuild = {
	readonly loaded: LoadedDefinition;

	/** The frontend's answer: what the build returns, but for its reference. */
	readonly result: Result;

	readonly mapping: Mapping;

	/** By vertex digest: what the operation is, whatever the session. */
	readonly keys: ReadonlyMap<string, string>;
};

/** As `GraphOptions` has them. */
type ImageTriggers = ReadonlyMap<number, readonly string[]>;

type Reading = {
	readonly graph: StageGraph;

	/**
	@param imageTriggers - The ONBUILD triggers of base images, by the index of the stage.
	@throws {DockerfileError} A text can't be read.
	*/
	readonly read: (source: string, imageTriggers?: ImageTriggers) => StageGraph;
};

type LoadOptions = Reading & {
	readonly request: BuildRequest;
	readonly signal?: AbortSignal;
};

/**
Loads the Dockerfile with the engine's own frontend.

@param reading - Our own reading of it, and what reads it again.
@throws {ConnectError} The frontend refuses it.
*/
export async function loadBuild(
	gateway: Gateway,
	{request, signal, ...reading}: LoadOptions,
): Promise<LoadedBuild> {
	const result = await gateway.load(frontendOptions(request), {signal});
	const definition =
		result.result.case === 'ref' ? result.result.value.def : undefined;
	const loaded = readDefinition(definition);
	const images = await resolveImages(gateway, loaded, signal);
	const mapping = mapWithTriggers(
		{...reading, graph: asTheFrontend(reading, loaded.definition)},
		{target: request.target, loaded, images},
	);
	const keys = vertexKeys(loaded, images);
	const {program, ownResults} = mapping;
	const {buildArguments} = request;
	return {
		loaded,
		result,
		keys,
		mapping: {
			...mapping,
			program: {
				...program,
				stages: withConfigurations(mapping, images),
				steps: withStepKeys(program, ownResults, keys, buildArguments),
			},
		},
	};
}

/**
What a base image makes its stage run is known only once it is known which image that is, and only then which stages that
reads.
*/
function mapWithTriggers(
	{graph: written, read}: Reading,
	{
		target,
		loaded,
		images,
	}: {
		readonly target: string | undefined;
		readonly loaded: LoadedDefinition;
		readonly images: BaseImages;
	},
): Mapping {
	let graph = written;
	let mapping = mapProgram(graph, findTarget(graph, target), loaded);
	let known: ImageTriggers = new Map();
	for (;;) {
		const triggers = triggersOf(mapping, {loaded, images});
		if (triggers.size <= known.size) {
			return mapping;
		}

		known = triggers;
		graph = read(graph.source, triggers);
		mapping = mapProgram(graph, findTarget(graph, target), loaded);
	}
}

function triggersOf(
	{program: {stages, graph}, ownResults}: Mapping,
	{
		loaded,
		images,
	}: {readonly loaded: LoadedDefinition; readonly images: BaseImages},
): ImageTriggers {
	return new Map(
		stages.flatMap(({index, steps}) => {
			const base = sourceBelow(loaded, ownResults.get(steps[0]!));
			const triggers =
				base === undefined ? [] : images.get(base)?.configuration.onBuild;
			return graph.stages[index]!.isReplaced || !triggers?.length
				? []
				: [[index, triggers] as const];
		}),
	);
}

/** The digest of the operation that a result goes back to. */
function sourceBelow(
	{vertices}: LoadedDefinition,
	result: DefinitionResult | undefined,
): string | undefined {
	let digest = result?.digest;
	for (
		let vertex = vertices.get(digest ?? '');
		vertex !== undefined;
		vertex = vertices.get(digest ?? '')
	) {
		const parent = parentOf(vertex);
		if (parent === null) {
			break;
		}

		digest = parent.digest;
	}

	return digest;
}

/**
The file may have been saved anew between our reading and the frontend's.

@returns Our own reading of the text that the frontend read, which it hands back with its definition.
*/
export function asTheFrontend(
	{graph, read}: Reading,
	{Source: sources}: Definition,
): StageGraph {
	const [info] = sources?.infos ?? [];
	const source =
		info && new TextDecoder('utf-8', {ignoreBOM: true}).decode(info.data);
	return source === undefined || source === graph.source ? graph : read(source);
}

/**
@param steps - The ids of steps that are to run again.
@param digests - Operations that are to run again.
@returns The same build with other operations for them, and for what is built on them.
*/
export function runningAgain(
	load: LoadedBuild,
	steps: readonly number[],
	digests: ReadonlySet<string>,
): LoadedBuild {
	const {program, stepsOf} = load.mapping;
	const again = [...load.loaded.vertices.keys()].filter(
		digest =>
			digests.has(digest) ||
			stepsOf.get(digest)?.some(step => steps.includes(step)),
	);
	if (again.length === 0) {
		return load;
	}

	const loaded = readDefinition(
		withoutCache(load.loaded.definition, new Set(again)),
	);
	const mapping = mapProgram(program.graph, program.target, loaded);
	return {
		...load,
		loaded,
		mapping: {...mapping, program},
		keys: load.keys,
	};
}

/** FrontendOpt of `dockerfile.v0` (moby/buildkit frontend/dockerui/config.go). */
export function frontendOptions(
	request: BuildRequest,
): Readonly<Record<string, string>> {
	return {
		filename: basename(request.dockerfile),
		...(request.target !== undefined && {target: request.target}),
		...(request.platform !== undefined && {platform: request.platform}),
		...(request.noCache && {'no-cache': ''}),
		...(request.settings && settingOptions(request.settings)),
		...Object.fromEntries(
			Object.entries(request.buildArguments).map(([name, value]) => [
				`build-arg:${name}`,
				value,
			]),
		),
	};
}

/** As Docker's own clients send them (docker/buildx, build/opt.go). */
function settingOptions({
	labels,
	pull,
	network,
	hosts,
	sharedMemory,
	limits,
	contexts,
}: BuildSettings): Readonly<Record<string, string>> {
	const named = Object.entries(contexts);
	return {
		...Object.fromEntries(
			Object.entries(labels).map(([name, value]) => [`label:${name}`, value]),
		),
		...(pull && {'image-resolve-mode': 'pull'}),
		...(network !== null && {'force-network-mode': network}),
		...(hosts.length > 0 && {
			'add-hosts': hosts
				.map(({name, address}) => `${name}=${address}`)
				.join(','),
		}),
		...(sharedMemory !== null && {'shm-size': String(sharedMemory)}),
		...(limits.length > 0 && {
			ulimit: limits
				.map(({name, soft, hard}) => `${name}=${soft}:${hard}`)
				.join(','),
		}),
		// An engine whose frontend doesn't know of contexts refuses this, instead of building something else.
		...(named.length > 0 && {
			'frontend.caps': 'moby.buildkit.frontend.contexts',
		}),
		...Object.fromEntries(
			named.map(([name, context]) => [
				`context:${name}`,
				context.kind === 'folder' ? `local:${name}` : context.address,
			]),
		),
	};
}

function withConfigurations(
	{program, ownResults}: Mapping,
	images: BaseImages,
): readonly ProgramStage[] {
	return program.stages.map(stage => {
		const base = ownResults.get(stage.steps[0]!);
		return {
			...stage,
			baseConfiguration: base
				? (images.get(base.digest)?.configuration ?? null)
				: null,
		};
	});
}
