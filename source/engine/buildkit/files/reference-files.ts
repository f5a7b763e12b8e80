import {ConnectError} from '@connectrpc/connect';
import {MstageError} from '../../../errors.js';
import {comparePaths, type Entry} from '../../../filesystem/tree/entry.js';
import {nameOf, parentOf} from '../../../filesystem/tree/paths.js';
import {
	asBytePath,
	type BytePath,
	bytesOf,
	rootPath,
} from '../../../text/byte-path.js';
import type {FileContents, FileRange, Files} from '../../port.js';
import type {Gateway} from '../connect/gateway.js';
import {missingPathError} from './missing-path.js';
import {entryOfStat} from './stat-entry.js';
import {listByTransfer} from './list-transfer.js';
import {readByTransfer} from './read-transfer.js';

/** How much of a file one call brings, in bytes; well below the 4 MiB that a message may have with gRPC's defaults. */
const chunkSize = 1024 * 1024;

/** How many files are read one by one, at 2 ms or so each, rather than by a transfer, which has to come to them first. */
const fewFiles = 32;

/** How often a call is made that the engine fails for no reason of the call's own. */
const mostTries = 4;

/** The files of an evaluated result, read through the gateway (`ReadDir`, `ReadFile`), each call when it is needed. */
export class ReferenceFiles implements Files {
	readonly gateway: Gateway;
	readonly reference: string;
	readonly namesOf?: (path: BytePath) => Promise<readonly BytePath[]>;

	/** For names that the engine's messages don't take. */
	readonly #inContainer: Files | null;

	/**
	@param reference - The id of a reference that the gateway has evaluated.
	@param inContainer - The same files, read in another way.
	*/
	constructor(
		gateway: Gateway,
		reference: string,
		inContainer: Files | null = null,
	) {
		this.gateway = gateway;
		this.reference = reference;
		this.#inContainer = inContainer;
		if (inContainer?.namesOf) {
			this.namesOf = async path => inContainer.namesOf!(path);
		}
	}

	async readDirectory(path: BytePath): Promise<readonly Entry[]> {
		return this.#reading(
			path,
			async () => this.#readMatching(path, rootPath),
			async files => files.readDirectory(path),
		);
	}

	async stat(path: BytePath): Promise<Entry> {
		if (path === rootPath) {
			return this.statNonLink(path);
		}

		return this.#reading(
			path,
			async () => {
				const pattern = patternFor(nameOf(path));
				const entries = await this.#readMatching(parentOf(path), pattern);
				const entry = entries.find(candidate => candidate.path === path);
				return entry ?? this.#refuse(path);
			},
			async files => files.stat(path),
		);
	}

	/**
	Takes about a fifth less time than `stat`.

	@param path - Of what is known to be no symbolic link.
	@throws As `stat`.
	*/
	async statNonLink(path: BytePath): Promise<Entry> {
		return this.#reading(
			path,
			async () => this.#statFile(path),
			async files => files.stat(path),
		);
	}

	async *readFile(
		path: BytePath,
		range?: FileRange,
	): AsyncIterable<Uint8Array> {
		const offset = range?.offset ?? 0;
		const end = range ? offset + range.length : Number.POSITIVE_INFINITY;
		try {
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
		} catch (error) {
			if (!this.#inContainer || !isAboutText(error)) {
				await this.#refuse(path, error);
			}

			yield* this.#inContainer!.readFile(path, range);
		}
	}

	async *list(signal?: AbortSignal): AsyncIterable<Entry> {
		const {connection} = this.gateway;
		let last: BytePath | undefined;
		try {
			for await (const entry of listByTransfer(
				connection,
				this.gateway.definitionOf(this.reference)!,
				signal,
			)) {
				last = entry.path;
				yield entry;
			}
		} catch (error) {
			signal?.throwIfAborted();
			if (!this.#inContainer || connection.lost.aborted) {
				throw connection.explainOpening(error);
			}

			// The engine only breaks the connection when it comes to a name that it can't send.
			for await (const entry of this.#inContainer.list(signal)) {
				if (last === undefined || comparePaths(entry.path, last) > 0) {
					yield entry;
				}
			}
		}
	}

	async *readFiles(
		paths: readonly BytePath[],
		signal?: AbortSignal,
	): AsyncIterable<FileContents> {
		const ordered = [...new Set(paths)].toSorted(comparePaths);
		let done = 0;
		if (ordered.length > fewFiles) {
			for await (const file of this.#readAll(ordered, signal)) {
				yield file;
				done++;
			}
		}

		// A few, or what is left where the engine broke a transfer off.
		for (const path of ordered.slice(done)) {
			signal?.throwIfAborted();
			yield {path, chunks: this.readFile(path)};
		}
	}

	/** As many as the engine sends in one transfer. */
	async *#readAll(
		paths: readonly BytePath[],
		signal: AbortSignal | undefined,
	): AsyncIterable<FileContents> {
		const {connection} = this.gateway;
		try {
			for await (const {path, chunks} of readByTransfer(
				connection,
				this.gateway.definitionOf(this.reference)!,
				paths,
				signal,
			)) {
				yield {path, chunks: this.#withRest(path, chunks)};
			}
		} catch (error) {
			signal?.throwIfAborted();
			if (!(error instanceof ConnectError) || connection.lost.aborted) {
				throw connection.explain(error);
			}
		}
	}

	/** Reads on by itself where the engine broke a transfer off. */
	async *#withRest(
		path: BytePath,
		chunks: AsyncIterable<Uint8Array>,
	): AsyncIterable<Uint8Array> {
		let offset = 0;
		try {
			for await (const chunk of chunks) {
				offset += chunk.length;
				yield chunk;
			}
		} catch (error) {
			const {connection} = this.gateway;
			if (!(error instanceof ConnectError) || connection.lost.aborted) {
				throw connection.explain(error);
			}

			yield* this.readFile(path, {offset, length: Number.POSITIVE_INFINITY});
		}
	}

	/**
	@param instead - Reads the same in the other way, where the engine's messages don't take a name.
	@throws What the user is to be told.
	*/
	async #reading<T>(
		path: BytePath,
		read: () => Promise<T>,
		instead: (files: Files) => Promise<T>,
	): Promise<T> {
		try {
			return await read();
		} catch (error) {
			return this.#inContainer && isAboutText(error)
				? instead(this.#inContainer)
				: this.#refuse(path, error);
		}
	}

	/** `StatFile` follows links, and gives the name alone, or `.` for the root. */
	async #statFile(path: BytePath): Promise<Entry> {
		const {stat} = await again(async () =>
			this.gateway.bridge.statFile(
				{Ref: this.reference, Path: bytesOf(asBytePath(`/${path}`))},
				this.gateway.callOptions,
			),
		);
		return {...entryOfStat(parentOf(path), stat!), path};
	}

	/** `ReadDir` matches the pattern with names; without one it gives all. */
	async #readMatching(
		path: BytePath,
		pattern: BytePath,
	): Promise<readonly Entry[]> {
		const {entries} = await again(async () =>
			this.gateway.bridge.readDir(
				{
					Ref: this.reference,
					DirPath: bytesOf(asBytePath(`/${path}`)),
					IncludePattern: bytesOf(pattern),
				},
				this.gateway.callOptions,
			),
		);
		return entries
			.map(stat => entryOfStat(path, stat))
			.toSorted((a, b) => (a.path < b.path ? -1 : 1));
	}

	async #readRange(
		path: BytePath,
		offset: number,
		length: number,
	): Promise<Uint8Array> {
		const {Data: data} = await again(async () =>
			this.gateway.bridge.readFile(
				{
					Ref: this.reference,
					FilePath: bytesOf(asBytePath(`/${path}`)),
					Range: {Offset: BigInt(offset), Length: BigInt(length)},
				},
				this.gateway.callOptions,
			),
		);
		return data;
	}

	/** The engine's own messages name folders of its own. */
	async #refuse(path: BytePath, error?: unknown): Promise<never> {
		const {connection} = this.gateway;
		if (error instanceof MstageError || connection.lost.aborted) {
			throw connection.explain(error);
		}

		let explained: Error;
		try {
			explained = await missingPathError(
				async directory => this.#readMatching(directory, rootPath),
				path,
				error,
			);
		} catch (secondError) {
			explained = connection.explainOpening(error ?? secondError);
		}

		throw explained;
	}
}

/**
20.10 now and then fails one of several calls for the same reference at the same time, for no reason of its own
(github.com/moby/buildkit/issues/1822).
*/
async function again<T>(call: () => Promise<T>): Promise<T> {
	for (let left = mostTries - 1; ; left--) {
		try {
			// eslint-disable-next-line no-await-in-loop -- only after it failed
			return await call();
		} catch (error) {
			const isLocked =
				error instanceof ConnectError &&
				error.message.includes('flightcontrol: exceeded retry');
			if (left === 0 || !isLocked) {
				throw error;
			}
		}
	}
}

/** Engines since 28 refuse messages with names that are no UTF-8 (google.golang.org/protobuf); older ones send them. */
function isAboutText(error: unknown): boolean {
	return error instanceof ConnectError && error.message.includes('invalid UTF');
}

/**
@returns A pattern that matches a name and nothing else (Go's `path/filepath.Match`); the empty one, for all names, of what
the engine reads otherwise: it takes blanks, those of Unicode too, from the ends of a pattern, and one that begins with `!` leaves names out
(moby/patternmatcher, `New`).
*/
function patternFor(name: BytePath): BytePath {
	return /^[\s!\u0080-\u00FF]|[\s\u0080-\u00FF]$/v.test(name)
		? rootPath
		: asBytePath(name.replaceAll(/[*?\[\\]/gv, String.raw`\$&`));
}
