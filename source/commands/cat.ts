import {exitCodes} from '../errors.js';
import {parsePointPath} from '../inspect/place.js';
import {readInto} from '../inspect/read.js';
import {atPoints} from './at-points.js';
import {fileOutput} from './output.js';
import type {PointFlags} from './with-engine.js';

export type CatOptions = PointFlags & {
	/** `POINT:PATH`. */
	readonly place: string;
};

/**
`mstage cat POINT:PATH`: the contents of a file at a point of a build, its bytes as they are; on a terminal, what that would act on is shown instead.

@returns The exit code.
@throws {MstageError} The point can't be reached, or no file is at the path.
*/
export async function cat(options: CatOptions): Promise<number> {
	const {point, path} = parsePointPath(options.place);
	return atPoints(options, [point], async ([at], signal) => {
		await readInto(at!.snapshot, path, fileOutput(), signal);
		return exitCodes.done;
	});
}
