import type {FinalImage} from '../../port.js';
import {
	type InspectedImage,
	finalImageOf,
	layerBytes,
} from '../../docker/image-record.js';
import type {Gateway} from '../connect/gateway.js';
import type {Result} from '../proto/generated/gateway_pb.js';

type Configuration = {
	readonly config?: unknown;
	readonly history?: ReadonlyArray<{readonly created_by?: string}> | null;
	readonly rootfs?: {readonly diff_ids?: readonly string[] | null};
};

/** @returns What the image says beside its files that the frontend made. */
export function finalImage({metadata}: Result): FinalImage | null {
	const bytes = metadata['containerimage.config'];
	if (!bytes) {
		return null;
	}

	const configuration = parse(bytes);
	return finalImageOf(
		configuration,
		(configuration.history ?? []).map(({created_by: text}) => text ?? ''),
	);
}

/**
Asks the engine's image store, if it has the very image that the build starts from.

@param reference - As FROM names it.
@returns As `Build.imageSize`.
*/
export async function imageSize(
	gateway: Gateway,
	reference: string,
	platform: string,
): Promise<number | null> {
	const [os = '', architecture = '', variant = ''] = platform.split('/');
	try {
		const [image, {Config: bytes}] = await Promise.all([
			gateway.connection.docker.get(
				`/images/${encodeURI(reference)}/json`,
			) as Promise<InspectedImage>,
			gateway.bridge.resolveImageConfig(
				{
					Ref: reference,
					Platform: {OS: os, Architecture: architecture, Variant: variant},
					ResolveMode: 'default',
				},
				gateway.callOptions,
			),
		]);
		const layers = parse(bytes).rootfs?.diff_ids ?? [];
		return layers.join(' ') === (image.RootFS?.Layers ?? []).join(' ')
			? layerBytes(image)
			: null;
	} catch {
		// It has no image of that name, or the engine is lost, which the next question tells.
		return null;
	}
}

function parse(bytes: Uint8Array): Configuration {
	return JSON.parse(new TextDecoder().decode(bytes)) as Configuration;
}
