import {hideInFailure} from '../debugger/session/hide-in-failure.js';
import {Redactor} from '../debugger/session/redactor.js';
import type {EngineChoice} from '../engine/candidates.js';
import {openEngine} from '../engine/open-engine.js';
import type {Build, Engine, Failure} from '../engine/port.js';
import type {BuildFlags} from './build-flags.js';
import {untilSignal} from './signals.js';

/** The flags of every command that takes points. */
export type PointFlags = BuildFlags & EngineChoice;

/**
Finds the engine and does something with it, until a signal ends it.

@param work - Returns the exit code.
@returns That exit code, or the one of a signal.
@throws {EngineError} There is no engine, or it was lost.
*/
export async function withEngine(
	choice: EngineChoice,
	work: (engine: Engine, signal: AbortSignal) => Promise<number>,
): Promise<number> {
	const engine = await openEngine(choice);
	try {
		return await untilSignal(async signal => work(engine, signal));
	} finally {
		await engine.close();
	}
}

/**
Runs steps of a build, without telling of them.

@param steps - Their ids.
@returns What failed first, without the values of secrets, or `null` when all of them are done.
@throws {EngineError} The engine was lost.
@throws The signal's reason when it aborts.
*/
export async function runSteps(
	build: Build,
	steps: readonly number[],
	signal: AbortSignal,
): Promise<Failure | null> {
	for await (const event of build.run(steps, signal)) {
		if (event.type === 'failed') {
			const redactor = new Redactor(() => build.secretValues());
			return hideInFailure(event.failure, text => redactor.hide(text));
		}
	}

	signal.throwIfAborted();
	return null;
}
