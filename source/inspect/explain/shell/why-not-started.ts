import type {Explanation} from '../../../debugger/machine/explanation.js';
import type {Snapshot, StepProcess} from '../../../engine/port.js';
import {UsageError} from '../../../errors.js';
import {explainProcess} from '../explain.js';

/**
Finds out why a program couldn't be started at a point, or couldn't start another.

@param outcome - What came of it: see `explainProcess`.
@returns What the files tell, or `null` when that is nothing.
@throws {EngineError} The engine was lost.
*/
export async function whyNotStarted(
	snapshot: Snapshot,
	process: StepProcess,
	outcome: Parameters<typeof explainProcess>[2],
): Promise<Explanation | null> {
	try {
		return await explainProcess(snapshot, process, outcome);
	} catch (error) {
		// A state that can't be read tells nothing more than the engine does.
		if (error instanceof UsageError) {
			return null;
		}

		throw error;
	}
}
