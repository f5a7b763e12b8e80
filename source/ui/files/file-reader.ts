import {Buffer} from 'node:buffer';
import type {Files} from '../../engine/port.js';
import type {BytePath} from '../../text/byte-path.js';
import {
	type FileView,
	fileViewOf,
	holdsEnd,
	lineWith,
	rowBytes,
	rowCount,
	withData,
	withEarlier,
	withEnd,
	withMore,
} from './file-view.js';

/** How much is fetched at once, in bytes. */
const blockSize = 65_536;

/**
@returns The view of a file, of which only the first block was fetched.
@throws {UsageError} There is no such file.
@throws {EngineError} The engine was lost.
*/
export async function openFile(
	files: Files,
	path: BytePath,
	size: number,
): Promise<FileView> {
	return fileViewOf(path, size, await fetchBytes(files, path, 0, blockSize));
}

/**
@param top - The row that is to be the first visible one; beyond what is held, what is missing is fetched.
@param height - How many rows are visible.
@returns The view there.
@throws {EngineError} The engine was lost.
*/
export async function scrolledTo(
	files: Files,
	view: FileView,
	top: number,
	height: number,
): Promise<FileView> {
	if (view.isBinary) {
		return hexAt(files, view, clamp(top, rowCount(view) - height), height);
	}

	if (top < 0 && view.offset > 0) {
		const start = Math.max(0, view.offset - blockSize);
		const earlier = withEarlier(
			view,
			await fetchBytes(files, view.path, start, view.offset - start),
		);
		const moved = earlier.lineStarts.length - view.lineStarts.length;
		return {...earlier, top: clamp(top + moved, rowCount(earlier) - height)};
	}

	let held = {...view, top};
	while (held.top + height > rowCount(held) && !holdsEnd(held)) {
		// eslint-disable-next-line no-await-in-loop -- one block after the other, until it is enough
		held = withMore(held, await nextBlock(files, held));
	}

	return {...held, top: clamp(held.top, rowCount(held) - height)};
}

/** @returns The view of the file's beginning or end. */
export async function atEdge(
	files: Files,
	view: FileView,
	edge: 'first' | 'last',
	height: number,
): Promise<FileView> {
	const {path, size, search} = view;
	if (edge === 'first') {
		return view.isBinary
			? scrolledTo(files, view, 0, height)
			: {...(await openFile(files, path, size)), search};
	}

	if (view.isBinary || holdsEnd(view)) {
		return scrolledTo(files, view, rowCount(view), height);
	}

	const start = Math.max(0, size - blockSize);
	const end = withEnd(view, await fetchBytes(files, path, start, size - start));
	return {...end, top: clamp(rowCount(end), rowCount(end) - height)};
}

/**
@param from - The first line that counts, as an index in what is held.
@returns The view at the next line that contains the text, fetching on to the end of the file; `null` when none does.
@throws The signal's reason when it aborts.
*/
export async function foundIn(
	files: Files,
	view: FileView,
	text: string,
	from: number,
	signal: AbortSignal,
): Promise<FileView | null> {
	let held = {...view, search: text, top: from};
	for (;;) {
		const line = lineWith(held, text, held.top);
		if (line !== -1) {
			return {...held, top: line};
		}

		if (holdsEnd(held)) {
			return null;
		}

		// The last line may go on in the next block.
		held = {...held, top: Math.max(held.top, rowCount(held) - 1)};
		// eslint-disable-next-line no-await-in-loop -- one block after the other, until it is found
		held = withMore(held, await nextBlock(files, held));
		signal.throwIfAborted();
	}
}

async function hexAt(
	files: Files,
	view: FileView,
	top: number,
	height: number,
): Promise<FileView> {
	const start = top * rowBytes;
	const end = Math.min(view.size, start + height * rowBytes);
	if (start >= view.offset && end <= view.offset + view.data.length) {
		return {...view, top};
	}

	const offset = Math.floor(start / blockSize) * blockSize;
	const data = await fetchBytes(files, view.path, offset, blockSize * 2);
	return withData({...view, top}, {offset, data});
}

async function nextBlock(
	files: Files,
	{path, offset, data}: FileView,
): Promise<Buffer> {
	return fetchBytes(files, path, offset + data.length, blockSize);
}

async function fetchBytes(
	files: Files,
	path: BytePath,
	offset: number,
	length: number,
): Promise<Buffer> {
	const chunks: Uint8Array[] = [];
	for await (const chunk of files.readFile(path, {offset, length})) {
		chunks.push(chunk);
	}

	return Buffer.concat(chunks);
}

function clamp(top: number, last: number): number {
	return Math.max(0, Math.min(top, last));
}
