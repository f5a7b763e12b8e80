import process from 'node:process';
import {stageLabel} from '../debugger/point.js';
import {findStage} from '../dockerfile/stage-graph.js';
import type {Build, Program} from '../engine/port.js';
import {UsageError, exitCodes} from '../errors.js';
import {
	leftBehind,
	leftIn,
	shippedBy,
	sourceStages,
} from '../filesystem/left-behind.js';
import type {PointFlags} from './at-points.js';
import {buildGraph} from './build-graph.js';
import {renderLeft, type StageLeft} from './left/text.js';
import {outputStyle} from './output.js';
import {withBuild} from './with-build.js';

/** `mstage left`, as the command line gives it. */
export type LeftFlags = PointFlags & {
	/** Only this stage; nothing for all that the target needs. */
	readonly stage?: string;
};

/**
`mstage left [STAGE]`: prints what of each stage didn't get into the final image, and what looks left in there by mistake.

@returns The exit code.
@throws {UsageError} There is no such stage, or it is part of the final image.
@throws {MstageError} The build failed.
*/
export async function left(flags: LeftFlags): Promise<number> {
	return withBuild(flags, async (build, signal) => {
		const {program} = build;
		const graph = buildGraph(build);
		const isShipped = shippedBy(graph, program.target);
		const needed = program.stages
			.filter(stage => stage.needed)
			.map(({index}) => index);
		const candidates = sourceStages(graph, program.target, new Set(needed));
		const stages: StageLeft[] = [];
		for (const stage of chosenStages(program, candidates, flags.stage)) {
			// eslint-disable-next-line no-await-in-loop -- one listing at a time is held
			const result = await leftBehind(
				// eslint-disable-next-line no-await-in-loop -- see above
				await listing(build, stage, signal),
				path => isShipped(stage, path),
			);
			stages.push({label: stageLabel(program, stage), ...result});
		}

		const final = await leftIn(await listing(build, program.target, signal));
		process.stdout.write(renderLeft(stages, final, outputStyle()));
		return exitCodes.done;
	});
}

async function listing(build: Build, stage: number, signal: AbortSignal) {
	const snapshot = await build.snapshot({kind: 'stage', stage});
	return snapshot.list(signal);
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
