import {create, fromBinary, toBinary} from '@bufbuild/protobuf';
import {
	type Definition,
	DefinitionSchema,
	type ExecOp,
	type FileOp,
	type Op,
	OpSchema,
	type SourceOp,
} from '../proto/generated/ops_pb.js';
import {digestOf} from './definition.js';

/**
Makes a definition in which some operations are new to the engine though they do the same. `OpMetadata.ignore_cache`
alone isn't enough: within a build the engine merges an operation with an earlier one of the same cache key, also when
that has failed or was run without cache itself (moby/buildkit solver/scheduler.go, `mergeTo`). So the operation gets
another key, and with it everything that is built on it.

@param digests - Of the operations that are to run again.
@returns The definition, in which these and all that depend on them have other digests.
*/
export function withoutCache(
	definition: Definition,
	digests: ReadonlySet<string>,
): Definition {
	const renamed = new Map<string, string>();
	const def: Uint8Array[] = [];
	const metadata: Definition['metadata'] = {};
	const locations: NonNullable<Definition['Source']>['locations'] = {};
	for (const bytes of definition.def) {
		const digest = digestOf(bytes);
		const changed = rewrite(bytes, digests.has(digest), renamed);
		const newDigest = changed ? digestOf(changed) : digest;
		renamed.set(digest, newDigest);
		def.push(changed ?? bytes);
		const known = definition.metadata[digest];
		if (known) {
			metadata[newDigest] = digests.has(digest)
				? {...known, ignoreCache: true}
				: known;
		}

		const location = definition.Source?.locations[digest];
		if (location) {
			locations[newDigest] = location;
		}
	}

	return create(DefinitionSchema, {
		def,
		metadata,
		...(definition.Source && {Source: {...definition.Source, locations}}),
	});
}

/** Returns the operation's new bytes, or `null` when it stays what it is. */
function rewrite(
	bytes: Uint8Array,
	isWanted: boolean,
	renamed: ReadonlyMap<string, string>,
): Uint8Array | null {
	const op = fromBinary(OpSchema, bytes);
	let isChanged = isWanted;
	for (const input of op.inputs) {
		const digest = renamed.get(input.digest);
		if (digest !== undefined && digest !== input.digest) {
			input.digest = digest;
			isChanged = true;
		}
	}

	if (isWanted) {
		alter(op);
	}

	return isChanged ? encode(op) : null;
}

/**
Newer engines encode an operation again and go by the digest of that. Go encodes the fields of a `oneof` after all others
(google.golang.org/protobuf internal/order, `LegacyFieldOrder`), so that ours must too for both digests to be the same.
*/
function encode(op: Op): Uint8Array {
	const rest = toBinary(OpSchema, {...op, op: {case: undefined}});
	const kind = toBinary(OpSchema, create(OpSchema, {op: op.op}));
	return new Uint8Array([...rest, ...kind]);
}

/** Changes the key of an operation and nothing that it does. */
function alter({op, inputs}: Op): void {
	switch (op.case) {
		case 'exec': {
			alterExec(op.value);
			break;
		}

		case 'file': {
			alterFile(op.value, inputs.length);
			break;
		}

		case 'source': {
			alterSource(op.value);
			break;
		}

		default: {
			break;
		}
	}
}

/** A variable that is there already, once more. */
function alterExec({meta}: ExecOp): void {
	meta?.env.push(meta.env[0] ?? 'PATH=');
}

/** The last action, once more, on its own result: it finds everything as it left it. */
function alterFile({actions}: FileOp, inputCount: number): void {
	const last = actions.at(-1);
	if (last) {
		const input = BigInt(inputCount + actions.length - 1);
		actions.push({...last, input});
		last.output = -1n;
	}
}

/** An attribute that no engine knows: only what failed has to be fetched again, and that has no key. */
function alterSource({attrs}: SourceOp): void {
	const name = 'mstage.attempt';
	attrs[name] = String(Number(attrs[name] ?? '0') + 1);
}
