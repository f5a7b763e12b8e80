import type {ImageConfiguration} from '../variables/image-configuration.js';
import {lookalikeIn} from '../instructions/lookalikes.js';
import {VariableReader, type VariableOptions} from '../variables/read.js';
import type {StageGraph} from '../types.js';
import {argumentScopeHints} from './argument-scope.js';
import {buildArgumentHints} from './build-arguments.js';
import {endedShellHints} from './ended-shell.js';
import {looseListOf, shellBefore} from './exit-codes.js';
import {
	type StageInstruction,
	lineOf,
	stageInstructions,
} from './instructions.js';
import {volumeHints} from './volumes.js';
import type {BuildWarning} from './warning.js';

export type HintOptions = {
	/** `null` when it isn't known: then only what both do is told. */
	readonly builder: 'BuildKit' | 'legacy' | null;

	/** The index of the target. */
	readonly target: number;

	/** What is known of the base images, by the index of the stage that starts from them. */
	readonly bases: ReadonlyMap<number, ImageConfiguration>;
	readonly variables: VariableOptions;
};

/**
Finds what in a Dockerfile, or in how it is built, most likely isn't meant, although every builder takes it.

@param graph - What was read without a fault.
@returns What is certain of it, in the order of its lines; what is about no line comes first.
*/
export function hintsOf(
	graph: StageGraph,
	{builder, target, bases, variables: options}: HintOptions,
): readonly BuildWarning[] {
	const instructions = stageInstructions(graph);
	const variables = new VariableReader(graph, bases, options);
	return [
		...buildArgumentHints(graph, instructions, {
			bases,
			target: builder === 'legacy' ? target : null,
			given: options.buildArguments ?? {},
		}),
		...lookalikeHints(instructions),
		...argumentScopeHints(graph, instructions, {
			variables,
			setsPlatform: builder === 'BuildKit',
		}),
		...endedShellHints(graph, instructions, variables),
		...heredocHints(instructions, variables),
		...(builder === 'legacy'
			? volumeHints(graph, instructions, variables)
			: []),
	].toSorted((a, b) => (a.lines?.[0] ?? 0) - (b.lines?.[0] ?? 0));
}

function lookalikeHints(
	instructions: readonly StageInstruction[],
): readonly BuildWarning[] {
	return instructions.flatMap(({raw}): readonly BuildWarning[] => {
		const found = lookalikeIn(raw.line);
		if (!found) {
			return [];
		}

		const line = lineOf(raw, found.written);
		return [
			{
				from: 'mstage',
				rule: 'LookalikeCharacter',
				message: /[.?]$/v.test(found.reason)
					? found.reason
					: `${found.reason}.`,
				details: [],
				url: null,
				lines: [line, line],
			},
		];
	});
}

function heredocHints(
	instructions: readonly StageInstruction[],
	variables: VariableReader,
): readonly BuildWarning[] {
	return instructions.flatMap(
		({stage, index, raw}): readonly BuildWarning[] => {
			if (index === 0 || raw.heredocs.length === 0) {
				return [];
			}

			const shell = shellBefore(variables, stage, index);
			return looseListOf(raw, shell)?.kind === 'heredoc'
				? [
						{
							from: 'mstage',
							rule: 'HeredocExitCode',
							message:
								'The heredoc has no set -e: only the exit code of its last command counts, and it goes on behind one that fails.',
							details: ['Write set -e as its first line.'],
							url: null,
							lines: [raw.lines[0], raw.lines[0]],
						},
					]
				: [];
		},
	);
}
