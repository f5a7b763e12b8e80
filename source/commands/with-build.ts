import type {Build} from '../engine/port.js';
import {MstageError, exitCodes} from '../errors.js';
import {printError} from './output.js';
import {buildRequest} from './build-flags.js';
import {withPassedOn} from './passed-on.js';
import {type Stopped, runSteps, whyStopped} from './run-steps.js';
import {type PointFlags, withEngine} from './with-engine.js';

/** A build that ended before all that the target needs was done. */
type Failed = {
	/** What went wrong, in a few sentences. */
	readonly why: string;
	readonly stopped: Stopped;
};

/**
Builds all that the target needs and does something with it, until a signal ends it.

@param work - Returns the exit code.
@param whenFailed - What is done where the build fails; returns whether there was something to be done. Default: nothing.
@returns That exit code, or the one of a signal.
@throws {MstageError} The build failed.
@throws {EngineError} There is no engine, or it was lost.
*/
export async function withBuild(
	flags: PointFlags,
	work: (build: Build, signal: AbortSignal) => Promise<number>,
	whenFailed: (build: Build, failed: Failed) => Promise<boolean> = async () =>
		false,
): Promise<number> {
	return withEngine(flags, async (engine, signal) => {
		const build = await engine.openBuild(
			await withPassedOn(await buildRequest(flags, signal), engine.description),
			signal,
		);
		const {stages} = build.program;
		const steps = stages.flatMap(stage => (stage.needed ? stage.steps : []));
		const stopped = await runSteps(build, steps, signal);
		if (stopped === null) {
			return work(build, signal);
		}

		printError(stopped.details);
		const why = await whyStopped(build, stopped, engine.description, signal);
		if (await whenFailed(build, {why, stopped})) {
			return exitCodes.buildFailed;
		}

		throw new MstageError(
			`The build failed: ${why} mstage debug steps through it.`,
			exitCodes.buildFailed,
		);
	});
}
