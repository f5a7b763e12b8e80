import {createHash} from 'node:crypto';
import {create, toBinary} from '@bufbuild/protobuf';
import {
	type Definition,
	DefinitionSchema,
	type FileAction,
	type Op,
	OpSchema,
	type Platform,
	PlatformSchema,
} from '../proto/generated/ops_pb.js';

/** Something in a filesystem that is made of operations. Folders come before what is in them. */
export type MadeFile = {
	/** From the root: `/tools/busybox`. */
	readonly path: string;
	readonly mode: number;

	/** `null` for a folder. */
	readonly data: Uint8Array | null;
};

/** One operation of a definition, and the digest that names it. */
export type MadeOperation = {
	readonly bytes: Uint8Array;
	readonly digest: string;
};

/**
@param platform - As `--platform` spells it.
@returns It as operations have it.
*/
export function platformOf(platform: string): Platform {
	const [os = '', architecture = '', variant = ''] = platform.split('/');
	return create(PlatformSchema, {
		OS: os,
		Architecture: architecture,
		Variant: variant,
	});
}

/**
@returns An operation that makes a filesystem of these files alone, owned by root.
*/
export function filesOperation(
	files: readonly MadeFile[],
	platform: string,
): MadeOperation {
	return operationOf(
		create(OpSchema, {
			op: {
				case: 'file',
				value: {
					actions: files.map((file, index) => ({
						// There are no inputs, so that an action's number is that of the one before it; -1 is the empty filesystem.
						input: BigInt(index - 1),
						secondaryInput: -1n,
						output: index === files.length - 1 ? 0n : -1n,
						action: actionOf(file),
					})),
				},
			},
			platform: platformOf(platform),
		}),
	);
}

/**
@returns An operation as it stands in a definition.
*/
export function operationOf(operation: Op): MadeOperation {
	const bytes = toBinary(OpSchema, operation);
	const hash = createHash('sha256').update(bytes).digest('hex');
	return {bytes, digest: `sha256:${hash}`};
}

/**
@param operations - Inputs before what is made of them.
@param name - What progress reports call the last one.
@returns The definition of the last one's result.
*/
export function definitionOf(
	operations: readonly MadeOperation[],
	name = '',
): Definition {
	const {digest} = operations.at(-1)!;
	const head = toBinary(
		OpSchema,
		create(OpSchema, {inputs: [{digest, index: 0n}]}),
	);
	const description: Record<string, string> =
		name === '' ? {} : {'llb.customname': name};
	return create(DefinitionSchema, {
		def: [...operations.map(({bytes}) => bytes), head],
		metadata: Object.fromEntries(
			operations.map(operation => [operation.digest, {description}]),
		),
	});
}

function actionOf({path, mode, data}: MadeFile): FileAction['action'] {
	return data === null
		? {
				case: 'mkdir',
				value: {
					$typeName: 'pb.FileActionMkDir',
					path,
					mode,
					makeParents: false,
				},
			}
		: {
				case: 'mkfile',
				value: {$typeName: 'pb.FileActionMkFile', path, mode, data},
			};
}
