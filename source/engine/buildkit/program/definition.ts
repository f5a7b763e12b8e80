import {createHash} from 'node:crypto';
import {create, fromBinary, toBinary} from '@bufbuild/protobuf';
import {
	type Definition,
	DefinitionSchema,
	MountType,
	type Op,
	OpSchema,
} from '../proto/generated/ops_pb.js';

/** One output of a vertex: what a filesystem in a build is named by. */
export type Result = {readonly digest: string; readonly index: number};

/** One operation of a build. */
export type Vertex = {
	/** `sha256:` and the hash of its bytes: how the engine names it everywhere. */
	readonly digest: string;
	readonly op: Op;
	readonly inputs: readonly Result[];

	/** As the frontend shows it: `[builder 4/6] RUN …`. */
	readonly name: string;

	/** Where it stands in the Dockerfile; two places when two stages hold the same instructions. */
	readonly lines: ReadonlyArray<readonly [first: number, last: number]>;
};

/** A build as the frontend made it, readable. */
export type LoadedDefinition = {
	readonly definition: Definition;
	readonly vertices: ReadonlyMap<string, Vertex>;

	/** The build's result, or `null` when it is the empty filesystem. */
	readonly head: Result | null;
};

/**
@param definition - `Ref.def` of a result; its last entry has no operation, only the input that names the result
(moby/buildkit client/llb/definition.go).
*/
export function readDefinition(
	definition: Definition | undefined,
): LoadedDefinition {
	const vertices = new Map<string, Vertex>();
	let head: Result | null = null;

	for (const bytes of definition?.def ?? []) {
		const op = fromBinary(OpSchema, bytes);
		const inputs = op.inputs.map(input => ({
			digest: input.digest,
			index: Number(input.index),
		}));
		const digest = digestOf(bytes);
		vertices.set(digest, {
			digest,
			op,
			inputs,
			name: definition!.metadata[digest]?.description['llb.customname'] ?? '',
			lines: linesOf(definition!, digest),
		});
		head = inputs[0] ?? null;
	}

	return {definition: definition ?? create(DefinitionSchema), vertices, head};
}

/**
@returns The definition of the same build up to another result.
*/
export function withHead(
	definition: Definition,
	{digest, index}: Result,
): Definition {
	const head = toBinary(
		OpSchema,
		create(OpSchema, {inputs: [{digest, index: BigInt(index)}]}),
	);
	return create(DefinitionSchema, {
		def: [...definition.def.slice(0, -1), head],
		metadata: definition.metadata,
		Source: definition.Source,
	});
}

/**
@param definition - With both results in it.
@returns The definition of what `upper` has that `lower`, which it was made from, doesn't have the same: an operation of
engines with the capability `diffop` (moby/buildkit solver/pb/ops.proto).
*/
export function differenceOf(
	definition: Definition,
	lower: Result,
	upper: Result,
): Definition {
	const bytes = toBinary(
		OpSchema,
		create(OpSchema, {
			inputs: [lower, upper].map(({digest, index}) => ({
				digest,
				index: BigInt(index),
			})),
			op: {
				case: 'diff',
				value: {lower: {input: 0n}, upper: {input: 1n}},
			},
		}),
	);
	const digest = digestOf(bytes);
	const extended = create(DefinitionSchema, {
		def: [...definition.def.slice(0, -1), bytes, ...definition.def.slice(-1)],
		metadata: {...definition.metadata, [digest]: {}},
		Source: definition.Source,
	});
	return withHead(extended, {digest, index: 0});
}

/**
@returns The result that an operation changes: what its step starts from, or `null` when that is the empty filesystem.
A RUN's is mounted at `/`; a COPY's is its first action's input; a merge's (`COPY --link`) is its first.
*/
export function parentOf(vertex: Vertex): Result | null {
	const {op} = vertex.op;
	switch (op.case) {
		case 'exec': {
			const root = op.value.mounts.find(mount => mount.dest === '/');
			return vertex.inputs[Number(root?.input ?? -1n)] ?? null;
		}

		case 'file': {
			return vertex.inputs[Number(op.value.actions[0]?.input ?? -1n)] ?? null;
		}

		case 'merge': {
			return vertex.inputs[Number(op.value.inputs[0]?.input ?? -1n)] ?? null;
		}

		default: {
			return null;
		}
	}
}

/**
@param digests - Of operations.
@returns These, and the digests of all that they are made of.
*/
export function ancestorsOf(
	{vertices}: LoadedDefinition,
	digests: readonly string[],
): ReadonlySet<string> {
	const found = new Set(digests);
	// What is added while a set is gone through is gone through as well.
	for (const digest of found) {
		for (const input of vertices.get(digest)?.inputs ?? []) {
			found.add(input.digest);
		}
	}

	return found;
}

/** @returns Whether it is a RUN with a cache mount. */
export function hasCacheMount(vertex: Vertex | undefined): boolean {
	return (
		vertex?.op.op.case === 'exec' &&
		vertex.op.op.value.mounts.some(
			({mountType}) => mountType === MountType.CACHE,
		)
	);
}

/**
@returns Whether the engine reports a start of it only when all that it is made of is there and it runs: it is a RUN of whose
inputs no contents are looked at first, as are those of a COPY and of bind mounts (moby/buildkit solver/jobs.go, `CalcSlowCache`,
and solver/llbsolver/ops/exec.go, `getMountDeps`).
*/
export function startsWhenItRuns(vertex: Vertex | undefined): boolean {
	return (
		vertex?.op.op.case === 'exec' &&
		vertex.op.op.value.mounts.every(
			({dest, input, output, readonly}) =>
				input < 0n || ((dest === '/' || !readonly) && output >= 0n),
		)
	);
}

/**
@param bytes - A serialised operation.
@returns What the engine names it by.
*/
export function digestOf(bytes: Uint8Array): string {
	return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

function linesOf(definition: Definition, digest: string): Vertex['lines'] {
	const locations = definition.Source?.locations[digest]?.locations ?? [];
	return locations.flatMap(location =>
		location.ranges.map(
			range =>
				[
					range.start?.line ?? 0,
					range.end?.line ?? range.start?.line ?? 0,
				] as const,
		),
	);
}
