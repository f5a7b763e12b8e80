import {createHash} from 'node:crypto';
import {create, toBinary} from '@bufbuild/protobuf';
import {readStageGraph} from '../../../source/dockerfile/stage-graph.js';
import {
	type LoadedDefinition,
	readDefinition,
} from '../../../source/engine/buildkit/program/definition.js';
import {
	type Mapping,
	mapProgram,
} from '../../../source/engine/buildkit/program/mapping.js';
import {
	DefinitionSchema,
	type Op,
	OpSchema,
} from '../../../source/engine/buildkit/proto/generated/ops_pb.js';

/** An operation as a frontend makes it. */
export type HandMade = {
	/** What others name it by as an input. */
	readonly id: string;
	readonly kind: 'source' | 'exec' | 'file' | 'merge';

	/** As the frontend shows it. */
	readonly name?: string;

	/** What it changes first, unless it adds to the empty filesystem. */
	readonly inputs?: readonly string[];
	readonly onNothing?: boolean;

	/** The lines in the Dockerfile; several for what stages share. */
	readonly lines?: readonly number[];
};

/**
@param operations - Each after its inputs; the last is the result.
@returns The definition, and the digests by id.
*/
export function handMade(operations: readonly HandMade[]): {
	readonly loaded: LoadedDefinition;
	readonly digests: Readonly<Record<string, string>>;
} {
	const digests: Record<string, string> = {};
	const metadata: Record<string, {description: Record<string, string>}> = {};
	const locations: Record<
		string,
		{locations: Array<{ranges: Array<{start: {line: number}}>}>}
	> = {};
	const def = operations.map(operation => {
		const bytes = toBinary(
			OpSchema,
			create(OpSchema, {
				inputs: (operation.inputs ?? []).map(id => ({
					digest: digests[id]!,
					index: 0n,
				})),
				op: opOf(operation),
			}),
		);
		const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
		digests[operation.id] = digest;
		metadata[digest] = {
			description: {'llb.customname': operation.name ?? ''},
		};
		locations[digest] = {
			locations: (operation.lines ?? []).map(line => ({
				ranges: [{start: {line}}],
			})),
		};
		return bytes;
	});
	const head = operations.at(-1);
	const inputs = head ? [{digest: digests[head.id]!, index: 0n}] : [];
	return {
		digests,
		loaded: readDefinition(
			create(DefinitionSchema, {
				def: [...def, toBinary(OpSchema, create(OpSchema, {inputs}))],
				metadata,
				Source: {locations},
			}),
		),
	};
}

function opOf({id, kind, inputs = [], onNothing}: HandMade): Op['op'] {
	const input = inputs.length > 0 && !onNothing ? 0n : -1n;
	const op = create(OpSchema, {
		op:
			kind === 'source'
				? {case: 'source', value: {identifier: `docker-image://${id}`}}
				: kind === 'exec'
					? {
							case: 'exec',
							value: {
								meta: {args: [id]},
								mounts: [
									...inputs.slice(1).map((_, index) => ({
										dest: `/mount${index}`,
										input: BigInt(index + 1),
									})),
									{dest: '/', input},
								],
							},
						}
					: kind === 'merge'
						? {
								case: 'merge',
								value: {
									inputs: inputs.map((_, index) => ({input: BigInt(index)})),
								},
							}
						: {
								case: 'file',
								value: {
									actions: [
										{
											input,
											secondaryInput: 1n,
											action: {case: 'copy', value: {src: id, dest: '/'}},
										},
									],
								},
							},
	});
	return op.op;
}

/**
@param target - The index of the stage; default: the last.
@returns What belongs to which step of the Dockerfile.
*/
export function mapOf(
	dockerfile: string,
	operations: readonly HandMade[],
	target?: number,
	triggers: ReadonlyMap<number, readonly string[]> = new Map(),
): Mapping & {
	/** By operation id: the places of the steps it runs for, `stage:instruction`. */
	readonly places: Readonly<Record<string, readonly string[]>>;

	/** By step, in order: the id of its own result. */
	readonly results: ReadonlyArray<readonly [place: string, id: string | null]>;
} {
	const graph = readStageGraph(dockerfile, {
		filename: 'Dockerfile',
		imageTriggers: triggers,
	});
	const {loaded, digests} = handMade(operations);
	const mapping = mapProgram(graph, target ?? graph.stages.length - 1, loaded);
	const {steps} = mapping.program;
	const place = (id: number): string =>
		`${steps[id]!.stage}:${steps[id]!.index}`;
	const idOf = (digest: string): string =>
		Object.keys(digests).find(id => digests[id] === digest)!;
	return {
		...mapping,
		places: Object.fromEntries(
			[...mapping.stepsOf].map(([digest, owners]) => [
				idOf(digest),
				owners.map(step => place(step)),
			]),
		),
		results: steps.map(({id}) => [
			place(id),
			mapping.ownResults.has(id)
				? idOf(mapping.ownResults.get(id)!.digest)
				: null,
		]),
	};
}
