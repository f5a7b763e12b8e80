import type {Readable} from 'node:stream';
import {UsageError} from '../../../errors.js';
import type {Entry} from '../../../filesystem/tree/entry.js';
import {
	type BytePath,
	isText,
	readableOf,
	textOf,
} from '../../../text/byte-path.js';
import type {FileContents, FileRange, Files} from '../../port.js';
import type {LegacyDocker} from '../client/docker.js';
import {EngineRefusal} from '../client/engine-refusal.js';
import {readTar, type TarEntry} from './tar-reader.js';

/** What the files of an image are read through. */
export type FilesOrigin = {
	/** Ends what is being read; the engine removes no container of which it still sends something. */
	readonly over: AbortSignal;

	/** @returns A container of the image that isn't started; made when it is first needed. */
	container(): Promise<string>;

	/** @returns What that container has and the image hasn't. */
	artefacts(): Promise<ReadonlySet<BytePath>>;
};

/**
The files of an image, as tars of a container of it that is never started. The engine writes them in the order of a listing
(moby/moby pkg/archive walks as Go's `filepath.Walk`).
*/
export class ImageFiles implements Files {
	readonly #docker: LegacyDocker;
	readonly #origin: FilesOrigin;
	#listing: Promise<readonly Entry[]> | undefined;

	constructor(docker: LegacyDocker, origin: FilesOrigin) {
		this.#docker = docker;
		this.#origin = origin;
	}

	get isSequential(): boolean {
		return true;
	}

	async readDirectory(path: BytePath): Promise<readonly Entry[]> {
		this.#listing ??= this.#collect();
		const listing = await this.#listing;
		if (
			path !== '' &&
			!listing.some(entry => entry.path === path && entry.kind === 'directory')
		) {
			throw new UsageError(
				`There is no directory /${readableOf(path)}: see what there is in the one above it.`,
			);
		}

		const prefix = path === '' ? '' : `${path}/`;
		return listing.filter(
			entry =>
				entry.path.startsWith(prefix) &&
				!entry.path.includes('/', prefix.length),
		);
	}

	async stat(path: BytePath): Promise<Entry> {
		const [artefacts, first] = await Promise.all([
			this.#origin.artefacts(),
			this.#first(path),
		]);
		if (artefacts.has(path)) {
			throw missing(path);
		}

		return {...first.entry, path};
	}

	async *readFile(
		path: BytePath,
		range?: FileRange,
	): AsyncGenerator<Uint8Array, void, void> {
		const entries = this.#archive(path);
		try {
			const {value} = await entries.next();
			if (value?.entry.kind !== 'file') {
				throw new UsageError(
					`/${readableOf(path)} is no file: name a file to read it.`,
				);
			}

			yield* range ? part(value.chunks, range) : value.chunks;
		} finally {
			await entries.return();
		}
	}

	async *list(signal?: AbortSignal): AsyncGenerator<Entry, void, void> {
		for await (const {entry} of this.#all(signal)) {
			yield entry;
		}
	}

	async *readFiles(
		paths: readonly BytePath[],
		signal?: AbortSignal,
	): AsyncGenerator<FileContents, void, void> {
		const wanted = new Set(paths);
		for await (const {entry, chunks} of this.#all(signal)) {
			if (wanted.delete(entry.path)) {
				// A later name of a file has its contents only in a tar of its own.
				yield {
					path: entry.path,
					chunks:
						entry.hardLinkTo === null ? chunks : this.readFile(entry.path),
				};
			}

			if (wanted.size === 0) {
				return;
			}
		}

		const [lost] = wanted;
		if (lost !== undefined) {
			throw missing(lost);
		}
	}

	async #collect(): Promise<readonly Entry[]> {
		const entries: Entry[] = [];
		for await (const entry of this.list()) {
			entries.push(entry);
		}

		return entries;
	}

	/** Every entry of the image itself but the root. */
	async *#all(signal?: AbortSignal): AsyncGenerator<TarEntry, void, void> {
		signal?.throwIfAborted();
		const artefacts = await this.#origin.artefacts();
		const tar = await this.#docker.export(await this.#origin.container());
		for await (const found of this.#entries(tar, signal)) {
			const {path} = found.entry;
			if (path !== '' && !artefacts.has(path)) {
				yield found;
			}
		}
	}

	async #first(path: BytePath): Promise<TarEntry> {
		const entries = this.#archive(path);
		try {
			const {value} = await entries.next();
			if (!value) {
				throw missing(path);
			}

			return value;
		} finally {
			await entries.return();
		}
	}

	/** The engine can be asked only for a path that is text; any other is looked for among all. */
	async *#archive(path: BytePath): AsyncGenerator<TarEntry, void, void> {
		if (!isText(path)) {
			for await (const found of this.#all()) {
				if (found.entry.path === path) {
					yield found;
				}
			}

			return;
		}

		const container = await this.#origin.container();
		let tar: Readable;
		try {
			tar = await this.#docker.archive(container, `/${textOf(path)}`);
		} catch (error) {
			throw error instanceof EngineRefusal && error.status === 404
				? missing(path)
				: error;
		}

		yield* this.#entries(tar);
	}

	async *#entries(
		tar: Readable,
		signal?: AbortSignal,
	): AsyncGenerator<TarEntry, void, void> {
		const stop = (): void => {
			tar.destroy();
		};

		const {over} = this.#origin;
		signal?.addEventListener('abort', stop);
		over.addEventListener('abort', stop);
		if (over.aborted) {
			stop();
		}

		try {
			yield* readTar(tar as AsyncIterable<Uint8Array>);
		} catch (error) {
			signal?.throwIfAborted();
			over.throwIfAborted();
			throw this.#docker.explain(error);
		} finally {
			over.removeEventListener('abort', stop);
			signal?.removeEventListener('abort', stop);
			tar.destroy();
		}
	}
}

function missing(path: BytePath): UsageError {
	return new UsageError(
		`There is no /${readableOf(path)}: see what there is in the directory above it.`,
	);
}

async function* part(
	chunks: AsyncIterable<Uint8Array>,
	{offset, length}: FileRange,
): AsyncGenerator<Uint8Array, void, void> {
	let position = 0;
	for await (const chunk of chunks) {
		const wanted = chunk.subarray(
			Math.max(0, offset - position),
			Math.max(0, offset + length - position),
		);
		position += chunk.length;
		if (wanted.length > 0) {
			yield wanted;
		}

		if (position >= offset + length) {
			return;
		}
	}
}
