import type {VariableReader} from '../variables/read.js';
import type {StageGraph} from '../types.js';
import {type StageInstruction, lineOf} from './instructions.js';
import {isAssigned, variablesIn} from './variable-uses.js';
import type {BuildWarning} from './warning.js';

/**
Each RUN has a shell of its own (Docker's Dockerfile reference, "RUN"), so what one exports is gone in the next.

@returns Of each RUN that uses a variable which an earlier RUN exported, and nothing else sets: that it has no value there.
*/
export function endedShellHints(
	graph: StageGraph,
	instructions: readonly StageInstruction[],
	variables: VariableReader,
): readonly BuildWarning[] {
	const runs = instructions.filter(
		({raw, index}) => raw.keyword === 'RUN' && index > 0,
	);
	return runs.flatMap(({stage, index, raw}) => {
		const text = textOf(raw);
		// What a script that is read in sets isn't known.
		if (
			raw.isJson ||
			readsScript.test(text) ||
			!isKnown(variables, graph.stages, stage)
		) {
			return [];
		}

		const before = runs
			.filter(other => isBefore(graph.stages, other, {stage, index}))
			.toReversed();
		const names = variablesIn(text).filter(name => !isAssigned(text, name));
		const exported = names.flatMap(name => {
			const source = before.find(
				other => !other.raw.isJson && exportsIn(textOf(other.raw), name),
			);
			return source ? [{name, line: source.raw.lines[0]}] : [];
		});
		if (exported.length === 0) {
			return [];
		}

		const held = new Set(
			[index - 1, index].flatMap(at =>
				variables.after(stage, at).variables.map(({name}) => name),
			),
		);
		return exported
			.filter(({name}) => !held.has(name))
			.map(({name, line}): BuildWarning => {
				const at = lineOf(raw, new RegExp(String.raw`\$\{?${name}\b`, 'v'));
				return {
					from: 'mstage',
					rule: 'EndedShell',
					message: `${name} was exported by the RUN in line ${line}, and ended with its shell: here it has no value.`,
					details: [`Set ${name} with ENV, or write both in one RUN.`],
					url: null,
					lines: [at, at],
				};
			});
	});
}

const readsScript = /(?:^|&|[\n;\|\(\{])\s*(?:\.|source|eval)\s/v;

function textOf({line, heredocs}: StageInstruction['raw']): string {
	const command = line.trimStart().replace(/^\S+\s+(?:--\S+\s+)*/v, '');
	return [command, ...heredocs.map(({content}) => content)].join('\n');
}

function exportsIn(text: string, name: string): boolean {
	return new RegExp(
		String.raw`(?:^|[\n;\&\|\(\{])\s*export\s+(?:[^\n;\&\|]*\s)?${name}\b`,
		'v',
	).test(text);
}

/** Whether all that the environment may come from is known. */
function isKnown(
	{bases}: Pick<VariableReader, 'bases'>,
	stages: StageGraph['stages'],
	stage: number,
): boolean {
	const {base} = stages[stage]!;
	return base.kind === 'stage'
		? isKnown({bases}, stages, base.stage)
		: base.kind === 'scratch' || bases.has(stage);
}

/** In its own stage in front of it, or in one of those that it starts from. */
function isBefore(
	stages: StageGraph['stages'],
	other: Pick<StageInstruction, 'stage' | 'index'>,
	{stage, index}: Pick<StageInstruction, 'stage' | 'index'>,
): boolean {
	if (other.stage === stage) {
		return other.index < index;
	}

	const {base} = stages[stage]!;
	return (
		base.kind === 'stage' &&
		isBefore(stages, other, {
			stage: base.stage,
			index: Number.POSITIVE_INFINITY,
		})
	);
}
