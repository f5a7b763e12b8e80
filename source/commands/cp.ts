import process from 'node:process';
import {UsageError, exitCodes} from '../errors.js';
import {copyOut} from '../inspect/copy/copy-out.js';
import {parsePointPath} from '../inspect/place.js';
import {describeLeftOut} from '../report/describe-copy.js';
import {atPoints} from './at-points.js';
import {printError} from './output.js';
import type {PointFlags} from './with-engine.js';

export type CpOptions = PointFlags & {
	/** `POINT:PATH`. */
	readonly place: string;

	/** A path on this machine, or `-` for a tar archive on standard output. */
	readonly destination: string;
	readonly force: boolean;
};

/**
`mstage cp POINT:PATH DESTINATION`: a file, or a directory as a tree, out of a point of a build.

@returns The exit code.
@throws {MstageError} The point can't be reached, nothing is at the path, or something is at the destination.
*/
export async function cp(options: CpOptions): Promise<number> {
	const {place, destination, force} = options;
	const {point, path: source} = parsePointPath(place);
	if (destination === '-' && process.stdout.isTTY) {
		throw new UsageError(
			'An archive is nothing for a terminal: send it to a file or a program, as in mstage cp POINT:PATH - | tar -x.',
		);
	}

	return atPoints(options, [point], async ([at], signal) => {
		const output = process.stdout;
		const left = await copyOut(at!.snapshot, {
			source,
			destination,
			force,
			output,
			signal,
		});
		if (left.length > 0) {
			printError(`mstage: ${describeLeftOut(left, `mstage cp ${place} -`)}\n`);
		}

		return exitCodes.done;
	});
}
