import {DockerfileError} from '../../errors.js';
import type {RawInstruction} from '../text/raw-instruction.js';
import {inFile} from '../refusal.js';
import {type PlacedInstruction, readSource} from '../text/source-lines.js';
import type {Directives, Instruction} from '../types.js';
import {splitFirst, trimSpace} from '../text/words.js';
import {type Command, readCommand} from './command.js';

/** An instruction as the graph shows it, and what it says. */
export type PlacedCommand = Instruction & {readonly command: Command};

/** One FROM and what follows it. */
export type StageCommands = readonly [
	from: FromCommand,
	...others: PlacedCommand[],
];

/** A FROM. */
export type FromCommand = PlacedCommand & {
	readonly command: Extract<Command, {kind: 'from'}>;
};

/** A Dockerfile cut into its stages. */
export type Instructions = {
	readonly directives: Directives;

	/** The ARG instructions before the first FROM. */
	readonly globals: readonly PlacedCommand[];

	/** At least one. */
	readonly stages: readonly StageCommands[];
};

/**
@param raw - The parts of an instruction.
@returns It as one line, with its keyword in upper case.
*/
export function displayText({keyword, line}: RawInstruction): string {
	const [, rest] = splitFirst(trimSpace(line));
	return rest === null ? keyword : `${keyword} ${rest}`;
}

const isFrom = (placed: PlacedCommand): placed is FromCommand =>
	placed.command.kind === 'from';

function place(raw: PlacedInstruction, filename: string): PlacedCommand {
	const {keyword, lines, source} = raw;
	const command = inFile(filename, lines[0], () => readCommand(raw));

	return {keyword, lines, text: displayText(raw), source, command};
}

/**
@param source - The text of a Dockerfile.
@param filename - As the user named it.
@returns Its instructions by stage.
@throws {DockerfileError} On what BuildKit refuses whatever the target is, or when there is no FROM.
*/
export function readInstructions(
	source: string,
	filename: string,
): Instructions {
	const read = readSource(source, filename);
	const globals: PlacedCommand[] = [];
	const stages: Array<[FromCommand, ...PlacedCommand[]]> = [];

	if (read.instructions.length === 0) {
		throw new DockerfileError(
			'the file holds no instruction: start with FROM',
			filename,
			1,
		);
	}

	for (const raw of read.instructions) {
		const placed = place(raw, filename);

		if (isFrom(placed)) {
			stages.push([placed]);
		} else if (stages.length > 0) {
			stages.at(-1)!.push(placed);
		} else if (placed.command.kind === 'arg') {
			globals.push(placed);
		} else {
			throw new DockerfileError(
				`${placed.keyword} comes before the first FROM, where only ARG can be`,
				filename,
				placed.lines[0],
			);
		}
	}

	if (stages.length === 0) {
		throw new DockerfileError(
			'there is no FROM, so no stage to build: add one',
			filename,
			read.instructions.at(-1)!.lines[1],
		);
	}

	return {directives: read.directives, globals, stages};
}
