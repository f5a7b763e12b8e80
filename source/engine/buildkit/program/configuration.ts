import {create} from '@bufbuild/protobuf';
import type {Gateway} from '../connect/gateway.js';
import {
	type Definition,
	type Meta,
	MetaSchema,
} from '../proto/generated/ops_pb.js';
import {definitionOf, filesOperation} from './made-files.js';

/** The part of an OCI image configuration that a process is started with (image-spec config.md). */
type ImageConfiguration = {
	readonly config?: {
		readonly Env?: readonly string[];
		readonly User?: string;
		readonly WorkingDir?: string;
	};
};

/**
Asks the frontend what a process would start with at a place in a Dockerfile: the Dockerfile cut off there is a whole
one, whose image configuration says it.

@param options - FrontendOpt of the build; a target is left out.
@param source - The Dockerfile up to the place.
@returns Environment, folder and user.
*/
export async function metaAtEnd(
	gateway: Gateway,
	options: Readonly<Record<string, string>>,
	source: string,
): Promise<Meta> {
	const {target: _, ...others} = options;
	const result = await gateway.load(
		{...others, filename: 'Dockerfile'},
		{inputs: {dockerfile: fileDefinition('Dockerfile', source)}},
	);
	const bytes = result.metadata['containerimage.config'];
	const {config = {}} = (
		bytes ? JSON.parse(new TextDecoder().decode(bytes)) : {}
	) as ImageConfiguration;
	return create(MetaSchema, {
		env: [...(config.Env ?? [])],
		user: config.User ?? '',
		cwd: config.WorkingDir || '/',
	});
}

/**
@returns A filesystem with one file in it, which the frontend takes for the one with the Dockerfile when it is given as its
input `dockerfile` (moby/buildkit frontend/dockerui).
*/
export function fileDefinition(path: string, text: string): Definition {
	const data = new TextEncoder().encode(text);
	return definitionOf([
		filesOperation([{path: `/${path}`, mode: 0o644, data}], 'linux/amd64'),
	]);
}
