import {sanitise} from '../../text/sanitise.js';
import type {Instruction, Stage} from '../types.js';
import {runsIn} from './runs-in.js';
import {edgesOf, reasonOf, stageLabel, type Tree} from './edges.js';

/** What both builders do with one stage for the target. */
export type StageComparison = {
	readonly stage: number;
	readonly buildkit: boolean;
	readonly legacy: boolean;

	/** Why, in a few words. */
	readonly why: string;
	readonly instructions: readonly InstructionComparison[];
};

export type InstructionComparison = {
	readonly text: string;
	readonly line: number;
	readonly buildkit: InstructionFate;
	readonly legacy: InstructionFate;
};

/** `runs`: it makes a filesystem; `image`: it makes an image without changing a file; `settings`: only the last image knows of it. */
export type InstructionFate = 'runs' | 'image' | 'settings' | 'not built';

const changingFiles = new Set(['FROM', 'RUN', 'COPY', 'ADD', 'WORKDIR']);

/**
@param tree - A graph with its target.
@returns Stage by stage, in file order, what each builder runs for the target.
*/
export function compareBuilders(tree: Tree): readonly StageComparison[] {
	const {graph, needed} = tree;
	const readers = readersIn(tree);
	return graph.stages.map(stage => {
		const buildkit = needed.buildkit.has(stage.index);
		const legacy = needed.legacy.has(stage.index);
		return {
			stage: stage.index,
			buildkit,
			legacy,
			why: whyOf(stage, tree, readers),
			instructions: runsIn(stage).map(({instruction}) => ({
				text: instruction.text,
				line: instruction.lines[0],
				buildkit: buildkit ? fateOf(instruction, 'settings') : 'not built',
				legacy: legacy ? fateOf(instruction, 'image') : 'not built',
			})),
		};
	});
}

function fateOf(
	{keyword}: Instruction,
	otherwise: InstructionFate,
): InstructionFate {
	return changingFiles.has(keyword) ? 'runs' : otherwise;
}

/** By the index of a stage: which needed ones read it, and how. */
type Readers = ReadonlyMap<number, readonly string[]>;

function readersIn({graph, needed}: Tree): Readers {
	const readers = new Map<number, string[]>();
	for (const reader of graph.stages) {
		for (const edge of needed.buildkit.has(reader.index)
			? edgesOf(reader)
			: []) {
			if (edge.source.kind === 'stage') {
				const {stage} = edge.source;
				const told = readers.get(stage) ?? [];
				told.push(`${stageLabel(reader)}: ${reasonOf(edge)}`);
				readers.set(stage, told);
			}
		}
	}

	return readers;
}

function whyOf(
	{index}: Stage,
	{target, needed}: Tree,
	readers: Readers,
): string {
	if (index === target) {
		return 'the target';
	}

	if (index > target) {
		return 'stands after the target';
	}

	if (!needed.buildkit.has(index)) {
		return 'the target reads nothing of it, but it stands before it';
	}

	return sanitise(`read by ${(readers.get(index) ?? []).join(', ')}`);
}
