import {createHash} from 'node:crypto';
import {create, toBinary} from '@bufbuild/protobuf';
import type {Program, Step} from '../../port.js';
import {InputSchema, type Op, OpSchema} from '../proto/generated/ops_pb.js';
import type {BaseImages} from './base-images.js';
import type {LoadedDefinition, Result, Vertex} from './definition.js';

/**
@param images - What the images are that it starts from.
@returns By vertex digest, what the operation is, whatever the session: a digest has the session's id in it wherever
something of the build context is read, and the patterns of all that is read of it.
*/
export function vertexKeys(
	{vertices}: LoadedDefinition,
	images: BaseImages,
): ReadonlyMap<string, string> {
	const keys = new Map<string, string>();
	// An operation stands behind those that it reads (moby/buildkit client/llb/marshal.go).
	for (const vertex of vertices.values()) {
		const {digest, op, inputs} = vertex;
		keys.set(
			digest,
			hash(
				toBinary(
					OpSchema,
					create(OpSchema, {
						...op,
						inputs: inputs.map(input =>
							create(InputSchema, {
								digest: keys.get(input.digest) ?? input.digest,
								index: BigInt(input.index),
							}),
						),
						op: lasting(vertex),
					}),
				),
				images.get(digest)?.hash ?? '',
			),
		);
	}

	return keys;
}

/** What of an operation doesn't change from session to session. */
function lasting({op: {op}}: Vertex): Op['op'] {
	if (op.case !== 'source') {
		return op;
	}

	const {identifier, attrs} = op.value;
	return {
		case: 'source',
		value: {
			...op.value,
			attrs: identifier.startsWith('local://')
				? {}
				: Object.fromEntries(
						Object.entries(attrs).toSorted(([a], [b]) => (a < b ? -1 : 1)),
					),
		},
	};
}

/**
@param keys - Of the operations.
@param ownResults - The steps' own results, by their ids.
@param buildArguments - What ARG gets in place of its default.
@returns The steps of a program with their keys. One that only changes the configuration has that of what it says and of
what it follows.
*/
export function withStepKeys(
	program: Program,
	ownResults: ReadonlyMap<number, Result>,
	keys: ReadonlyMap<string, string>,
	buildArguments: Readonly<Record<string, string>>,
): readonly Step[] {
	const found = new Map<number, string>();
	const keyOf = (step: Step): string => {
		const own = ownResults.get(step.id);
		if (own) {
			return `${keys.get(own.digest)!}:${own.index}`;
		}

		return hash(
			found.get(parentOf(program, step) ?? -1) ?? '',
			step.text,
			step.keyword === 'ARG' ? argumentsIn(step.text, buildArguments) : '',
		);
	};

	for (const step of program.steps) {
		if (program.stages[step.stage]!.needed) {
			found.set(step.id, keyOf(step));
		}
	}

	return program.steps.map(step => ({
		...step,
		key: found.get(step.id) ?? null,
	}));
}

/** The step that a step follows: for FROM, the last one of its base stage. */
function parentOf({stages, graph}: Program, step: Step): number | undefined {
	const {base} = graph.stages[step.stage]!;
	return step.index > 0
		? step.id - 1
		: base.kind === 'stage'
			? stages[base.stage]!.steps.at(-1)
			: undefined;
}

/** What `--build-arg` gives for an ARG. */
function argumentsIn(
	text: string,
	buildArguments: Readonly<Record<string, string>>,
): string {
	const names = text.split(/\s+/v).map(word => word.split('=', 1)[0]!);
	return JSON.stringify(
		names.flatMap(name =>
			Object.hasOwn(buildArguments, name) ? [[name, buildArguments[name]]] : [],
		),
	);
}

function hash(...parts: ReadonlyArray<string | Uint8Array>): string {
	const sum = createHash('sha256');
	for (const part of parts) {
		sum.update(`${part.length}:`).update(part);
	}

	return sum.digest('base64url');
}
