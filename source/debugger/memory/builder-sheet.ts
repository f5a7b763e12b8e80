import {
	compareBuilders,
	type InstructionFate,
} from '../../dockerfile/stages/builder-comparison.js';
import {stageLabel, type Tree, treeOf} from '../../dockerfile/stages/edges.js';
import {runsIn} from '../../dockerfile/stages/runs-in.js';
import {formatSeconds} from '../../text/format.js';
import {outlineOf} from '../machine/outline.js';
import type {DebuggerState} from '../machine/state.js';
import {secondsKept, secondsNow} from './builder-times.js';
import type {BuilderName, KeptTimes} from './project-cache.js';

/** What stands in the column of a builder, and whether it builds it at all. */
export type BuilderCell = {readonly text: string; readonly isBuilt: boolean};

export type BuilderRow = {
	readonly kind: 'stage' | 'instruction' | 'sum';

	/** Of the instruction, counted from 1. */
	readonly line: number | null;
	readonly text: string;

	/** Why a stage is built, or not; empty for what isn't a stage. */
	readonly why: string;
	readonly cells: Readonly<Record<BuilderName, BuilderCell>>;
};

/** What each builder does for the target, side by side. */
export type BuilderSheet = {
	readonly rows: readonly BuilderRow[];

	/** The builders of which no session has finished: nothing is known of how long they take. */
	readonly untimed: readonly BuilderName[];
};

const names: readonly BuilderName[] = ['BuildKit', 'legacy'];
const notBuilt: BuilderCell = {text: '-', isBuilt: false};

/**
@param state - With a program.
@param kept - What earlier sessions left.
@returns What each builder builds and runs for the target, and why, with how long it took when it last ran.
*/
export function builderSheet(
	state: DebuggerState,
	kept: ReadonlyMap<BuilderName, KeptTimes>,
): BuilderSheet {
	const {graph, target} = state.program!;
	return sheetOf(
		treeOf(graph, target),
		byBuilder(name => secondsUnder(name, state, kept)),
	);
}

/**
@param kept - What earlier sessions left.
@returns As `builderSheet`, without a session: with how long each builder took in a session that finished.
*/
export function keptSheet(
	tree: Tree,
	kept: ReadonlyMap<BuilderName, KeptTimes>,
): BuilderSheet {
	const outline = tree.graph.stages.map(stage => ({
		name: stage.name,
		steps: runsIn(stage).map(({instruction}) => instruction.text),
	}));
	return sheetOf(
		tree,
		byBuilder(name => secondsKept(outline, kept.get(name))),
	);
}

function sheetOf(
	tree: Tree,
	seconds: Readonly<Record<BuilderName, ReadonlyArray<number | null>>>,
): BuilderSheet {
	const {graph} = tree;
	const compared = compareBuilders(tree);
	const stepsOf = stepIds(tree);
	const sums = byBuilder(name =>
		compared.map(({stage, ...fates}) =>
			fates[kindOf(name)] ? sum(stepsOf[stage]!, seconds[name]) : null,
		),
	);
	const rows = compared.flatMap(({stage, why, instructions, ...fates}) => [
		{
			kind: 'stage' as const,
			line: null,
			text: stageLabel(graph.stages[stage]!),
			why,
			cells: byBuilder(name =>
				fates[kindOf(name)]
					? timed('built', sums[name][stage] ?? null)
					: notBuilt,
			),
		},
		...instructions.map(({text, line, ...fatesOfIt}, index) => ({
			kind: 'instruction' as const,
			line,
			text,
			why: '',
			cells: byBuilder(name =>
				cellOf(
					fatesOfIt[kindOf(name)],
					seconds[name][stepsOf[stage]![index]!]!,
				),
			),
		})),
	]);
	const untimed = names.filter(name =>
		sums[name].every(value => value === null),
	);
	return {
		rows: [
			...rows,
			{
				kind: 'sum',
				line: null,
				text: 'in all',
				why: '',
				cells: byBuilder(name => {
					const built = compared.filter(fates => fates[kindOf(name)]).length;
					return timed(
						`${built} of ${compared.length}`,
						untimed.includes(name)
							? null
							: sums[name].reduce<number>((all, one) => all + (one ?? 0), 0),
					);
				}),
			},
		],
		untimed,
	};
}

/** A step's id is its place in file order. */
function stepIds({graph}: Tree): ReadonlyArray<readonly number[]> {
	let next = 0;
	return graph.stages.map(stage => runsIn(stage).map(() => next++));
}

function secondsUnder(
	name: BuilderName,
	state: DebuggerState,
	kept: ReadonlyMap<BuilderName, KeptTimes>,
): ReadonlyArray<number | null> {
	return name === state.engine.builder
		? secondsNow(state, kept)
		: secondsKept(outlineOf(state.program!), kept.get(name));
}

function sum(
	steps: readonly number[],
	seconds: ReadonlyArray<number | null>,
): number | null {
	const known = steps
		.map(step => seconds[step] ?? null)
		.filter(value => value !== null);
	return known.length === 0
		? null
		: known.reduce((all, value) => all + value, 0);
}

function cellOf(fate: InstructionFate, seconds: number | null): BuilderCell {
	return fate === 'not built' ? notBuilt : timed(fate, seconds);
}

function timed(text: string, seconds: number | null): BuilderCell {
	return {
		text: seconds === null ? text : formatSeconds(seconds),
		isBuilt: true,
	};
}

function kindOf(name: BuilderName): 'buildkit' | 'legacy' {
	return name === 'legacy' ? 'legacy' : 'buildkit';
}

function byBuilder<Value>(
	valueOf: (name: BuilderName) => Value,
): Readonly<Record<BuilderName, Value>> {
	return {BuildKit: valueOf('BuildKit'), legacy: valueOf('legacy')};
}
