import type {VariableReader} from '../variables/read.js';
import {complaintIn, looseListOf, shellBefore} from './exit-codes.js';
import {stageInstructions} from './instructions.js';
import type {BuildWarning} from './warning.js';

/**
@param variables - Of the Dockerfile that the instruction is in.
@param place - A RUN that ended well: the indices of its stage, and of it there.
@param output - What it printed, or the end of that.
@returns What to tell when one of its commands says that it failed, and others came behind it; `null` otherwise.
*/
export function unseenFailure(
	variables: VariableReader,
	{stage, index}: {readonly stage: number; readonly index: number},
	output: string,
): BuildWarning | null {
	const raw = stageInstructions(variables.graph).find(
		instruction => instruction.stage === stage && instruction.index === index,
	)?.raw;
	const complaint = complaintIn(output);
	if (!raw || index === 0 || complaint === undefined) {
		return null;
	}

	const loose = looseListOf(raw, shellBefore(variables, stage, index));
	return (
		loose && {
			from: 'mstage',
			rule: 'UnseenFailure',
			message: `It printed “${complaint}”, and counts as done all the same: without set -e only the exit code of its last command counts.`,
			details: [
				loose.kind === 'heredoc'
					? 'Write set -e as the first line of the heredoc.'
					: 'Write set -e; before the commands, or && between them.',
			],
			url: null,
			lines: [raw.lines[0], raw.lines[0]],
		}
	);
}
