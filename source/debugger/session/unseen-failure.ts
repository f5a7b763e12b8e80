import {unseenFailure} from '../../dockerfile/hints/unseen-failure.js';
import type {BuildWarning} from '../../dockerfile/hints/warning.js';
import type {DebuggerState} from '../machine/state.js';
import {readerOf} from '../machine/values.js';
import type {StepLog} from './log.js';

/** How many lines of a log are read: a build of a large program prints many that look alike. */
const mostLines = 2000;

/**
@param step - The id of a step that ended well.
@param log - What it printed.
@returns What to tell when a command in it failed all the same, and others came behind it; `null` otherwise.
*/
export function unseenFailureOf(
	{program, variableOptions}: DebuggerState,
	step: number,
	log: StepLog,
): BuildWarning | null {
	const {keyword, stage, index} = program!.steps[step]!;
	if (keyword !== 'RUN' || log.lineCount === 0) {
		return null;
	}

	const lines = Array.from(
		{length: Math.min(log.lineCount, mostLines)},
		(_, line) => log.line(line) ?? '',
	);
	return unseenFailure(
		readerOf(program!, variableOptions),
		{stage, index},
		lines.join('\n'),
	);
}
