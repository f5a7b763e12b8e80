import {exitCodes} from '../errors.js';
import {ContentHashes} from '../inspect/content-hashes.js';
import {findLeft} from '../inspect/left/left.js';
import {leftJson} from '../report/left/json.js';
import {renderLeft} from '../report/left/text.js';
import type {PointFlags} from './with-engine.js';
import {outputStyle, print} from './output.js';
import {withBuild} from './with-build.js';

/** `mstage left`, as the command line gives it. */
export type LeftFlags = PointFlags & {
	/** Only this stage; nothing for all that the target needs. */
	readonly stage?: string;
	readonly json: boolean;
};

/**
`mstage left [STAGE]`: prints what of each stage didn't get into the final image, and what looks left in there by mistake.

@returns The exit code.
@throws {UsageError} There is no such stage, or it is part of the final image.
@throws {MstageError} The build failed.
*/
export async function left({
	stage,
	json,
	...flags
}: LeftFlags): Promise<number> {
	return withBuild(flags, async (build, signal) => {
		const found = await findLeft(build, stage, new ContentHashes(), signal);
		print(
			json
				? leftJson(build.program, found)
				: renderLeft(build.program, found, outputStyle()),
		);
		return exitCodes.done;
	});
}
