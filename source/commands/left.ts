import process from 'node:process';
import {ContentHashes} from '../inspect/content-hashes.js';
import type {BuildFiles} from '../debugger/points/build-files.js';
import {LeftBehind, type StageLeft} from '../inspect/left-behind.js';
import {stageLabel} from '../debugger/points/point.js';
import {findStage} from '../dockerfile/stage-graph.js';
import type {Program} from '../engine/port.js';
import {UsageError, exitCodes} from '../errors.js';
import {leftJson} from '../report/left/json.js';
import {renderLeft} from '../report/left/text.js';
import type {PointFlags} from './with-engine.js';
import {outputStyle} from './output.js';
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
export async function left(flags: LeftFlags): Promise<number> {
	return withBuild(flags, async (build, signal) => {
		process.stdout.write(await leftText(build, flags, signal));
		return exitCodes.done;
	});
}

/**
@returns What of each stage didn't get into the final image, and what looks left in there by mistake; made for standard output.
@throws {UsageError} There is no such stage, or it is part of the final image.
@throws {EngineError} The engine was lost.
*/
export async function leftText(
	build: BuildFiles,
	{stage: name, json}: Pick<LeftFlags, 'stage' | 'json'>,
	signal: AbortSignal,
): Promise<string> {
	const leftBehind = new LeftBehind(build, signal);
	const chosen = chosenStages(build.program, leftBehind.stages, name);
	const stages: StageLeft[] = [];
	for (const stage of chosen) {
		// eslint-disable-next-line no-await-in-loop -- one stage's listing at a time is held
		stages.push(await leftBehind.ofStage(stage));
	}

	const final = await leftBehind.ofFinal(new ContentHashes());
	return json
		? leftJson(build.program, stages, final)
		: renderLeft(build.program, {stages, final}, outputStyle());
}

function chosenStages(
	program: Program,
	candidates: readonly number[],
	name: string | undefined,
): readonly number[] {
	if (name === undefined) {
		return candidates;
	}

	const stage = findStage(program.graph, name);
	if (stage === undefined || !candidates.includes(stage)) {
		throw new UsageError(
			`'${name}' is no stage that the target only takes files from: give one of ${candidates.map(index => stageLabel(program, index)).join(', ') || 'none'}.`,
		);
	}

	return [stage];
}
