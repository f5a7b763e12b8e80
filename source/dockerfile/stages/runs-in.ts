import type {Command} from '../instructions/command.js';
import {type StageCommands} from '../instructions/read.js';
import {Refusal} from '../refusal.js';
import type {Instruction, Lines, Stage, Trigger} from '../types.js';
import {readImageTriggers, readTriggers} from './triggers.js';

/** Something that runs in a stage. */
export type Running = {
	readonly instruction: Instruction;

	/** The ONBUILD trigger that it is; `null` for an instruction of the stage. */
	readonly trigger: Trigger | null;

	/** As users spell it behind the name of its stage: `3`, or `0.1` for the first trigger, which runs right after FROM. */
	readonly number: string;
};

/**
@param stage - A stage of a graph.
@returns What runs in the stage, in order: its FROM, the ONBUILD triggers that this brings, the other instructions. Of a
stage whose place a named context takes, that is the FROM alone.
*/
export function runsIn(stage: Stage): readonly Running[] {
	const [from, ...others] = stage.instructions.map(
		(instruction, index): Running => ({
			instruction,
			trigger: null,
			number: String(index),
		}),
	);
	return stage.isReplaced
		? [from!]
		: [
				from!,
				...stage.triggers.map((trigger, index): Running => ({
					instruction: trigger,
					trigger,
					number: `0.${index + 1}`,
				})),
				...others,
			];
}

/**
@param stage - A stage of a graph.
@param place - Which of what runs in the stage; 0 is FROM.
@returns How users spell it behind the name of the stage.
*/
export function numberOf({triggers}: Stage, place: number): string {
	return place > 0 && place <= triggers.length
		? `0.${place}`
		: String(place === 0 ? 0 : place - triggers.length);
}

/**
@param stage - A stage of a graph.
@param number - As users spell it: `3`, `0.1`.
@returns Which of what runs in the stage is meant; `undefined` when there is no such thing.
*/
export function placeOf(stage: Stage, number: string): number | undefined {
	const [, whole, trigger] =
		/^(?<whole>\d+)(?:\.(?<trigger>\d+))?$/v.exec(number) ?? [];
	const {triggers, instructions, isReplaced} = stage;
	if (whole === undefined) {
		return undefined;
	}

	const [index, ofTriggers] = [Number(whole), Number(trigger)];
	if (trigger !== undefined) {
		return index === 0 && ofTriggers > 0 && ofTriggers <= triggers.length
			? ofTriggers
			: undefined;
	}

	if (index === 0) {
		return 0;
	}

	return isReplaced || index >= instructions.length
		? undefined
		: index + triggers.length;
}

/** A command, as it is shown, and where it stands. */
export type RunningCommand = {
	readonly command: Command;

	/** The instruction as one line, without ONBUILD. */
	readonly text: string;
	readonly lines: Lines;
};

/**
@param stages - The instructions that a graph was made of.
@param graph - The graph's stages.
@returns By stage: what each thing says that runs in it, as `runsIn` has them.
*/
export function commandsIn(
	stages: readonly StageCommands[],
	graph: readonly Stage[],
): ReadonlyArray<readonly RunningCommand[]> {
	return graph.map(stage => {
		const [from, ...others] = stages[stage.index]!;
		return stage.isReplaced
			? [from]
			: [from, ...triggersOf(stage, stages), ...others];
	});
}

function triggersOf(
	{triggers, base}: Stage,
	stages: readonly StageCommands[],
): readonly RunningCommand[] {
	const [first] = triggers;
	if (first === undefined) {
		return [];
	}

	try {
		const read =
			base.kind === 'stage'
				? readTriggers(stages[base.stage]!, base.stage)
				: readImageTriggers(
						triggers.map(({source}) => source),
						{reference: '', lines: first.lines},
					);
		return read.map(({trigger: {lines, text}, command}) => ({
			command,
			lines,
			text: text.replace(/^ONBUILD /v, ''),
		}));
	} catch (error) {
		// The graph has none that can't be read.
		throw error instanceof Refusal ? new TypeError(error.message) : error;
	}
}
