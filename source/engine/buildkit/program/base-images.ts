import {createHash} from 'node:crypto';
import {
	type ImageConfiguration,
	readImageConfiguration,
} from '../../../dockerfile/variables/image-configuration.js';
import type {Gateway} from '../connect/gateway.js';
import type {LoadedDefinition, Vertex} from './definition.js';

/** What an image is that a build starts from or reads. */
export type BaseImage = {
	readonly configuration: ImageConfiguration;

	/** Equal for images of equal contents: a configuration names the layers. */
	readonly hash: string;
};

/** By the digest of the operation that fetches it; absent when the engine doesn't tell. */
export type BaseImages = ReadonlyMap<string, BaseImage>;

const scheme = 'docker-image://';

/**
@returns What the engine knows of the images of a build (moby/buildkit frontend/gateway/pb, `ResolveImageConfig`). The
frontend has asked for the same, so that a registry isn't asked again.
*/
export async function resolveImages(
	gateway: Gateway,
	{vertices}: LoadedDefinition,
	signal?: AbortSignal,
): Promise<BaseImages> {
	const resolved = await Promise.all(
		[...vertices.values()].map(
			async vertex =>
				[vertex.digest, await resolve(gateway, vertex, signal)] as const,
		),
	);
	return new Map(
		resolved.filter((entry): entry is [string, BaseImage] => entry[1] !== null),
	);
}

/**
@returns The reference of the image that an operation fetches, or `null` when it does something else.
*/
export function imageOf({op: {op}}: Vertex): string | null {
	return op.case === 'source' && op.value.identifier.startsWith(scheme)
		? op.value.identifier.slice(scheme.length)
		: null;
}

async function resolve(
	gateway: Gateway,
	vertex: Vertex,
	signal: AbortSignal | undefined,
): Promise<BaseImage | null> {
	const reference = imageOf(vertex);
	if (reference === null) {
		return null;
	}

	try {
		const {Config: bytes} = await gateway.bridge.resolveImageConfig(
			{
				Ref: reference,
				Platform: vertex.op.platform,
				ResolveMode:
					(vertex.op.op.case === 'source' &&
						vertex.op.op.value.attrs['image.resolvemode']) ||
					'default',
			},
			{...gateway.callOptions, signal},
		);
		return {
			configuration: readImageConfiguration(
				JSON.parse(new TextDecoder().decode(bytes)),
			),
			hash: createHash('sha256').update(bytes).digest('hex'),
		};
	} catch {
		return null;
	}
}
