import {UsageError, toError} from '../../errors.js';
import type {Images, ImagesRequest, Snapshot} from '../port.js';
import {packContext} from './context-tar.js';
import {type LegacyDocker, Refusal} from './docker.js';
import {SessionObjects} from './session-objects.js';
import {buildImage} from './small-build.js';
import {LegacySnapshot} from './snapshot.js';

/** Images of an engine, without a build. */
export class LegacyImages implements Images {
	readonly #docker: LegacyDocker;
	readonly #request: ImagesRequest;
	readonly #objects: SessionObjects;

	constructor(docker: LegacyDocker, request: ImagesRequest) {
		this.#docker = docker;
		this.#request = request;
		this.#objects = new SessionObjects(docker);
	}

	async snapshot(reference: string): Promise<Snapshot> {
		try {
			const image = await imageNamed(
				this.#docker,
				reference,
				this.#request.platform,
			);
			return new LegacySnapshot(this.#docker, this.#objects, {
				image,
				environment: [],
			});
		} catch (error) {
			throw explainOpening(error);
		}
	}

	async close(): Promise<void> {
		await this.#objects.close();
	}
}

/**
@param reference - As FROM names it.
@param platform - Which one is fetched when the engine has none, as `--platform` spells it.
@returns The image's id.
@throws {Refusal} There is no such image.
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
		if (!(error instanceof Refusal) || error.status !== 404) {
			throw error;
		}

		const tar = await packContext(null, `FROM ${reference}\n`);
		return buildImage(docker, tar, {platform, references: [reference]});
	}
}

/** @returns An error for the user, of what a point couldn't be opened for. */
export function explainOpening(thrown: unknown): Error {
	return thrown instanceof Refusal
		? new UsageError(
				`That point can't be opened: ${thrown.message}. Correct that, or open an earlier point.`,
				{cause: thrown},
			)
		: toError(thrown);
}
