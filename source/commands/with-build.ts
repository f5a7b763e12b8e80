import {openEngine} from '../engine/open-engine.js';
import type {Build} from '../engine/port.js';
import {MstageError, exitCodes} from '../errors.js';
import type {PointFlags} from './at-points.js';
import {buildRequest} from './build-flags.js';
import {untilSignal} from './signals.js';

/**
Builds all that the target needs and does something with it, until a signal ends it.

@param work - Returns the exit code.
@returns That exit code, or the one of a signal.
@throws {MstageError} The build failed.
@throws {EngineError} There is no engine, or it was lost.
*/
export async function withBuild(
	flags: PointFlags,
	work: (build: Build, signal: AbortSignal) => Promise<number>,
): Promise<number> {
	const engine = await openEngine(flags);
	try {
		return await untilSignal(async signal => {
			const build = await engine.openBuild(await buildRequest(flags), signal);
			await runAll(build, signal);
			return work(build, signal);
		});
	} finally {
		await engine.close();
	}
}

async function runAll(build: Build, signal: AbortSignal): Promise<void> {
	const {stages} = build.program;
	const steps = stages.flatMap(stage => (stage.needed ? stage.steps : []));
	for await (const event of build.run(steps, signal)) {
		if (event.type === 'failed') {
			throw new MstageError(
				`The build failed: ${event.failure.message}. mstage debug steps through it.`,
				exitCodes.buildFailed,
			);
		}
	}

	signal.throwIfAborted();
}
