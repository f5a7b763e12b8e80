import {exitCodes} from '../errors.js';
import {parsePlace} from '../inspect/place.js';
import {Tracer} from '../inspect/trace.js';
import {whyJson} from '../report/why/json.js';
import {whyText} from '../report/why/text.js';
import type {PointFlags} from './with-engine.js';
import {outputStyle, print} from './output.js';
import {withBuild} from './with-build.js';

/** `mstage why`, as the command line gives it. */
export type WhyFlags = PointFlags & {
	/** A path of the final image, or of a point: `builder:/out/app`. */
	readonly path: string;
	readonly json: boolean;
};

/**
`mstage why PATH`: prints what put a file into the final image, or where a file of a stage went.

@returns The exit code.
@throws {UsageError} There is no such stage or file.
@throws {MstageError} The build failed.
*/
export async function why({json, ...flags}: WhyFlags): Promise<number> {
	return withBuild(flags, async build => {
		const {program} = build;
		const file = parsePlace(flags.path, program);
		const found = await new Tracer(build).trace(file);
		print(
			json
				? whyJson(program, file.path, found)
				: whyText(program, file.path, found, outputStyle()),
		);
		return exitCodes.done;
	});
}
