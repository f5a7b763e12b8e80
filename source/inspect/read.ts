import {Readable, type Writable} from 'node:stream';
import {pipeline} from 'node:stream/promises';
import type {Files} from '../engine/port.js';
import type {BytePath} from '../text/byte-path.js';
import {locate} from './place.js';

/**
Writes the contents of a file, its bytes as they are.

@param output - Stays open.
@throws {UsageError} No file is at the path.
@throws {EngineError} The engine was lost.
@throws The signal's reason when it aborts.
*/
export async function readInto(
	files: Files,
	path: BytePath,
	output: Writable,
	signal: AbortSignal,
): Promise<void> {
	const found = await locate(files, path, {followLast: true});
	await pipeline(Readable.from(files.readFile(found.path)), output, {
		end: false,
		signal,
	});
}
