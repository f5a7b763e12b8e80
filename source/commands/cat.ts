import process from 'node:process';
import {Readable} from 'node:stream';
import {pipeline} from 'node:stream/promises';
import type {Files} from '../engine/port.js';
import type {BytePath} from '../text/byte-path.js';
import {locate, parsePointPath} from '../inspect/place.js';
import {atPoints} from './at-points.js';
import type {PointFlags} from './with-engine.js';

export type CatOptions = PointFlags & {
	/** `POINT:PATH`. */
	readonly place: string;
};

/**
`mstage cat POINT:PATH`: the contents of a file at a point of a build, its bytes as they are.

@returns The exit code.
@throws {MstageError} The point can't be reached, or no file is at the path.
*/
export async function cat(options: CatOptions): Promise<number> {
	const {point, path} = parsePointPath(options.place);
	return atPoints(options, [point], async ([at], signal) => {
		await printFile(at!.snapshot, path, signal);
		return 0;
	});
}

/**
Prints a file on standard output, its bytes as they are.

@throws {UsageError} No file is at the path.
*/
export async function printFile(
	files: Files,
	path: BytePath,
	signal: AbortSignal,
): Promise<void> {
	const found = await locate(files, path, {followLast: true});
	await pipeline(Readable.from(files.readFile(found.path)), process.stdout, {
		end: false,
		signal,
	});
}
