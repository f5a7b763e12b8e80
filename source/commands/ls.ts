import process from 'node:process';
import {atPoints, type PointFlags} from './at-points.js';
import {entryJson, entryLines} from './entry-line.js';
import {locate, parsePointPath} from './point-path.js';

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
	return atPoints(options, [point], async ([snapshot]) => {
		const found = await locate(snapshot!, path, {followLast: true});
		const entries =
			found.entry === null || found.entry.kind === 'directory'
				? await snapshot!.readDirectory(found.path)
				: [found.entry];
		const lines = options.json
			? [JSON.stringify(entries.map(entry => entryJson(entry)))]
			: entryLines(entries);
		process.stdout.write(lines.map(line => `${line}\n`).join(''));
		return 0;
	});
}
