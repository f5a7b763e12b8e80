import process from 'node:process';
import type {Build} from '../engine/port.js';
import {exitCodes} from '../errors.js';
import {parsePlace} from '../inspect/place.js';
import {
	type Progress,
	isPointDone,
	progressOfStopped,
} from '../inspect/trace/progress.js';
import {Tracer} from '../inspect/trace/trace.js';
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
`mstage why PATH`: prints what put a file into the final image, or where a file of a stage went. Of a build that fails it tells
as far as that is done.

@returns The exit code.
@throws {UsageError} There is no such stage or file.
@throws {MstageError} The build failed before the file's point was there.
*/
export async function why({json, ...flags}: WhyFlags): Promise<number> {
	const tell = async (build: Build, progress?: Progress): Promise<void> => {
		const {program} = build;
		const file = parsePlace(flags.path, program);
		const found = await new Tracer(build, progress).trace(file);
		print(
			json
				? whyJson(program, file.path, found)
				: whyText(program, file.path, found, outputStyle()),
		);
	};

	return withBuild(
		flags,
		async build => {
			await tell(build);
			return exitCodes.done;
		},
		async (build, {why: reason, stopped}) => {
			const {program} = build;
			const progress = progressOfStopped(program, stopped);
			const {point} = parsePlace(flags.path, program);
			if (!isPointDone(program, progress, point)) {
				return false;
			}

			process.stderr.write(`The build failed: ${reason}\n`);
			await tell(build, progress);
			return true;
		},
	);
}
