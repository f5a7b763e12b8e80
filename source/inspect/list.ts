import type {Files} from '../engine/port.js';
import type {Entry} from '../filesystem/tree/entry.js';
import type {BytePath} from '../text/byte-path.js';
import {locate} from './place.js';

/**
@returns What is in a directory, or the one thing that isn't a directory.
@throws {UsageError} Nothing is at the path.
@throws {EngineError} The engine was lost.
*/
export async function listAt(
	files: Files,
	path: BytePath,
): Promise<readonly Entry[]> {
	const {entry, path: place} = await locate(files, path, {followLast: true});
	return entry === null || entry.kind === 'directory'
		? files.readDirectory(place)
		: [entry];
}
