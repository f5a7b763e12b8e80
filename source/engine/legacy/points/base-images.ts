import type {ImageConfiguration} from '../../../dockerfile/variables/image-configuration.js';
import type {Program} from '../../port.js';
import type {LegacyDocker} from '../client/docker.js';
import {EngineRefusal} from '../client/engine-refusal.js';
import {imagesOf} from '../client/registry-access.js';

/** What an image is that a build starts from or reads. */
export type BaseImage = {
	/** `sha256:…` */
	readonly id: string;
	readonly configuration: ImageConfiguration;
};

/** By their names, as FROM has them; absent when the engine doesn't have the image yet. */
export type BaseImages = ReadonlyMap<string, BaseImage>;

/**
@returns The images of a program that the engine has; none is fetched.
@throws {EngineError} The engine was lost.
*/
export async function readBaseImages(
	docker: LegacyDocker,
	program: Program,
): Promise<BaseImages> {
	const references = [...new Set(imagesOf(program))];
	const found = await Promise.all(
		references.map(async reference => {
			try {
				const {id, configuration} = await docker.image(reference);
				return [[reference, {id, configuration}] as const];
			} catch (error) {
				if (error instanceof EngineRefusal) {
					return [];
				}

				throw error;
			}
		}),
	);
	return new Map(found.flat());
}
