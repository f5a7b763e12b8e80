import type {Explanation} from '../../debugger/machine/explanation.js';
import {formatPoint} from '../../debugger/points/point.js';
import type {Failure, MissingSource, Program} from '../../engine/port.js';
import {sanitise} from '../../text/sanitise.js';
import {describeStep} from '../describe-step.js';
import {explainedFailure} from './explained.js';

/** How many names of a directory are told. */
const nameLimit = 10;

/**
@param explanation - What was found of it in the files.
@returns What failed, where, why, and what can be done now, as lines; sanitised.
*/
export function describeFailure(
	failure: Failure,
	program: Program,
	explanation?: Explanation,
): string {
	const {step, exitCode, missing, state, rerun} = failure;
	const {reasons, advice} = explainedFailure(failure, explanation);
	const where = step === null ? '' : ` in ${describeStep(program, step)}`;
	const lines = [
		...(exitCode === null ? [] : [`exited with code ${exitCode}`]),
		...reasons,
		...(missing ? describeMissing(missing, program) : []),
		...(rerun
			? [
					'the engine keeps nothing of a failed RUN: it was run again, for its state',
				]
			: []),
		...advice,
		...(state.kept
			? ['shell failed -- COMMAND looks into the state it left']
			: [state.reason]),
	];
	return [
		`✖ failed${where}\n`,
		...lines.map(line => `  ${sanitise(line)}\n`),
	].join('');
}

function describeMissing(
	{point, directory, names, nearMisses}: MissingSource,
	program: Program,
): readonly string[] {
	const place = `${formatPoint(point, program)}:/${directory}`;
	const rest = names.length - nameLimit;
	return [
		names.length === 0
			? `it looked in ${place}, which is empty`
			: `it looked in ${place}, which has ${names.slice(0, nameLimit).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`,
		...(nearMisses.length === 0 ? [] : [`meant ${nearMisses.join(' or ')}?`]),
	];
}
