import type {Build} from '../engine/port.js';
import {MstageError, exitCodes} from '../errors.js';
import {printError} from './output.js';
import {buildRequest} from './build-flags.js';
import {withPassedOn} from './passed-on.js';
import {runSteps, whyStopped} from './run-steps.js';
import {type PointFlags, withEngine} from './with-engine.js';

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
	return withEngine(flags, async (engine, signal) => {
		const build = await engine.openBuild(
			await withPassedOn(await buildRequest(flags, signal), engine.description),
			signal,
		);
		const {stages} = build.program;
		const steps = stages.flatMap(stage => (stage.needed ? stage.steps : []));
		const stopped = await runSteps(build, steps, signal);
		if (stopped) {
			printError(stopped.details);
			const why = await whyStopped(build, stopped, engine.description, signal);
			throw new MstageError(
				`The build failed: ${why} mstage debug steps through it.`,
				exitCodes.buildFailed,
			);
		}

		return work(build, signal);
	});
}
