import {type Command, readCommand} from '../instructions/command.js';
import {displayText, type PlacedCommand} from '../instructions/read.js';
import type {RawInstruction} from '../text/raw-instruction.js';
import type {Instruction} from '../types.js';

/** What an ONBUILD instruction makes a child stage run. */
export type Trigger = {
	/** In its own words, at the place of the ONBUILD that holds it. */
	readonly instruction: Instruction;

	readonly command: Command;
};

const read = (
	raw: RawInstruction,
	{lines, source}: PlacedCommand,
): Trigger => ({
	instruction: {keyword: raw.keyword, lines, text: displayText(raw), source},
	command: readCommand(raw),
});

/**
@param commands - The instructions of a stage.
@returns What its ONBUILD instructions make a child stage run, in order.
@throws {Refusal} When one of them is wrong: BuildKit finds that out in the child.
*/
export function readTriggers(
	commands: readonly PlacedCommand[],
): readonly Trigger[] {
	return commands
		.map(placed =>
			placed.command.kind === 'onbuild'
				? read(placed.command.trigger, placed)
				: undefined,
		)
		.filter(trigger => trigger !== undefined);
}
