import {Buffer} from 'node:buffer';
import {lstat} from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import {selectBelow} from '../../inspect/copy/selection.js';
import {copyToDisk} from '../../inspect/copy/to-disk.js';
import type {Files} from '../../engine/port.js';
import {UsageError} from '../../errors.js';
import type {Entry} from '../../filesystem/tree/entry.js';
import {type FileTree, resolvedEntry} from '../../filesystem/tree/file-tree.js';
import {bytesOf} from '../../text/byte-path.js';
import {formatBytes, plural} from '../../text/format.js';
import {decodeName} from '../../text/sanitise.js';

/**
Copies a file, or a directory as a tree with its modes and links, into the current folder; what is there already is never
touched.

@param tree - The listing of the files.
@param node - Of what is copied.
@returns Where it is now, in a sentence.
@throws {UsageError} It can't be copied, or something of that name is there already.
@throws {EngineError} The engine was lost.
@throws The signal's reason when it aborts.
*/
export async function copyOut(
	files: Files,
	tree: FileTree,
	node: number,
	signal: AbortSignal,
): Promise<string> {
	const kind = tree.kind(node);
	const name = bytesOf(tree.paths.name(node));
	if (!['file', 'directory', 'symlink'].includes(kind)) {
		throw new UsageError(
			`${decodeName(name)} is no file: mstage cp copies it into an archive, with - for its destination.`,
		);
	}

	const place = Buffer.concat([
		Buffer.from(`${process.cwd()}${path.sep}`),
		name,
	]);
	const shown = decodeName(place);
	if (await isThere(place)) {
		throw new UsageError(
			`${shown} is there already, and was left as it is: move it away first.`,
		);
	}

	const entry = kind === 'file' ? resolvedEntry(tree, node) : tree.entry(node);
	const selected = await selectBelow(
		{
			list: () => listingOf(tree, node),
			stat: async at => files.stat(at),
		},
		{path: entry.path, entry},
		signal,
	);
	const left = await copyToDisk(files, selected, {
		destination: place,
		force: false,
		signal,
	});
	const what =
		kind === 'directory'
			? `${plural(tree.files[node]!, 'file')}, ${formatBytes(tree.bytes[node]!)}, `
			: '';
	const rest =
		left.length === 0
			? ''
			: ` Left out: ${left.length} devices, pipes or sockets.`;
	return `Copied ${what}to ${shown}.${rest}`;
}

async function isThere(place: Buffer): Promise<boolean> {
	try {
		await lstat(place);
		return true;
	} catch {
		return false;
	}
}

/** Of a directory and all that is in it. */
async function* listingOf(
	tree: FileTree,
	directory: number,
): AsyncGenerator<Entry> {
	const end = tree.paths.ends[directory]!;
	for (let node = directory; node < end; node++) {
		yield tree.entry(node);
	}
}
