import {fromBinary} from '@bufbuild/protobuf';
import {type Definition, type Op, OpSchema} from '../proto/generated/ops_pb.js';
import {digestOf} from './definition.js';

/**
@returns What is wrong with a definition, without a full stop, or `null` when it is whole: its head and every input of its
operations are in it, and no operation uses an input that it doesn't have (moby/buildkit solver/llbsolver/vertex.go,
`loadLLB`, and solver/pb/ops.proto).
*/
export function faultOf({def}: Definition): string | null {
	const operations = new Map<string, Op>();
	let head: Op | undefined;
	for (const bytes of def) {
		head = readOp(bytes);
		if (!head) {
			return 'its build definition holds what is not an operation';
		}

		operations.set(digestOf(bytes), head);
	}

	if (!head || operations.size < 2) {
		return 'its build definition is empty';
	}

	if (head.inputs.length !== 1 || head.op.case !== undefined) {
		return 'its build definition has no result';
	}

	const nothing = digestOf(def.at(-1)!);
	for (const op of operations.values()) {
		const missing = op.inputs.find(
			({digest, index}) =>
				digest === nothing || !operations.has(digest) || index < 0n,
		);
		if (missing) {
			return `its build definition names the operation ${missing.digest}, which it doesn't hold`;
		}

		const count = countOf(op);
		if (usedInputs(op).some(index => index < -1n || index >= count)) {
			return 'an operation of its build definition reads what it has no input for';
		}
	}

	return null;
}

function readOp(bytes: Uint8Array): Op | undefined {
	try {
		return fromBinary(OpSchema, bytes);
	} catch {
		return undefined;
	}
}

/** How many inputs there are to name: an action of a COPY also reads what those before it made. */
function countOf({inputs, op}: Op): number {
	return inputs.length + (op.case === 'file' ? op.value.actions.length : 0);
}

/** What an operation says of which of its inputs it uses; -1 is none. */
function usedInputs({op}: Op): readonly bigint[] {
	switch (op.case) {
		case 'exec': {
			return op.value.mounts.map(({input}) => input);
		}

		case 'file': {
			return op.value.actions.flatMap(({input, secondaryInput}) => [
				input,
				secondaryInput,
			]);
		}

		case 'merge': {
			return op.value.inputs.map(({input}) => input);
		}

		case 'diff': {
			const {lower, upper} = op.value;
			return [lower?.input ?? -1n, upper?.input ?? -1n];
		}

		default: {
			return [];
		}
	}
}
