import {causeOf} from '../../debugger/machine/failure-cause.js';
import type {Cause, Explanation} from '../../debugger/machine/explanation.js';
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

/** What is told besides what the engine says, as it explains that no more than in part. */
const additions: ReadonlySet<Cause['kind']> = new Set([
	'ended-shell',
	'kept-nowhere',
	'network',
]);

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

	const {causes, isOfInput} = explanation;
	const words = causes.map(cause => describeCause(cause));
	const told = words.flatMap(({advice}) => advice ?? []);
	const own = causes.every(({kind}) => additions.has(kind))
		? explainedFailure(failure, undefined)
		: {reasons: [], advice: []};
	return {
		reasons: [
			...own.reasons,
			...words.map(({message}) => message),
			...(isOfInput && failure.exitCode !== null ? [seenBefore] : []),
		],
		advice: [
			...(told.length > 0 ? told : own.advice),
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
