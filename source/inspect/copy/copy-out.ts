import {Buffer} from 'node:buffer';
import {stat} from 'node:fs/promises';
import path from 'node:path';
import type {Writable} from 'node:stream';
import type {Files} from '../../engine/port.js';
import {nameOf} from '../../filesystem/tree/paths.js';
import {asBytePath, type BytePath, bytesOf} from '../../text/byte-path.js';
import {locate} from '../place.js';
import {type Selected, selectBelow} from './selection.js';
import {copyToDisk} from './to-disk.js';
import {copyToTar} from './to-tar.js';

/** What is copied, and where it goes. */
export type CopyOptions = {
	readonly source: BytePath;

	/** A path on this machine, or `-` for a tar archive on the output. */
	readonly destination: string;

	/** Whether what is there already may be replaced. */
	readonly force: boolean;

	/** Takes an archive; stays open. */
	readonly output: Writable;
	readonly signal: AbortSignal;
};

/**
Copies a file, or a directory as a tree, to a path on this machine, or as an archive to the output.

@returns The entries that were left out: sockets, and on a disk devices and pipes, which only an archive takes.
@throws {UsageError} Nothing is at the source, or something is at the destination.
@throws {EngineError} The engine was lost.
@throws The signal's reason when it aborts.
*/
export async function copyOut(
	files: Files,
	{source, destination, force, output, signal}: CopyOptions,
): Promise<readonly Selected[]> {
	const found = await locate(files, source, {followLast: true});
	const selected = await selectBelow(files, found, signal);
	const name = nameOf(source);
	if (destination === '-') {
		return copyToTar(files, selected, {
			name: name === '' ? asBytePath('.') : name,
			output,
			signal,
		});
	}

	return copyToDisk(files, selected, {
		destination: await placeFor(destination, name),
		force,
		signal,
	});
}

/** As `cp` does: into a directory that is there, or under the name that is given. */
async function placeFor(destination: string, name: BytePath): Promise<Buffer> {
	const place = path.resolve(destination);
	const isDirectory = await stat(place).then(
		status => status.isDirectory(),
		() => false,
	);
	return isDirectory && name !== ''
		? Buffer.concat([Buffer.from(`${place}/`), bytesOf(name)])
		: Buffer.from(place);
}
