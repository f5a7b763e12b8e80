import process from 'node:process';
import type {Files} from '../engine/port.js';
import type {BytePath} from '../text/byte-path.js';
import {safeJson} from '../text/safe-json.js';
import {entryJson, entryLines} from '../report/entry-line.js';
import {locate, parsePointPath} from '../inspect/place.js';
import {atPoints} from './at-points.js';
import type {PointFlags} from './with-engine.js';

export type LsOptions = PointFlags & {
	/** `POINT` or `POINT:PATH`. */
	readonly place: string;
	readonly json: boolean;
};

/**
`mstage ls POINT[:PATH]`: what is in a directory at a point of a build, or one file of it.

@returns The exit code.
@throws {MstageError} The point can't be reached, or nothing is at the path.
*/
export async function ls(options: LsOptions): Promise<number> {
	const {point, path} = parsePointPath(options.place);
	return atPoints(options, [point], async ([at]) => {
		process.stdout.write(await listing(at!.snapshot, path, options.json));
		return 0;
	});
}

/**
@returns What is in a directory, or one file of it, as lines.
@throws {UsageError} Nothing is at the path.
*/
export async function listing(
	files: Files,
	path: BytePath,
	json: boolean,
): Promise<string> {
	const found = await locate(files, path, {followLast: true});
	const entries =
		found.entry === null || found.entry.kind === 'directory'
			? await files.readDirectory(found.path)
			: [found.entry];
	const lines = json
		? [safeJson(entries.map(entry => entryJson(entry)))]
		: entryLines(entries);
	return lines.map(line => `${line}\n`).join('');
}
