import {UsageError, toError} from '../../../errors.js';
import type {Images, ImagesRequest, Snapshot} from '../../port.js';
import {SessionObjects} from '../shell/session-objects.js';
import {LegacySnapshot} from '../points/snapshot.js';
import type {LegacyDocker} from './docker.js';
import {EngineRefusal} from './engine-refusal.js';
import {imageNamed} from './image-named.js';

/** Images of an engine, without a build. */
export class LegacyImages implements Images {
	readonly #docker: LegacyDocker;
	readonly #request: ImagesRequest;
	readonly #objects: SessionObjects;

	/** @param platform - The engine's own. */
	constructor(docker: LegacyDocker, request: ImagesRequest, platform: string) {
		this.#docker = docker;
		this.#request = request;
		this.#objects = new SessionObjects(docker, {request, platform});
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
				toolbox: this.#objects.toolbox,
			});
		} catch (error) {
			throw explainOpening(error);
		}
	}

	async touched(): Promise<null> {
		return null;
	}

	async close(): Promise<void> {
		await this.#objects.close();
	}
}

/** @returns An error for the user, of what a point couldn't be opened for. */
export function explainOpening(thrown: unknown): Error {
	return thrown instanceof EngineRefusal
		? new UsageError(
				`That point can't be opened: ${thrown.message}. Correct that, or open an earlier point.`,
				{cause: thrown},
			)
		: toError(thrown);
}
