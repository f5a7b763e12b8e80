import type {DockerConnection} from '../docker/connection.js';
import type {
	EngineDescription,
	Images,
	ImagesRequest,
	Snapshot,
	TouchedEntries,
} from '../port.js';
import {type BareBuild, openBareBuild} from './connect/bare-build.js';
import type {ContainerHost} from './shell/container.js';
import {touchedBetweenImages} from './points/differences.js';
import {imageSnapshot} from './points/free-points.js';
import {Toolbox} from './shell/toolbox.js';

/** Images of an engine, in a gateway build that has nothing else in it. */
export class BuildkitImages implements Images {
	/** @throws {EngineError} The engine was lost. */
	static async open(
		docker: DockerConnection,
		engine: EngineDescription,
		request: ImagesRequest,
	): Promise<BuildkitImages> {
		return new BuildkitImages(await openBareBuild(docker), engine, request);
	}

	readonly #build: BareBuild;
	readonly #host: ContainerHost;
	readonly #platform: string;

	private constructor(
		build: BareBuild,
		engine: EngineDescription,
		{platform, toolbox}: ImagesRequest,
	) {
		const {gateway} = build;
		this.#build = build;
		this.#host = {
			gateway,
			toolbox: new Toolbox(gateway, engine.platform, toolbox),
			containers: new Set(),
		};
		this.#platform = platform ?? engine.platform;
	}

	async snapshot(reference: string): Promise<Snapshot> {
		try {
			return await imageSnapshot(this.#host, reference, this.#platform);
		} catch (error) {
			throw this.#host.gateway.connection.explainOpening(error);
		}
	}

	async touched(
		before: string,
		after: string,
		signal?: AbortSignal,
	): Promise<TouchedEntries | null> {
		const platform = this.#platform;
		return touchedBetweenImages(this.#host, [before, after], {
			platform,
			signal,
		});
	}

	async close(): Promise<void> {
		await Promise.all(
			[...this.#host.containers].map(async container => container.close()),
		);
		await this.#build.close();
	}
}
