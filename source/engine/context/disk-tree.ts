import {Buffer} from 'node:buffer';
import {
	type BigIntStats,
	closeSync,
	constants,
	lstatSync,
	openSync,
	read,
	readdirSync,
	readlinkSync,
	readSync,
} from 'node:fs';
import {promisify} from 'node:util';
import {
	asBytePath,
	type BytePath,
	bytePathFromBytes,
	bytePathFromText,
	bytesOf,
	rootPath,
} from '../../text/byte-path.js';
import {deviceNumbers, toGoFileMode} from './file-mode.js';
import {errorCode, ShrunkFileError} from './reading-error.js';
import {
	compareNames,
	type DirectoryEntry,
	type EntryStatus,
	type Tree,
} from './tree.js';

const readAsync = promisify(read);
const usualChunkSize = 64 * 1024;
const minimalChunkSize = 512;
// What opening a socket says on Linux and on macOS; it is sent as an empty file (see file-mode.ts).
const socketErrors = new Set(['ENXIO', 'EOPNOTSUPP']);

/**
@param root - The absolute path of a directory.
@returns That directory as the engine may read it.
*/
export function diskTree(root: string): Tree {
	const base = bytePathFromText(root.endsWith('/') ? root.slice(0, -1) : root);
	const locate = (path: BytePath): Buffer =>
		bytesOf(asBytePath(`${base}/${path}`));

	return {
		name: root,
		readDirectory: path => readDirectory(locate(path)),
		readStatus: path => readStatus(locate(path)),
		readContents: (path, size, chunkSize) =>
			readContents(locate(path), size, chunkSize),
	};
}

function readDirectory(location: Buffer): DirectoryEntry[] {
	return readdirSync(location, {withFileTypes: true, encoding: 'buffer'})
		.map(entry => ({
			name: bytePathFromBytes(entry.name),
			isDirectory: entry.isDirectory(),
		}))
		.toSorted((a, b) => compareNames(a.name, b.name));
}

function readStatus(location: Buffer): EntryStatus {
	const status = lstatSync(location, {bigint: true});
	const isDevice = status.isBlockDevice() || status.isCharacterDevice();
	return {
		mode: toGoFileMode(Number(status.mode)),
		size: status.isDirectory() ? 0n : status.size,
		modTime: status.mtimeNs,
		linkTarget: status.isSymbolicLink()
			? bytePathFromBytes(readlinkSync(location, {encoding: 'buffer'}))
			: rootPath,
		hardLinkKey: hasOtherNames(status) ? `${status.dev}:${status.ino}` : null,
		inode: status.ino,
		...(status.isSocket() && {isSocket: true}),
		device: isDevice ? deviceNumbers(status.rdev) : null,
	};
}

function hasOtherNames(status: BigIntStats): boolean {
	return status.nlink > 1n && !status.isDirectory() && !status.isSymbolicLink();
}

async function* readContents(
	location: Buffer,
	size: bigint,
	chunkSize = usualChunkSize,
): AsyncGenerator<Uint8Array, undefined> {
	const file = openToRead(location);
	if (file === null) {
		return;
	}

	try {
		yield* readToEnd(file, size, chunkSize);
	} finally {
		closeSync(file);
	}
}

async function* readToEnd(
	file: number,
	size: bigint,
	chunkSize: number,
): AsyncGenerator<Uint8Array, undefined> {
	let position = 0n;
	let isAtEnd = false;
	while (!isAtEnd) {
		const chunk = Buffer.allocUnsafe(chunkLength(size - position, chunkSize));
		const length =
			position === 0n
				? readSync(file, chunk)
				: // eslint-disable-next-line no-await-in-loop -- a chunk is read when the one before it is sent
					await readLater(file, chunk);
		position += BigInt(length);
		// A read that ends early is the end, except on some network file systems, where only an empty one is.
		isAtEnd = length === 0 || (length < chunk.length && position >= size);
		if (length > 0) {
			yield chunk.subarray(0, length);
		}
	}

	if (position < size) {
		throw new ShrunkFileError();
	}
}

/** One byte more than is left: a file that still has its size is read in one call, and its end is seen in the same. */
function chunkLength(left: bigint, chunkSize: number): number {
	return left < chunkSize
		? Math.max(Number(left) + 1, minimalChunkSize)
		: chunkSize;
}

function openToRead(location: Buffer): number | null {
	try {
		// A file that a named pipe has replaced since the walk would hang everything in the blocking mode.
		return openSync(location, constants.O_NONBLOCK);
	} catch (error) {
		if (socketErrors.has(errorCode(error))) {
			return null;
		}

		throw error;
	}
}

async function readLater(file: number, chunk: Buffer): Promise<number> {
	const {bytesRead} = await readAsync(file, chunk, 0, chunk.length, null);
	return bytesRead;
}
