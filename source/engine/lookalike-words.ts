import {lookalikeIn} from '../dockerfile/instructions/lookalikes.js';
import {sentence} from './failure-words.js';
import type {Step} from './port.js';

/**
@param exitCode - Of the process that the step had started, or `null`.
@returns What to tell of a failed step in whose instruction something only looks like a flag; `null` when nothing does.
*/
export function lookalikeWords(
	{text, lines}: Pick<Step, 'text' | 'lines'>,
	exitCode: number | null,
): {readonly message: string; readonly advice: string} | null {
	const found = lookalikeIn(text);
	if (!found) {
		return null;
	}

	return {
		message:
			exitCode === null
				? sentence(found.reason)
				: `${found.reason} (exit code ${exitCode})`,
		advice:
			found.meant === null
				? `Correct line ${lines[0]}, and reload.`
				: `Write ${found.meant} in line ${lines[0]}, and reload.`,
	};
}
