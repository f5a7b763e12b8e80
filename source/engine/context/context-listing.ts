import {createHash} from 'node:crypto';
import {basename, dirname, join} from 'node:path';
import {UsageError} from '../../errors.js';
import {textOf} from '../../text/byte-path.js';
import type {
	BuildRequest,
	ContextFile,
	ContextListing,
	ListingOptions,
} from '../port.js';
import {readIgnoreFile} from '../../text/ignore-patterns.js';
import {diskTree} from './disk-tree.js';
import {hasContents} from './file-mode.js';
import {Filter} from './filter.js';
import {isMissing, readingError} from './reading-error.js';
import {resolveInside} from './resolve-inside.js';
import {readSmallFile, unreadableReason} from './small-file.js';
import type {EntryStatus, Tree} from './tree.js';
import {type WalkedEntry, walk} from './walk.js';

/** Where patterns of what an engine doesn't get may stand. */
export type IgnoringRequest = Pick<BuildRequest, 'context' | 'isFetched'> & {
	/** `null` for a builder that looks for none beside the Dockerfile. */
	readonly dockerfile: string | null;
};

/** Files up to this size, in bytes, are read without a question. */
const smallSize = 1024n * 1024n;

/** In bytes; each chunk costs more than its bytes do. */
const chunkSize = 1024 * 1024;

/**
Lists a build context as the engine would get it, by the same walk and the same patterns that serve it.

@returns What counts for the cache of a COPY (moby/buildkit cache/contenthash): mode, link target, device and contents.
The owner counts too, but an engine gets everything of a context as root's.
@throws {MstageError} Something in the context can't be read.
*/
export async function listContext(
	request: IgnoringRequest,
	{earlier, reads = () => true, signal}: ListingOptions = {},
): Promise<ContextListing> {
	const tree = diskTree(request.context);
	const filter = await contextFilter(request);
	const listing = new Map<string, ContextFile>();
	for await (const entry of walk(tree, filter)) {
		signal?.throwIfAborted();
		const path = textOf(entry.path);
		const stamp = stampOf(entry.status);
		const known = earlier?.get(path);
		const isRead =
			entry.status.size <= smallSize ||
			!hasContents(entry.status.mode) ||
			reads(path);
		if (known?.stamp === stamp && (!isRead || known.fingerprint !== null)) {
			listing.set(path, known);
			continue;
		}

		listing.set(path, {
			fingerprint: isRead ? await fingerprintOf(tree, entry, signal) : null,
			stamp,
		});
	}

	return listing;
}

/** @returns What decides which of a build context the engine gets. */
export async function contextFilter(request: IgnoringRequest): Promise<Filter> {
	return new Filter({
		includePatterns: [],
		excludePatterns: await readExclusions(request),
		isLegacy: request.dockerfile === null,
	});
}

/**
@returns The patterns of what the engine doesn’t get: of `<Dockerfile>.dockerignore` beside the Dockerfile, or else of the
context’s own `.dockerignore` (moby/buildkit frontend/dockerui).
*/
export async function readExclusions(
	request: IgnoringRequest,
): Promise<readonly string[]> {
	const file = await findIgnoreFile(request);
	return file ? readIgnoreFile(file.text) : [];
}

/**
@returns The file that these patterns stand in, or `null` when there is none.
*/
export async function findIgnoreFile({
	context,
	dockerfile,
	isFetched = false,
}: IgnoringRequest): Promise<{
	readonly path: string;
	readonly text: string;
} | null> {
	const beside =
		dockerfile === null
			? null
			: await readIgnoreText(
					dirname(dockerfile),
					`${basename(dockerfile)}.dockerignore`,
				);
	if (beside !== null) {
		return {path: `${dockerfile}.dockerignore`, text: beside};
	}

	const text = await readIgnoreText(context, ignoreName, {
		isLinkedAnywhere: dockerfile === null && !isFetched,
	});
	return text === null ? null : {path: join(context, ignoreName), text};
}

const ignoreName = '.dockerignore';

/**
@param folder - Which a link of it doesn't lead out of: BuildKit looks for it in what it was sent of that folder.
@param options - `isLinkedAnywhere`: a link may lead to any file of this machine, as Docker's client for the legacy builder
reads it.
@returns What is in it, or `null` when there is none.
@throws {UsageError} It is there and can't be read.
*/
async function readIgnoreText(
	folder: string,
	name: string,
	{isLinkedAnywhere = false}: {readonly isLinkedAnywhere?: boolean} = {},
): Promise<string | null> {
	const file = join(folder, name);
	try {
		const found = isLinkedAnywhere ? file : await resolveInside(folder, name);
		const bytes = found && (await readSmallFile(found));
		return bytes && bytes.toString('utf8');
	} catch (error) {
		if (isMissing(error)) {
			return null;
		}

		throw new UsageError(
			`${file} can't be read: ${unreadableReason(error)}; make it a file that you may read.`,
			{cause: error},
		);
	}
}

function stampOf({mode, size, modTime, inode}: EntryStatus): string {
	return [mode, size, modTime, inode].map(part => part.toString(36)).join(' ');
}

async function fingerprintOf(
	tree: Tree,
	{path, status}: WalkedEntry,
	signal: AbortSignal | undefined,
): Promise<string> {
	const {mode, size, device, linkTarget} = status;
	const kind = mode.toString(8);
	if (!hasContents(mode)) {
		const numbers = device ? `${device.major}:${device.minor}` : '';
		return `${kind} ${numbers}${textOf(linkTarget)}`.trimEnd();
	}

	const hash = createHash('sha256');
	try {
		for await (const chunk of tree.readContents(path, size, chunkSize)) {
			signal?.throwIfAborted();
			hash.update(chunk);
		}
	} catch (error) {
		signal?.throwIfAborted();
		throw readingError(tree, path, error);
	}

	return `${kind} ${hash.digest('base64url')}`;
}
