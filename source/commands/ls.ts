import {exitCodes} from '../errors.js';
import {listAt} from '../inspect/list.js';
import {parsePointPath} from '../inspect/place.js';
import {listingText} from '../report/entry-line.js';
import {atPoints} from './at-points.js';
import {print} from './output.js';
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
		const entries = await listAt(at!.snapshot, path);
		print(listingText(entries, options.json));
		return exitCodes.done;
	});
}
