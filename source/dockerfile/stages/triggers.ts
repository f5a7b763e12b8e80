import {type Command, readCommand} from '../instructions/command.js';
import {
	displayText,
	type PlacedCommand,
	readInstructions,
} from '../instructions/read.js';
import {Refusal} from '../refusal.js';
import type {RawInstruction} from '../text/raw-instruction.js';
import type {Lines, Trigger} from '../types.js';
import {DockerfileError} from '../../errors.js';

/** What an ONBUILD instruction makes a child stage run. */
export type TriggerCommand = {
	/** As the graph shows it. */
	readonly trigger: Trigger;

	readonly command: Command;
};

const readStageTrigger = (
	raw: RawInstruction,
	{lines, source}: PlacedCommand,
	stage: number,
): TriggerCommand => ({
	trigger: {
		keyword: raw.keyword,
		lines,
		text: `ONBUILD ${displayText(raw)}`,
		source,
		from: {kind: 'stage', stage},
	},
	command: readCommand(raw),
});

/**
@param commands - The instructions of a stage.
@param stage - Its index.
@returns What its ONBUILD instructions make a child stage run, in order.
@throws {Refusal} When one of them is wrong: BuildKit finds that out in the child.
*/
export function readTriggers(
	commands: readonly PlacedCommand[],
	stage: number,
): readonly TriggerCommand[] {
	return commands.flatMap(placed =>
		placed.command.kind === 'onbuild'
			? [readStageTrigger(placed.command.trigger, placed, stage)]
			: [],
	);
}

/**
@param written - The ONBUILD triggers of an image, as its configuration has them.
@param image - `lines` are those of the FROM that brings them.
@returns What they make a stage run, in order.
@throws {Refusal} When one of them can't be read.
*/
export function readImageTriggers(
	written: readonly string[],
	{reference, lines}: {readonly reference: string; readonly lines: Lines},
): readonly TriggerCommand[] {
	return written.map(text => {
		const {command, keyword, ...shown} = readAlone(text);
		return {
			trigger: {
				keyword,
				lines,
				text: `ONBUILD ${shown.text}`,
				source: text,
				from: {kind: 'image', reference},
			},
			command,
		};
	});
}

/** One instruction that stands in no file. */
function readAlone(text: string): PlacedCommand {
	try {
		const {stages} = readInstructions(`FROM scratch\n${text}`, 'ONBUILD');
		const [, placed, ...others] = stages[0]!;
		if (stages.length > 1 || placed === undefined || others.length > 0) {
			throw new Refusal(`${text} is more than one instruction`);
		}

		return placed;
	} catch (error) {
		throw error instanceof DockerfileError
			? new Refusal(error.message, {cause: error})
			: error;
	}
}
