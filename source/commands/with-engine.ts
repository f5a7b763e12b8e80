import type {EngineChoice} from '../engine/candidates.js';
import {openEngine} from '../engine/open-engine.js';
import type {Engine} from '../engine/port.js';
import {untilAborted} from '../until-aborted.js';
import type {BuildFlags} from './build-flags.js';
import {farewell} from './farewell.js';
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
	return untilSignal(async signal => {
		const engine = await openEngine(choice);
		try {
			signal.throwIfAborted();
			// What the work waits for may end only with what is closed behind it.
			return await untilAborted(work(engine, signal), signal);
		} finally {
			await farewell(engine.close());
		}
	});
}
