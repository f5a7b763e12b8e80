import {Readable} from 'node:stream';
import {buffer} from 'node:stream/consumers';
import {UsageError} from '../../../errors.js';
import type {BytePath} from '../../../text/byte-path.js';
import type {ImagesRequest, Shell} from '../../port.js';
import {ownLabel, ownerLabel} from '../../docker/owner.js';
import {type ContextTar, packContext} from '../run/context-tar.js';
import type {LegacyDocker} from '../client/docker.js';
import {EngineRefusal} from '../client/engine-refusal.js';
import {findArtefacts} from '../files/artefacts.js';
import {type FilesOrigin, ImageFiles} from '../files/image-files.js';
import {imageNamed} from '../client/image-named.js';
import {buildImage} from '../run/small-build.js';
import {LegacyToolbox} from './toolbox.js';

/** What a session has put on the engine and `docker build` would not have left there. */
export class SessionObjects {
	readonly toolbox: LegacyToolbox;
	readonly #docker: LegacyDocker;
	readonly #images = new Set<string>();
	readonly #containers = new Map<string, Promise<string>>();
	readonly #artefacts = new Map<string, Promise<ReadonlySet<BytePath>>>();
	readonly #shells = new Set<Shell>();

	/** What is being made: what its end leaves can only be removed after it. */
	readonly #making = new Set<Promise<unknown>>();
	readonly #over = new AbortController();
	#empty: Promise<string> | undefined;

	/** @param options - `platform` is the engine's own. */
	constructor(
		docker: LegacyDocker,
		{
			request,
			platform,
		}: {readonly request: ImagesRequest; readonly platform: string},
	) {
		this.#docker = docker;
		this.toolbox = new LegacyToolbox(
			docker,
			platform,
			request.toolbox,
			async (reference, path) => {
				const image = await imageNamed(docker, reference, platform);
				const files = new ImageFiles(docker, this.originOf(image));
				return buffer(Readable.from(files.readFile(path)));
			},
		);
	}

	/** Aborts when the session ends. */
	get over(): AbortSignal {
		return this.#over.signal;
	}

	/** @returns What the files of an image are read through. */
	originOf(image: string): FilesOrigin {
		return {
			container: async () => this.containerOf(image),
			artefacts: async () => this.#artefactsOf(image),
			over: this.over,
		};
	}

	/**
	@returns A container of the image, never started, for reading its files.
	@throws {UsageError} The session is over: nothing would remove it any more.
	*/
	async containerOf(image: string): Promise<string> {
		this.#checkOpen();
		const known = this.#containers.get(image);
		if (known !== undefined) {
			return known;
		}

		// An image that names no command needs one; it is never run.
		const container = this.#docker.createContainer({
			Image: image,
			Entrypoint: [],
			Cmd: ['none'],
		});
		this.#containers.set(image, container);
		return container;
	}

	/**
	@returns The id of an image of the empty filesystem: what starts from scratch has none of its own.
	@throws {UsageError} The session is over.
	*/
	async emptyImage(): Promise<string> {
		this.#checkOpen();
		this.#empty ??= this.make(this.#docker.emptyImage());
		return this.#empty;
	}

	/**
	@param tar - What the builder makes an image of.
	@returns Its id.
	@throws {EngineRefusal} The builder can't.
	*/
	async build(tar: ContextTar): Promise<string> {
		return this.make(
			buildImage(this.#docker, tar, {labels: {[ownLabel]: ownerLabel()}}),
		);
	}

	/**
	Takes note of an image that is being made.

	@returns Its id.
	*/
	async make(making: Promise<string>): Promise<string> {
		const noted = making.then(image => {
			this.#images.add(image);
			return image;
		});
		this.#making.add(noted);
		try {
			return await noted;
		} finally {
			this.#making.delete(noted);
		}
	}

	addShell(shell: Shell): Shell {
		this.#shells.add(shell);
		return shell;
	}

	/** Removes everything, also what is being made meanwhile. Never fails. */
	async close(): Promise<void> {
		this.#over.abort(
			new UsageError(
				'The session is over: nothing of it can be looked into any more.',
			),
		);
		await Promise.allSettled(
			[...this.#shells].map(async shell => shell.close()),
		);
		await Promise.allSettled(this.#making);
		const containers = await Promise.allSettled(this.#containers.values());
		await Promise.all(
			containers.map(
				async container =>
					container.status === 'fulfilled' &&
					this.#docker.removeContainer(container.value),
			),
		);
		// The newest first: an image that another one was made from can't be removed.
		for (const image of [...this.#images].toReversed()) {
			// eslint-disable-next-line no-await-in-loop -- in this order
			await this.#docker.removeImage(image);
		}
	}

	/** Once for each image: it takes another container. */
	async #artefactsOf(image: string): Promise<ReadonlySet<BytePath>> {
		const known = this.#artefacts.get(image);
		if (known !== undefined) {
			return known;
		}

		const finding = this.containerOf(image).then(async container =>
			findArtefacts(this.#docker, container, image, async path =>
				this.#hasDirectory(image, path),
			),
		);
		this.#artefacts.set(image, finding);
		finding.catch(() => this.#artefacts.delete(image));
		return finding;
	}

	/** Asks the builder to copy the directory: it reads an image's layers and nothing else. */
	async #hasDirectory(image: string, path: string): Promise<boolean> {
		this.#checkOpen();
		const tar = await packContext(
			null,
			`FROM scratch\nCOPY --from=${image} /${path} /\n`,
		);
		this.#checkOpen();
		try {
			await this.build(tar);
			return true;
		} catch (error) {
			if (error instanceof EngineRefusal) {
				return false;
			}

			throw error;
		}
	}

	#checkOpen(): void {
		this.over.throwIfAborted();
	}
}
