import {isGitSource} from '../../dockerfile/instructions/copy-checks.js';
import type {RawInstruction} from '../../dockerfile/text/raw-instruction.js';
import {readSource} from '../../dockerfile/text/source-lines.js';
import type {Stage, StageGraph} from '../../dockerfile/types.js';

/** Something in a Dockerfile that only BuildKit can do. */
export type Unsupported = {
	/** Counted from 1. */
	readonly line: number;

	/** The first half of a sentence: `RUN --mount is something that only BuildKit knows`. */
	readonly reason: string;
};

/** What the legacy builder knows of each instruction's flags (moby/moby builder/dockerfile/dispatchers.go). */
const knownFlags: Readonly<Record<string, readonly string[]>> = {
	ADD: ['chown'],
	COPY: ['chown', 'from'],
	RUN: [],
};

/** The ARGs that BuildKit sets by itself (BuildKit's dockerfile reference, "Automatic platform ARGs in the global scope"). */
const platformVariable = /\$\{?(?:BUILD|TARGET)(?:PLATFORM|OS|ARCH|VARIANT)\b/v;

/**
@param graph - A stage graph, which BuildKit could build.
@param target - The index of the target: the stages after it aren't built.
@returns What the legacy builder couldn't build of it, in file order.
*/
export function findUnsupported(
	graph: StageGraph,
	target: number,
): readonly Unsupported[] {
	const last = graph.stages[target]!.lines[1];
	const {instructions} = readSource(graph.source, graph.filename);
	const ofInstructions = instructions
		.filter(({lines}) => lines[0] <= last)
		.flatMap(instruction =>
			reasonsIn(instruction).map(reason => ({
				line: instruction.lines[0],
				reason,
			})),
		);
	const ofStages = graph.stages
		.slice(0, target + 1)
		.flatMap(stage => sourcesOf(stage));
	return [...ofInstructions, ...ofStages].toSorted((a, b) => a.line - b.line);
}

function reasonsIn(instruction: RawInstruction): readonly string[] {
	const {keyword, flags, words, heredocs, trigger} = instruction;
	if (trigger !== null) {
		return [...heredocReasons(keyword, heredocs), ...reasonsIn(trigger)];
	}

	const known = knownFlags[keyword];
	const unknown =
		known === undefined
			? []
			: flags
					.filter(flag => !/=false$/iv.test(flag))
					.map(flag => flag.slice(2).split('=', 1)[0]!)
					.filter(name => !known.includes(name));
	return [
		...[...new Set(unknown)].map(
			name => `${keyword} --${name} is something that only BuildKit knows`,
		),
		...heredocReasons(keyword, heredocs),
		...(keyword === 'ADD' && words.slice(0, -1).some(word => isGitSource(word))
			? ['only BuildKit can ADD a Git repository']
			: []),
		...(keyword === 'FROM' && flags.some(flag => platformVariable.test(flag))
			? ['only BuildKit sets the variables of platforms, such as BUILDPLATFORM']
			: []),
	];
}

function heredocReasons(
	keyword: string,
	heredocs: RawInstruction['heredocs'],
): readonly string[] {
	return heredocs.length > 0
		? [
				`a heredoc (<<${heredocs[0]!.name}) in ${keyword} is something that only BuildKit knows`,
			]
		: [];
}

function sourcesOf({index, dependencies}: Stage): readonly Unsupported[] {
	return dependencies.flatMap(dependency => {
		if (dependency.kind === 'context') {
			return [
				{
					line: dependency.line,
					reason: `only BuildKit takes named contexts, such as ${dependency.name}`,
				},
			];
		}

		return dependency.kind === 'stage' && dependency.stage > index
			? [
					{
						line: dependency.line,
						reason: `it reads from stage ${dependency.stage}, which stands further down, and only BuildKit builds that one first`,
					},
				]
			: [];
	});
}
