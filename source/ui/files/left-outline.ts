import type {FinalLeft} from '../../inspect/left/final-left.js';
import type {StageLeft} from '../../inspect/left/left.js';
import type {ExposedSecret} from '../../inspect/left/secrets.js';
import {
	adviceText,
	unreadPackagesText,
	hiddenCredentials,
	hidingText,
	secretText,
	stepText,
} from '../../report/left/final.js';
import {stageLabel} from '../../debugger/points/point.js';
import type {Point, Program} from '../../engine/port.js';
import {
	type Amount,
	type ChangeTree,
	changeTree,
} from '../../filesystem/compare/change-tree.js';
import {costOf} from '../../filesystem/compare/duplicates.js';
import type {Files} from '../../filesystem/provenance/left-behind.js';
import type {BaseSizes} from '../../filesystem/provenance/size-summary.js';
import {summaryRows} from '../../filesystem/compare/summary.js';
import {formatBytes} from '../../text/format.js';
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

	/** The images that those start from. */
	readonly bases: readonly BaseSizes[];

	/** `null` before it is known. */
	readonly final: FinalLeft | null;
};

/** @returns What stayed in each stage, and what looks left in the final image by mistake, as an outline. */
export function leftOutline(
	program: Program,
	{stages, bases, final}: LeftKnown,
): readonly OutlineNode[] {
	return [
		...[...stages].map(([stage, left]) => stageNode(program, stage, left)),
		...basesNodes(bases),
		...(final === null ? [] : [finalNode(program, final)]),
	];
}

function stageNode(
	program: Program,
	stage: number,
	{label, made, shipped, stayed, deleted, brought}: StageLeft,
): OutlineNode {
	const target = stageLabel(program, program.target);
	const parts = [
		part('shipped', 'shipped', `to ${target}`, shipped),
		part('deleted', 'deleted again', 'by later steps of the stage', deleted),
		part('brought', 'copied from other stages', 'counted there', brought),
	];
	return {
		...plain,
		key: `stage ${stage}`,
		name: label,
		note: `left behind of ${formatBytes(made.bytes)} made`,
		meaning: 'title',
		...stayed.amount,
		children: () => [
			...categoryNodes(stayed, {kind: 'stage', stage}),
			...parts.filter(({files}) => files !== 0),
		],
	};
}

function part(
	key: string,
	name: string,
	note: string,
	amount: Amount,
): OutlineNode {
	const meaning = key === 'shipped' ? 'gain' : 'group';
	return {...plain, key, name, note, meaning, ...amount};
}

function basesNodes(bases: readonly BaseSizes[]): readonly OutlineNode[] {
	const left = bases.filter(({isInFinal}) => !isInFinal);
	return bases.length === 0
		? []
		: [
				{
					...plain,
					key: 'bases',
					name: 'base images',
					note:
						left.length === 0
							? 'final starts from the same'
							: 'left behind, each once',
					meaning: 'title',
					bytes: left.reduce((sum, {size, shipped}) => sum + size - shipped, 0),
					children: () =>
						bases.map(({name, stages, size, shipped, isInFinal}) => ({
							...plain,
							key: `base ${name}`,
							name,
							note: isInFinal
								? `of ${stages.join(', ')}; final starts from it too`
								: `of ${stages.join(', ')}${shipped === 0 ? '' : `; ${formatBytes(shipped)} shipped`}`,
							meaning: 'group',
							bytes: size,
						})),
				},
			];
}

function finalNode(program: Program, final: FinalLeft): OutlineNode {
	const {parts, found, duplicates, advice} = final;
	const unread = unreadPackagesText(final);
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
	const groups: readonly OutlineNode[] = [
		...secretNodes(program, final),
		...(unread === null || found.amount.files === 0
			? []
			: [{...plain, key: 'unread packages', name: unread}]),
		...categoryNodes(found, point),
		...advice.map(one => ({
			...plain,
			key: `advice ${one.step} ${one.command}`,
			name: adviceText(program, one),
			meaning: 'gain' as const,
		})),
		...groupOf(
			'same contents more than once',
			same,
			duplicates.map(duplicate => costOf(duplicate)),
		),
		...hiddenNodes(program, final),
	];
	const visible = `${formatBytes(parts.visible.bytes)} to be seen`;
	return {
		...plain,
		key: 'final',
		name: 'final',
		note:
			groups.length === 0
				? `nothing looks left in by mistake (${visible})`
				: parts.hidden === 0
					? visible
					: `${visible}, ${formatBytes(parts.hidden)} hidden`,
		meaning: 'title',
		bytes: parts.size,
		children: groups.length === 0 ? null : () => groups,
	};
}

function secretNodes(
	program: Program,
	{secrets: {found}, hidden}: FinalLeft,
): readonly OutlineNode[] {
	const exposed = found.map((one, index): OutlineNode => ({
		...plain,
		key: `secret ${index}`,
		name: secretText(program, one),
		meaning: 'loss',
		place: placeOfSecret(one),
	}));
	const credentials = hiddenCredentials(hidden).map(
		({path, hiddenBy}): OutlineNode => ({
			...plain,
			key: `credentials ${hiddenBy.step} ${path}`,
			name: shownName(path),
			note: `in a lower layer: ${hidingText(program, hiddenBy)}`,
			meaning: 'loss',
			place: {point: {kind: 'before', step: hiddenBy.step}, path},
		}),
	);
	const all = [...exposed, ...credentials];
	return all.length === 0
		? []
		: [
				{
					...plain,
					key: 'secrets',
					name: 'secrets that whoever has the image can read',
					meaning: 'group',
					children: () => all,
				},
			];
}

function placeOfSecret(exposed: ExposedSecret): OutlineNode['place'] {
	if (exposed.kind !== 'file') {
		return null;
	}

	const {path, file} = exposed;
	return {
		point:
			file.hiddenBy === null
				? {kind: 'final'}
				: {kind: 'before', step: file.hiddenBy.step},
		path,
	};
}

function hiddenNodes(
	program: Program,
	{hidden, unseen, parts}: FinalLeft,
): readonly OutlineNode[] {
	const below: readonly OutlineNode[] = hidden
		.filter(({bytes}) => bytes > 0)
		.slice(0, mostListed)
		.map(({path, bytes, hiddenBy}) => ({
			...plain,
			key: `hidden ${hiddenBy.step} ${path}`,
			name: shownName(path),
			note: hidingText(program, hiddenBy),
			meaning: 'loss',
			bytes,
			place: {point: {kind: 'before', step: hiddenBy.step}, path},
		}));
	const others: readonly OutlineNode[] = [
		...unseen.map(({step, bytes}): OutlineNode => ({
			...plain,
			key: `unseen ${step}`,
			name: `files that ${stepText(program, step)} wrote again as they were`,
			meaning: 'loss',
			bytes,
		})),
		...(parts.hiddenInBase === 0
			? []
			: [
					{
						...plain,
						key: 'hidden in base',
						name: 'in lower layers of the base image itself',
						meaning: 'group' as const,
						bytes: parts.hiddenInBase,
					},
				]),
	];
	return groupOf(
		'hidden by later steps, still in a lower layer',
		[...below, ...others],
		[
			...hidden.map(({bytes}) => bytes).filter(bytes => bytes > 0),
			...others.map(({bytes}) => bytes!),
		],
	);
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

const plain = {
	note: '',
	meaning: 'file',
	files: null,
	bytes: null,
	place: null,
	children: null,
} as const satisfies Partial<OutlineNode>;
