import {causeOf} from '../../debugger/machine/failure-cause.js';
import type {Explanation} from '../../debugger/machine/explanation.js';
import type {DebuggerState} from '../../debugger/machine/state.js';
import type {Failure} from '../../engine/port.js';
import {describeCause} from './cause.js';

/** Why something failed and what to do, as sentences; not sanitised. */
export type ExplainedFailure = {
	readonly reasons: readonly string[];
	readonly advice: readonly string[];
};

const seenBefore =
	'This was seen in what the instruction started from: what it left can not be read.';

/**
@param explanation - What was found in the files; that is told in place of what the engine says.
@returns What is told of a failure besides its exit code.
*/
export function explainedFailure(
	failure: Failure,
	explanation: Explanation | undefined,
): ExplainedFailure {
	if (!explanation) {
		const cause = causeOf(failure);
		return {
			reasons: cause === null ? [] : [cause],
			advice: failure.advice === null ? [] : [failure.advice],
		};
	}

	const words = explanation.causes.map(cause => describeCause(cause));
	return {
		reasons: [
			...words.map(({message}) => message),
			...(explanation.isOfInput && failure.exitCode !== null
				? [seenBefore]
				: []),
		],
		advice: [
			...words.flatMap(({advice}) => advice ?? []),
			...(failure.certainAdvice === undefined ? [] : [failure.certainAdvice]),
		],
	};
}

/** @returns What was found of a failure, as fields for JSON; `null` when that is nothing. */
export function explanationFields(
	explanation: Explanation | undefined,
): Readonly<Record<string, unknown>> | null {
	return explanation
		? {
				causes: explanation.causes.map(cause => ({
					...cause,
					...describeCause(cause),
				})),
				seenIn: explanation.isOfInput ? 'input' : 'failed state',
			}
		: null;
}

/** @returns What was found of a failure. */
export function explanationOf(
	{explanations}: Pick<DebuggerState, 'explanations'>,
	{step}: Failure,
): Explanation | undefined {
	return step === null ? undefined : explanations.get(step);
}
