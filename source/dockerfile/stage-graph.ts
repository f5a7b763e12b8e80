import {DockerfileError} from '../errors.js';
import {readGlobalScope, withFrontend} from './variables/global-arguments.js';
import {lookalikeIn} from './instructions/lookalikes.js';
import {
	type PlacedCommand,
	readInstructions,
	type StageCommands,
} from './instructions/read.js';
import {StageResolver} from './stages/stage-resolver.js';
import type {
	GraphOptions,
	Instruction,
	StageFault,
	StageGraph,
} from './types.js';

export type * from './types.js';
export {
	findStage,
	findTarget,
	meantStage,
	type NamedStage,
	neededStages,
} from './stages/stage-queries.js';

const withoutCommand = ({
	keyword,
	lines,
	text,
	source,
}: PlacedCommand): Instruction => ({keyword, lines, text, source});

/** Says of what is refused also that something in its line only looks right. */
function sayingLookalikes<T extends {readonly faults: readonly StageFault[]}>(
	stages: readonly StageCommands[],
	resolve: () => T,
): T {
	const explain = (reason: string, line: number | null): string => {
		const instruction = stages
			.flat()
			.find(({lines}) => line !== null && lines[0] <= line && line <= lines[1]);
		const found = instruction && lookalikeIn(instruction.text);
		return found ? `${reason}; ${found.reason}` : reason;
	};

	try {
		const resolved = resolve();
		return {
			...resolved,
			faults: resolved.faults.map(fault => ({
				...fault,
				reason: explain(fault.reason, fault.line),
			})),
		};
	} catch (error) {
		if (!(error instanceof DockerfileError)) {
			throw error;
		}

		const {reason, file, line, column} = error;
		throw new DockerfileError(explain(reason, line), file, line, {
			cause: error.cause,
			column,
		});
	}
}

/**
Reads a Dockerfile into its stages and what each of them depends on, resolved as BuildKit's frontend resolves it
(`frontend/dockerfile/dockerfile2llb/convert.go`): FROM takes the last earlier stage of exactly that name, in lower case;
COPY --from takes a number, or the last stage of that name in the whole file, in any case; a mount takes only a name.

@param source - The text of the Dockerfile; it may start with a byte-order mark.
@param options - Its name for messages, and what its expansion depends on.
@returns The graph. What BuildKit refuses only in a stage that the target needs is among its `faults`: `findTarget` throws that.
@throws {DockerfileError} On what BuildKit refuses whatever the target is, with the line.
*/
export function readStageGraph(
	source: string,
	options: GraphOptions,
): StageGraph {
	const {filename} = options;
	const {directives, globals, stages} = readInstructions(source, filename);
	const lastStage = stages.at(-1)![0].command.name;
	const {globalArguments, variables} = readGlobalScope(
		globals,
		withFrontend(options, directives),
		lastStage,
		directives.escape,
	);
	const settings = {
		variables,
		buildArguments: options.buildArguments ?? {},
		escape: directives.escape,
		allowsDevices: directives.syntax?.includes('labs') ?? false,
	};
	const resolved = sayingLookalikes(stages, () =>
		new StageResolver(stages, settings, options).resolve(),
	);

	return {
		filename,
		source,
		directives,
		globalArguments,
		faults: resolved.faults,
		stages: resolved.stages.map((stage, index) => ({
			...stage,
			index,
			lines: [stages[index]![0].lines[0], stages[index]!.at(-1)!.lines[1]],
			instructions: stages[index]!.map(placed => withoutCommand(placed)),
		})),
	};
}
