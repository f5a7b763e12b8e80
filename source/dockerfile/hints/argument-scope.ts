import type {VariableReader} from '../variables/read.js';
import type {StageGraph} from '../types.js';
import {type StageInstruction, lineOf} from './instructions.js';
import {isAssigned, variablesIn} from './variable-uses.js';
import type {BuildWarning} from './warning.js';

/** An ARG of the file, by where it holds. */
type Declared = {
	readonly name: string;
	readonly line: number;

	/** `null` before the first FROM. */
	readonly stage: number | null;
};

/** What the builder, or the shell of RUN, expands while it builds. */
const expanded = new Set([
	'ADD',
	'ARG',
	'COPY',
	'ENV',
	'EXPOSE',
	'LABEL',
	'RUN',
	'STOPSIGNAL',
	'USER',
	'VOLUME',
	'WORKDIR',
]);

/** The arguments that BuildKit sets by itself (BuildKit's Dockerfile reference, "Automatic platform ARGs in the global scope"). */
const platformArgument = /^(?:BUILD|TARGET)(?:PLATFORM|OS|ARCH|VARIANT)$/v;

/**
@param options - `variables` tells what holds at each point; `setsPlatform` is whether the builder sets the arguments of
platforms.
@returns Of instructions that use an ARG where it doesn't hold: what it is, and what brings it.
*/
export function argumentScopeHints(
	graph: StageGraph,
	instructions: readonly StageInstruction[],
	{
		variables,
		setsPlatform,
	}: {readonly variables: VariableReader; readonly setsPlatform: boolean},
): readonly BuildWarning[] {
	const declared = declaredArguments(graph, instructions);
	return instructions
		.filter(({raw, index}) => index > 0 && expanded.has(raw.keyword))
		.flatMap(instruction => {
			const {stage, index, raw} = instruction;
			const texts = textsOf(instruction);
			const used = [...new Set(texts.flatMap(text => variablesIn(text)))];
			const candidates = used.filter(
				name =>
					declared.some(argument => argument.name === name) ||
					(setsPlatform && platformArgument.test(name)),
			);
			if (candidates.length === 0) {
				return [];
			}

			const held = new Set([
				...variables.after(stage, index - 1).variables.map(({name}) => name),
				// A secret of the RUN itself, and what ENV and ARG set in the same instruction.
				...variables.after(stage, index).variables.map(({name}) => name),
			]);
			return candidates
				.filter(
					name =>
						!held.has(name) &&
						(raw.keyword !== 'RUN' ||
							!texts.some(text => isAssigned(text, name))),
				)
				.map((name): BuildWarning => {
					const line = lineOf(raw, new RegExp(String.raw`\$\{?${name}\b`, 'v'));
					return {
						from: 'mstage',
						rule: 'ArgumentScope',
						message: describe(graph, instruction, name, {
							declared,
							bases: variables.bases,
						}),
						details: [
							`Write ARG ${name} in the stage, before line ${raw.lines[0]}.`,
						],
						url: null,
						lines: [line, line],
					};
				});
		});
}

function describe(
	graph: StageGraph,
	{stage, raw}: StageInstruction,
	name: string,
	{
		declared,
		bases,
	}: {
		readonly declared: readonly Declared[];
		readonly bases: ReadonlyMap<number, unknown>;
	},
): string {
	const {base, index} = rootOf(graph, stage);
	const unless =
		(base.kind === 'image' || base.kind === 'context') && !bases.has(index)
			? ', unless the base image sets it'
			: '';
	const of = declared.filter(argument => argument.name === name);
	const later = of.find(
		argument => argument.stage === stage && argument.line > raw.lines[0],
	);
	const global = of.find(argument => argument.stage === null);
	const other = of.find(argument => argument.stage !== null);
	const without = `here it has no value${unless}`;
	if (later) {
		return `ARG ${name} comes only in line ${later.line}: ${without}.`;
	}

	if (global) {
		return `${name} is an ARG before the first FROM (line ${global.line}), which holds in no stage by itself: ${without}.`;
	}

	return other
		? `${name} is an ARG of the stage ${nameOf(graph, other.stage!)} (line ${other.line}), and holds only there: ${without}.`
		: `${name} is set for FROM, and holds in no stage by itself: ${without}.`;
}

/** Where the environment of a stage comes from in the end. */
function rootOf(
	graph: StageGraph,
	stage: number,
): StageGraph['stages'][number] {
	const found = graph.stages[stage]!;
	return found.base.kind === 'stage' ? rootOf(graph, found.base.stage) : found;
}

function nameOf({stages}: StageGraph, stage: number): string {
	return stages[stage]!.name ?? String(stage);
}

/** What is expanded of an instruction; a heredoc of COPY with a quoted name isn't. */
function textsOf({raw}: StageInstruction): readonly string[] {
	const [, rest = ''] = /^\S+\s+(?<rest>.*)$/sv.exec(raw.line) ?? [];
	return [
		rest,
		...raw.heredocs
			.filter(({expand}) => expand || raw.keyword === 'RUN')
			.map(({content}) => content),
	];
}

function declaredArguments(
	{globalArguments}: StageGraph,
	instructions: readonly StageInstruction[],
): readonly Declared[] {
	return [
		...globalArguments.map(({name, line}) => ({name, line, stage: null})),
		...instructions
			.filter(({raw}) => raw.keyword === 'ARG')
			.flatMap(({stage, raw}) =>
				raw.words.map(word => ({
					name: word.split('=', 1)[0]!,
					line: raw.lines[0],
					stage,
				})),
			),
	];
}
