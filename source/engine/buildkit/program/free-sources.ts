import {create} from '@bufbuild/protobuf';
import {parseImageReference} from '../../../dockerfile/instructions/image-reference.js';
import {toError, UsageError} from '../../../errors.js';
import {type Definition, OpSchema} from '../proto/generated/ops_pb.js';
import {definitionOf, operationOf, platformOf} from './made-files.js';

/**
@param name - An image as FROM names it.
@param platform - As `--platform` spells it.
@returns Its filesystem.
@throws {UsageError} No image can have this name.
*/
export function imageDefinition(name: string, platform: string): Definition {
	return sourceDefinition(
		`docker-image://${fullReference(name)}`,
		{},
		platform,
		`the image ${name}`,
	);
}

/**
@param identifier - What the engine calls the source: `local://context` (moby/buildkit source/types).
@returns The source's filesystem.
*/
export function sourceDefinition(
	identifier: string,
	attributes: Readonly<Record<string, string>>,
	platform: string,
	name: string,
): Definition {
	const source = operationOf(
		create(OpSchema, {
			op: {case: 'source', value: {identifier, attrs: {...attributes}}},
			platform: platformOf(platform),
		}),
	);
	return definitionOf([source], name);
}

/**
@returns The image with everything that its short name leaves out.
@throws {UsageError} No image can have this name.
*/
export function fullReference(name: string): string {
	try {
		const {domain, path, tag, digest} = parseImageReference(name);
		const version = tag ?? (digest === undefined ? 'latest' : undefined);
		return [
			`${domain}/${path}`,
			version === undefined ? '' : `:${version}`,
			digest === undefined ? '' : `@${digest}`,
		].join('');
	} catch (error) {
		throw new UsageError(
			`'${name}' is no image: ${toError(error).message}. Write it as FROM does, like alpine:3.20.`,
			{cause: error},
		);
	}
}
