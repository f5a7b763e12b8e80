import {packContext} from '../run/context-tar.js';
import {buildImage} from '../run/small-build.js';
import type {LegacyDocker} from './docker.js';
import {EngineRefusal} from './engine-refusal.js';

/**
@param reference - As FROM names it.
@param platform - Which one is fetched when the engine has none, as `--platform` spells it.
@returns The image's id.
@throws {EngineRefusal} There is no such image.
*/
export async function imageNamed(
	docker: LegacyDocker,
	reference: string,
	platform: string | undefined,
): Promise<string> {
	try {
		const {id} = await docker.image(reference);
		return id;
	} catch (error) {
		if (!(error instanceof EngineRefusal) || error.status !== 404) {
			throw error;
		}

		const tar = await packContext(null, `FROM ${reference}\n`);
		return buildImage(docker, tar, {platform, references: [reference]});
	}
}
