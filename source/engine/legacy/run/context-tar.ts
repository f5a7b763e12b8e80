import {Readable} from 'node:stream';
import {type Header, pack, type Pack} from 'tar-stream';
import type {EntryKind} from '../../../filesystem/tree/entry.js';
import {tarModeOf} from '../../../filesystem/tree/tar-mode.js';
import {extendedHeader} from '../../../text/extended-header.js';
import {
	bytesOf,
	isText,
	textOf,
	type BytePath,
} from '../../../text/byte-path.js';
import {
	findIgnoreFile,
	type IgnoringRequest,
} from '../../context/context-listing.js';
import {diskTree} from '../../context/disk-tree.js';
import {fromGoFileMode} from '../../context/file-mode.js';
import {Filter} from '../../context/filter.js';
import {readIgnoreFile} from '../../../text/ignore-patterns.js';
import {readingError} from '../../context/reading-error.js';
import type {Tree} from '../../context/tree.js';
import {type WalkedEntry, walk} from '../../context/walk.js';
import {withResolvers} from '../../with-resolvers.js';
import {placeDockerfile} from './dockerfile-place.js';

/** A build context on its way to the engine. */
export type ContextTar = {
	/** It fails with an error for the user when something of the context can't be read. */
	readonly stream: Readable;

	/** Where the Dockerfile is in it. */
	readonly dockerfile: string;

	/** How many bytes of it were taken by now. */
	readonly sent: () => number;
};

/** Where a context is. */
export type ContextRequest = Omit<IgnoringRequest, 'dockerfile'>;

/** The two files of the context that its own `.dockerignore` can't keep from the engine, which needs them. */
const ignoreName = '.dockerignore';

/**
Packs a build context as `docker build` does for the legacy builder: without what its `.dockerignore` names, and everything
root's.

@param request - Whose context it is; `null` sends nothing but the Dockerfile.
@param dockerfile - The Dockerfile's text.
*/
export async function packContext(
	request: ContextRequest | null,
	dockerfile: string,
): Promise<ContextTar> {
	const context = request?.context ?? null;
	const ignoreFile = request === null ? null : await readIgnore(request);
	const place = placeDockerfile(ignoreFile);
	const tar = pack();
	const extra = new Map([[place.name, dockerfile]]);
	const ignore = place.ignoreFile ?? ignoreFile;
	if (ignore !== null) {
		extra.set(ignoreName, ignore);
	}

	void fill(tar, context, readIgnoreFile(ignoreFile ?? ''), extra);
	let sent = 0;
	async function* counted(): AsyncGenerator<Uint8Array> {
		for await (const chunk of tar as AsyncIterable<Uint8Array>) {
			sent += chunk.length;
			yield chunk;
		}
	}

	return {
		stream: Readable.from(counted()),
		dockerfile: place.name,
		sent: () => sent,
	};
}

/**
@param signal - Aborting it ends the looking, with a stamp that is none.
@returns The same as long as nothing in the context has changed.
@throws {MstageError} Something in the context can't be read.
*/
export async function contextStamp(
	request: ContextRequest,
	signal?: AbortSignal,
): Promise<string> {
	const filter = filterOf(readIgnoreFile((await readIgnore(request)) ?? ''));
	const stamps: string[] = [];
	for await (const entry of walk(diskTree(request.context), filter)) {
		if (signal?.aborted) {
			break;
		}

		const {mode, size, modTime, inode} = entry.status;
		stamps.push(`${entry.path} ${mode} ${size} ${modTime} ${inode}`);
	}

	return stamps.join('\n');
}

/** The legacy builder knows no ignore file beside the Dockerfile. */
async function readIgnore({
	context,
	isFetched,
}: ContextRequest): Promise<string | null> {
	const found = await findIgnoreFile({context, isFetched, dockerfile: null});
	return found?.text ?? null;
}

function filterOf(excludePatterns: readonly string[]): Filter {
	return new Filter({includePatterns: [], excludePatterns, isLegacy: true});
}

async function fill(
	tar: Pack,
	context: string | null,
	exclusions: readonly string[],
	extra: ReadonlyMap<string, string>,
): Promise<void> {
	try {
		for (const [name, text] of extra) {
			tar.entry({name, mode: 0o644, mtime: new Date(0)}, text);
		}

		if (context !== null) {
			await addTree(tar, diskTree(context), filterOf(exclusions), extra);
		}

		tar.finalize();
	} catch (error) {
		tar.destroy(error as Error);
	}
}

async function addTree(
	tar: Pack,
	tree: Tree,
	filter: Filter,
	extra: ReadonlyMap<string, string>,
): Promise<void> {
	const firstNames = new Map<string, BytePath>();
	for await (const entry of walk(tree, filter)) {
		// Docker's own client says that it can't add a socket, and leaves it out (moby pkg/archive, `TarWithOptions`).
		if (!extra.has(entry.path) && !entry.status.isSocket) {
			await addEntry(tar, tree, entry, firstNames);
		}
	}
}

async function addEntry(
	tar: Pack,
	tree: Tree,
	entry: WalkedEntry,
	firstNames: Map<string, BytePath>,
): Promise<void> {
	const {status} = entry;
	const {kind, mode} = fromGoFileMode(status.mode);
	const key = status.hardLinkKey;
	const first = key === null ? undefined : firstNames.get(key);
	if (key !== null && first === undefined) {
		firstNames.set(key, entry.path);
	}

	const link = first ?? status.linkTarget;
	const isRaw = !isText(entry.path) || !isText(link);
	if (isRaw) {
		addRawNames(tar, entry.path, link);
	}

	const header = {
		name: isRaw ? placeholder : textOf(entry.path),
		mode: tarModeOf(mode),
		uid: 0,
		gid: 0,
		mtime: new Date(Number(status.modTime / 1_000_000n)),
		type: first === undefined ? typeOf(kind) : 'link',
		...linkTo(isRaw && link !== '' ? placeholder : textOf(link)),
		devmajor: Number(status.device?.major ?? 0),
		devminor: Number(status.device?.minor ?? 0),
	};
	if (header.type !== 'file') {
		tar.entry({...header, size: 0}, '');
		return;
	}

	await addContents(tar, {...header, size: Number(status.size)}, tree, entry);
}

/** Each chunk costs much more on its way than its bytes do. */
const chunkSize = 1024 * 1024;

/** No faster than the engine takes it: the library would keep any number of small files. */
async function addContents(
	tar: Pack,
	header: Parameters<Pack['entry']>[0],
	tree: Tree,
	entry: WalkedEntry,
): Promise<void> {
	const {promise: ended, resolve, reject} = withResolvers<void>();
	// Of a file that can't be read, the reason is told.
	ended.catch(() => undefined);
	const sink = tar.entry(header, error => {
		if (error) {
			reject(error);
		} else {
			resolve();
		}
	});
	for await (const chunk of sized(tree, entry)) {
		if (!sink.write(chunk)) {
			await Promise.race([drained(sink), ended]);
		}
	}

	sink.end(undefined);
	await ended;
}

async function drained(sink: ReturnType<Pack['entry']>): Promise<void> {
	await new Promise<void>(resolve => {
		sink.once('drain', resolve);
	});
}

/** As many bytes as were promised, also of a file that has grown since. */
async function* sized(
	tree: Tree,
	{path: file, status}: WalkedEntry,
): AsyncGenerator<Uint8Array> {
	let left = Number(status.size);
	try {
		for await (const chunk of tree.readContents(file, status.size, chunkSize)) {
			if (left > 0) {
				yield chunk.subarray(0, left);
				left -= chunk.length;
			}
		}
	} catch (error) {
		throw readingError(tree, file, error);
	}
}

/** Stands in a header whose names come before it. */
const placeholder = 'raw';

/** Names that are no UTF-8 stand before their header, as docker build sends them. */
function addRawNames(tar: Pack, name: BytePath, link: BytePath): void {
	tar.push(
		extendedHeader([
			['path', bytesOf(name)],
			...(link === '' ? [] : [['linkpath', bytesOf(link)] as const]),
		]),
	);
}

/** A walk tells of no kind that a socket is one. */
function typeOf(kind: EntryKind): Header['type'] {
	return kind === 'socket' ? 'file' : kind;
}

function linkTo(name: string): Partial<Header> {
	return name === '' ? {} : {linkname: name};
}
