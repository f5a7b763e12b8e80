import type {FinalLeft, StageLeft} from '../../inspect/left.js';
import {lineWords, stageLabel, stepLabel} from '../../debugger/points/point.js';
import type {Point, Program} from '../../engine/port.js';
import {
	type ChangeTree,
	changeTree,
} from '../../filesystem/compare/change-tree.js';
import {costOf} from '../../filesystem/compare/duplicates.js';
import type {Files} from '../../filesystem/provenance/left-behind.js';
import {summaryRows} from '../../filesystem/compare/summary.js';
import {formatBytes, plural} from '../../text/format.js';
import type {OutlineNode} from './outline.js';
import {shownName} from './shown-name.js';

/** How many places of one category come first, where they can be summed up in so few. */
const placeCount = 12;

/** How many duplicates or hidden files are listed. */
const mostListed = 200;

/** What is known so far of what a build leaves behind. */
export type LeftKnown = {
	/** By the stage's index. */
	readonly stages: ReadonlyMap<number, StageLeft>;

	/** `null` before it is known. */
	readonly final: FinalLeft | null;
};

/** @returns What stayed in each stage, and what looks left in the final image by mistake, as an outline. */
export function leftOutline(
	program: Program,
	{stages, final}: LeftKnown,
): readonly OutlineNode[] {
	return [
		...[...stages].map(([stage, left]) => stageNode(program, stage, left)),
		...(final === null ? [] : [finalNode(program, final)]),
	];
}

function stageNode(
	program: Program,
	stage: number,
	{label, stayed, base, shipped}: StageLeft,
): OutlineNode {
	const point: Point = {kind: 'stage', stage};
	const ofBase: OutlineNode = {
		...plain,
		key: 'base',
		name: `from its base image ${baseName(program, stage)}`,
		note: '',
		meaning: 'group',
		...base,
	};
	const went: OutlineNode = {
		...plain,
		key: 'shipped',
		name: 'shipped',
		note: `to ${stageLabel(program, program.target)}`,
		meaning: 'gain',
		...shipped,
	};
	return {
		...plain,
		key: `stage ${stage}`,
		name: label,
		note: 'left behind',
		meaning: 'title',
		files: stayed.amount.files + base.files,
		bytes: stayed.amount.bytes + base.bytes,
		children: () => [
			...categoryNodes(stayed, point),
			...(base.files === 0 ? [] : [ofBase]),
			...(shipped.files === 0 ? [] : [went]),
		],
	};
}

function finalNode(
	program: Program,
	{all, found, duplicates, hidden}: FinalLeft,
): OutlineNode {
	const point: Point = {kind: 'final'};
	const same: readonly OutlineNode[] = duplicates
		.slice(0, mostListed)
		.map(duplicate => ({
			...plain,
			key: `same ${duplicate.paths[0]!}`,
			name: shownName(duplicate.paths[0]!),
			note: `= ${duplicate.paths
				.slice(1)
				.map(path => shownName(path))
				.join(' = ')}`,
			bytes: costOf(duplicate),
			place: {point, path: duplicate.paths[0]!},
		}));
	const below: readonly OutlineNode[] = hidden
		.slice(0, mostListed)
		.map(({path, bytes, how, step}) => ({
			...plain,
			key: `hidden ${step} ${path}`,
			name: shownName(path),
			note: `${how} by ${stepLabel(program, step)}, ${lineWords(program, step)}`,
			meaning: 'loss',
			bytes,
			place: {point: {kind: 'before', step}, path},
		}));
	const groups: readonly OutlineNode[] = [
		...categoryNodes(found, point),
		...groupOf(
			'same contents more than once',
			same,
			duplicates.map(duplicate => costOf(duplicate)),
		),
		...groupOf(
			'hidden by later steps, still in a lower layer',
			below,
			hidden.map(({bytes}) => bytes),
		),
	];
	const wasted = groups.reduce((sum, {bytes}) => sum + (bytes ?? 0), 0);
	return {
		...plain,
		key: 'final',
		name: 'final',
		note:
			groups.length === 0
				? `nothing looks left in by mistake (${formatBytes(all.bytes)} in ${plural(all.files, 'file')})`
				: `looks left in by mistake (of ${formatBytes(all.bytes)} in ${plural(all.files, 'file')})`,
		meaning: 'title',
		bytes: groups.length === 0 ? null : wasted,
		children: groups.length === 0 ? null : () => groups,
	};
}

function groupOf(
	name: string,
	nodes: readonly OutlineNode[],
	bytes: readonly number[],
): readonly OutlineNode[] {
	return nodes.length === 0
		? []
		: [
				{
					...plain,
					key: name,
					name,
					meaning: 'group',
					files: bytes.length,
					bytes: bytes.reduce((sum, one) => sum + one, 0),
					children: () => nodes,
				},
			];
}

function categoryNodes(
	{categories, byCategory}: Files,
	point: Point,
): readonly OutlineNode[] {
	return categories.map(([category, amount]) => ({
		...plain,
		key: `category ${category}`,
		name: category ?? 'other files',
		meaning: 'group',
		...amount,
		children: once(() => {
			const tree = changeTree(byCategory.get(category)!);
			return summaryRows(tree, placeCount).map(({node}) =>
				placeNode(tree, node, point, shownName(tree.paths.path(node))),
			);
		}),
	}));
}

function placeNode(
	tree: ChangeTree,
	node: number,
	point: Point,
	name: string,
): OutlineNode {
	const {paths, weights} = tree;
	const isDirectory = paths.hasChildren(node);
	return {
		...plain,
		key: `place ${paths.path(node)}`,
		name: isDirectory ? `${name}/` : name,
		meaning: 'loss',
		files: isDirectory ? tree.files(node) : null,
		bytes: weights[node]!,
		place: {point, path: paths.path(node)},
		children: isDirectory
			? once(() =>
					[...paths.children(node)]
						.toSorted((a, b) => weights[b]! - weights[a]! || a - b)
						.map(child =>
							placeNode(tree, child, point, shownName(paths.name(child))),
						),
				)
			: null,
	};
}

/** Rows are made anew with each key that opens one; what is below them isn't. */
function once<T>(make: () => T): () => T {
	let made: {readonly value: T} | null = null;
	return () => {
		made ??= {value: make()};
		return made.value;
	};
}

/** The image that a stage starts from, through other stages if need be. */
function baseName({graph}: Program, stage: number): string {
	let {base} = graph.stages[stage]!;
	while (base.kind === 'stage') {
		base = graph.stages[base.stage]!.base;
	}

	return base.kind === 'image' ? base.reference : base.kind;
}

const plain = {
	note: '',
	meaning: 'file',
	files: null,
	bytes: null,
	place: null,
	children: null,
} as const satisfies Partial<OutlineNode>;
