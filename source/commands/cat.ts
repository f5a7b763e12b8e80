import process from 'node:process';
import {Readable} from 'node:stream';
import {pipeline} from 'node:stream/promises';
import {atPoints, type PointFlags} from './at-points.js';
import {locate, parsePointPath} from './point-path.js';

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
	return atPoints(options, [point], async ([snapshot], signal) => {
		const found = await locate(snapshot!, path, {followLast: true});
		await pipeline(
			Readable.from(snapshot!.readFile(found.path)),
			process.stdout,
			{end: false, signal},
		);
		return 0;
	});
}
