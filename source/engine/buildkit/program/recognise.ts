import {toJson} from '@bufbuild/protobuf';
import {type Op, OpSchema} from '../proto/generated/ops_pb.js';
import type {Vertex} from './definition.js';

/** An operation as the engine reports it, perhaps one of another build. */
export type ReportedVertex = {
	readonly digest: string;

	/** As its own build's frontend named it: `[builder 4/6] RUN …`. */
	readonly name: string;
	readonly inputs: readonly string[];
};

/**
The engine runs once what several builds have in common, and reports it to all of them under the digest that it has in
the one that came first: that of another definition, since whatever is made of the context has the id of a session in
its digest (moby/buildkit solver/scheduler.go, `mergeTo`).

@param own - The operations of our build.
@param ownOf - What is known of digests: ours for one of ours and for one that was recognised, else `undefined`.
@returns Which of our operations is meant: the one that the frontend names the same, or, when the other build's Dockerfile
has other stages, the only one with the same text, that reads nothing else; `undefined` when that isn't certain.
*/
export function recognise(
	{name, inputs}: ReportedVertex,
	own: Iterable<Vertex>,
	ownOf: (digest: string) => string | undefined,
): Vertex | undefined {
	if (name === '') {
		return undefined;
	}

	const possible = [...own].filter(
		vertex =>
			textOf(vertex.name) === textOf(name) && agrees(vertex, inputs, ownOf),
	);
	const named = possible.filter(vertex => vertex.name === name);
	const best = named.length > 0 ? named : possible;
	return best.length === 1 ? best[0] : undefined;
}

/**
@param operation - Of an error, perhaps of another build's.
@param own - The operations of our build.
@returns Those of ours that do the same, whatever they start from.
*/
export function alike(operation: Op, own: Iterable<Vertex>): readonly Vertex[] {
	const wanted = deedOf(operation);
	return [...own].filter(({op}) => deedOf(op) === wanted);
}

/** Whether each input that is known is the one that our operation has there. */
function agrees(
	vertex: Vertex,
	inputs: readonly string[],
	ownOf: (digest: string) => string | undefined,
): boolean {
	return (
		inputs.length === vertex.inputs.length &&
		inputs.every((input, index) => {
			const known = ownOf(input);
			return known === undefined || known === vertex.inputs[index]!.digest;
		})
	);
}

/** What is behind the place of an instruction: `RUN …` of `[builder 4/6] RUN …`. */
function textOf(name: string): string {
	return name.replace(/^\[[^\]]*\] /v, '');
}

function deedOf(op: Op): string {
	return JSON.stringify(toJson(OpSchema, {...op, inputs: []}));
}
