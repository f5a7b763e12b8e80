import {Code, ConnectError} from '@connectrpc/connect';
import {UsageError} from '../../../errors.js';
import type {Entry} from '../../../filesystem/entry.js';
import {
	asBytePath,
	type BytePath,
	bytesOf,
	readableOf,
	rootPath,
} from '../../../text/byte-path.js';
import type {FileContents, FileRange, Files} from '../../port.js';
import type {Gateway} from '../gateway.js';
import {entryOfStat} from './stat-entry.js';
import {walkDirectories} from './walk-directories.js';

/** How much of a file one call brings, in bytes; well below the 4 MiB that a message may have with gRPC's defaults. */
const chunkSize = 1024 * 1024;

/** The files of an evaluated result, read through the gateway (`ReadDir`, `ReadFile`), each call when it is needed. */
export class ReferenceFiles implements Files {
	readonly gateway: Gateway;

	/** The id of a reference; `null` is the empty filesystem. */
	readonly reference: string | null;

	constructor(gateway: Gateway, reference: string | null) {
		this.gateway = gateway;
		this.reference = reference;
	}

	async readDirectory(path: BytePath): Promise<readonly Entry[]> {
		const entries = await this.#readMatching(path, rootPath);
		return entries.toSorted((a, b) => (a.path < b.path ? -1 : 1));
	}

	async stat(path: BytePath): Promise<Entry> {
		const slash = path.lastIndexOf('/');
		const directory = asBytePath(path.slice(0, Math.max(slash, 0)));
		const name = asBytePath(path.slice(slash + 1));
		const entries = await this.#readMatching(directory, escapeGlob(name));
		const entry = entries.find(candidate => candidate.path === path);
		if (!entry) {
			throw missing(path);
		}

		return entry;
	}

	async *readFile(
		path: BytePath,
		range?: FileRange,
	): AsyncIterable<Uint8Array> {
		const offset = range?.offset ?? 0;
		const end = range ? offset + range.length : Number.POSITIVE_INFINITY;
		for (let from = offset; from < end; from += chunkSize) {
			const wanted = Math.min(chunkSize, end - from);
			// eslint-disable-next-line no-await-in-loop -- one chunk after the other, as they are asked for
			const data = await this.#readRange(path, from, wanted);
			if (data.length > 0) {
				yield data;
			}

			if (data.length < wanted) {
				return;
			}
		}
	}

	list(signal?: AbortSignal): AsyncIterable<Entry> {
		return walkDirectories(async path => this.readDirectory(path), signal);
	}

	async *readFiles(
		paths: readonly BytePath[],
		signal?: AbortSignal,
	): AsyncIterable<FileContents> {
		for (const path of paths) {
			signal?.throwIfAborted();
			yield {path, chunks: this.readFile(path)};
		}
	}

	async #readMatching(
		path: BytePath,
		pattern: BytePath,
	): Promise<readonly Entry[]> {
		if (this.reference === null) {
			if (path === '') {
				return [];
			}

			throw missing(path);
		}

		try {
			const {entries} = await this.gateway.bridge.readDir(
				{
					Ref: this.reference,
					DirPath: bytesOf(asBytePath(`/${path}`)),
					IncludePattern: bytesOf(pattern),
				},
				this.gateway.callOptions,
			);
			return entries.map(stat => entryOfStat(path, stat));
		} catch (error) {
			throw this.#explain(path, error);
		}
	}

	async #readRange(
		path: BytePath,
		offset: number,
		length: number,
	): Promise<Uint8Array> {
		if (this.reference === null) {
			throw missing(path);
		}

		try {
			const {Data: data} = await this.gateway.bridge.readFile(
				{
					Ref: this.reference,
					FilePath: bytesOf(asBytePath(`/${path}`)),
					Range: {Offset: BigInt(offset), Length: BigInt(length)},
				},
				this.gateway.callOptions,
			);
			return data;
		} catch (error) {
			throw this.#explain(path, error);
		}
	}

	#explain(path: BytePath, error: unknown): Error {
		const {connection} = this.gateway;
		return error instanceof ConnectError &&
			error.code !== Code.Canceled &&
			!connection.lost.aborted
			? missing(path, error)
			: connection.explain(error);
	}
}

function missing(path: BytePath, cause?: unknown): UsageError {
	return new UsageError(
		`There is no /${readableOf(path)} at that point: ls shows what there is.`,
		{cause},
	);
}

/** A pattern that matches a name and nothing else (Go's `path/filepath.Match`). */
function escapeGlob(name: BytePath): BytePath {
	return asBytePath(name.replaceAll(/[*?\[\\]/gv, String.raw`\$&`));
}
