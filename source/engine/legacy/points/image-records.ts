import type {FinalImage} from '../../port.js';
import {finalImageOf, layerBytes} from '../../docker/image-record.js';
import type {LegacyDocker} from '../client/docker.js';
import {EngineRefusal} from '../client/engine-refusal.js';
import type {PointImages} from './point-images.js';

/** What the engine keeps of the images of a build beside their files. */
export class ImageRecords {
	readonly #docker: LegacyDocker;
	readonly #points: PointImages;

	constructor(docker: LegacyDocker, points: PointImages) {
		this.#docker = docker;
		this.#points = points;
	}

	/**
	@returns What the layer of a step holds, in bytes; 0 where it left none.
	@throws {EngineError} The engine was lost.
	*/
	async layerBytes(step: number): Promise<number | null> {
		return this.#unlessGone(async () => {
			const [before, after] = await Promise.all([
				this.#points.imageAt({kind: 'before', step}),
				this.#points.imageAt({kind: 'after', step}),
			]);
			if (before === after) {
				return 0;
			}

			const {image, history} = await this.#docker.record(after);
			// The sizes of another store aren't those of files.
			return layerBytes(image) === null ? null : (history[0]?.Size ?? null);
		});
	}

	/** As `Build.imageSize`. */
	async imageSize(reference: string): Promise<number | null> {
		return this.#unlessGone(async () => {
			const {image} = await this.#docker.record(reference);
			return layerBytes(image);
		});
	}

	/** As `Build.finalImage`. */
	async finalImage(): Promise<FinalImage | null> {
		return this.#unlessGone(async () => {
			const {image, history} = await this.#docker.record(
				await this.#points.imageAt({kind: 'final'}),
			);
			return finalImageOf(
				{config: image.Config},
				history.map(({CreatedBy: text}) => text).toReversed(),
			);
		});
	}

	async #unlessGone<T>(work: () => Promise<T>): Promise<T | null> {
		try {
			return await work();
		} catch (error) {
			if (error instanceof EngineRefusal) {
				return null;
			}

			throw error;
		}
	}
}
