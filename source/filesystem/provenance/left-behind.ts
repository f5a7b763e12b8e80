import type {BytePath} from '../../text/byte-path.js';
import type {Change} from '../compare/change.js';
import {
	type Amount,
	type ChangeTree,
	changeTree,
} from '../compare/change-tree.js';
import type {Entry} from '../tree/entry.js';
import {type Listing, mergeListings} from '../tree/merge.js';
import {destinationsOf} from './copies.js';
import {type Category, categoryOf} from './categories.js';
import type {BuildGraph} from './provenance.js';

/** Some of the files of a filesystem, as a tree and by what they are. */
export type Files = {
	/** Its changes are all `removed`: what the rest goes without. */
	readonly tree: ChangeTree;
	readonly amount: Amount;

	/** Largest first; `null` is what the paths don't tell. */
	readonly categories: ReadonlyArray<readonly [Category | null, Amount]>;

	/** The changes of the tree by what they are, in path order. */
	readonly byCategory: ReadonlyMap<Category | null, readonly Change[]>;
};

/** What looks left in an image by mistake: nothing needs it to run. */
const unneeded: ReadonlySet<Category | null> = new Set([
	'package cache',
	'package lists',
	'version control',
	'credentials',
	'compilers and headers',
	'build tools',
	'logs and temporary files',
]);

/** What became of a stage's files. */
export type StageFiles = {
	/** What its own steps made, and the target didn't get. */
	readonly stayed: Files;

	/** What came with its base image, and the target didn't get. */
	readonly base: Amount;
	readonly shipped: Amount;
};

/**
@param listing - Of the stage's end.
@param base - Of the image that the stage, or the stage that it starts from, is based on.
@returns Those of a stage's files that didn't get into the target, and how much did.
*/
export async function leftBehind(
	listing: Listing,
	base: Listing,
	isShipped: (path: BytePath) => boolean,
): Promise<StageFiles> {
	const stayed: Categorised[] = [];
	let shipped: Amount = {files: 0, bytes: 0};
	let ofBase: Amount = {files: 0, bytes: 0};
	for await (const {path, from, to} of mergeListings(base, listing)) {
		if (to === null || to.kind === 'directory') {
			continue;
		}

		if (isShipped(path)) {
			shipped = plus(shipped, to);
		} else if (from !== null && isUntouched(from, to)) {
			ofBase = plus(ofBase, to);
		} else {
			stayed.push(categorised(to));
		}
	}

	return {stayed: filesOf(stayed), base: ofBase, shipped};
}

/** @returns How much there is in a listing. */
export async function amountIn(listing: Listing): Promise<Amount> {
	let amount: Amount = {files: 0, bytes: 0};
	for await (const entry of listing) {
		amount = entry.kind === 'directory' ? amount : plus(amount, entry);
	}

	return amount;
}

/**
@returns What of a final image's files looks left in by mistake, and how much there is in all.
*/
export async function leftIn(
	listing: Listing,
): Promise<{readonly found: Files; readonly all: Amount}> {
	const found: Categorised[] = [];
	let all: Amount = {files: 0, bytes: 0};
	for await (const entry of listing) {
		if (entry.kind === 'directory') {
			continue;
		}

		all = plus(all, entry);
		const one = categorised(entry);
		if (unneeded.has(one.category)) {
			found.push(one);
		}
	}

	return {found: filesOf(found), all};
}

/** @returns The stages whose end the target's filesystem starts with: itself, and what it is based on. */
export function lineageOf(
	graph: BuildGraph,
	target: number,
): ReadonlySet<number> {
	const lineage = new Set([target]);
	for (const stage of lineage) {
		const {base} = graph.stages[stage]!;
		if (base.kind === 'stage') {
			lineage.add(base.stage);
		}
	}

	return lineage;
}

/**
@returns The stages that the target only takes files from, without those that another of them starts with: its own files
are theirs and more.
*/
export function sourceStages(
	graph: BuildGraph,
	target: number,
	needed: ReadonlySet<number>,
): readonly number[] {
	const lineage = lineageOf(graph, target);
	const candidates = [...needed].filter(stage => !lineage.has(stage));
	return candidates.filter(
		stage =>
			!candidates.some(
				other => other !== stage && lineageOf(graph, other).has(stage),
			),
	);
}

/**
@returns Whether copies bring a path of a stage, or of what the stage starts from, into the target, from stage to stage if
need be.
*/
export function shippedBy(
	graph: BuildGraph,
	target: number,
): (stage: number, path: BytePath) => boolean {
	const lineage = lineageOf(graph, target);
	const isTaken = (stage: number, path: BytePath): boolean =>
		graph.stages.some(({steps}, index) =>
			steps.some(({copy}) =>
				(copy?.operations ?? [])
					.filter(({from}) => from.kind === 'stage' && from.stage === stage)
					.flatMap(operation => destinationsOf(operation, path))
					.some(
						destination => lineage.has(index) || isShipped(index, destination),
					),
			),
		);
	const isShipped = (stage: number, path: BytePath): boolean =>
		[...lineageOf(graph, stage)].some(ancestor => isTaken(ancestor, path)) ||
		graph.stages.some(
			({base}, index) =>
				base.kind === 'stage' && base.stage === stage && isTaken(index, path),
		);
	return isShipped;
}

/** Told while a listing comes in, bit by bit: for all of a large one at once, whoever presses a key would wait for seconds. */
type Categorised = {
	readonly entry: Entry;
	readonly category: Category | null;
};

function categorised(entry: Entry): Categorised {
	return {entry, category: categoryOf(entry.path)};
}

function filesOf(entries: readonly Categorised[]): Files {
	const categories = new Map<Category | null, Amount>();
	const byCategory = new Map<Category | null, Change[]>();
	const changes = entries.map(({entry}) => removalOf(entry));
	let amount: Amount = {files: 0, bytes: 0};
	for (const [index, {entry, category}] of entries.entries()) {
		const known = categories.get(category) ?? {files: 0, bytes: 0};
		categories.set(category, plus(known, entry));
		const group = byCategory.get(category) ?? [];
		byCategory.set(category, group);
		group.push(changes[index]!);
		amount = plus(amount, entry);
	}

	return {
		tree: changeTree(changes),
		amount,
		byCategory,
		categories: [...categories].toSorted(
			([, a], [, b]) => b.bytes - a.bytes || b.files - a.files,
		),
	};
}

function isUntouched(from: Entry, to: Entry): boolean {
	return (
		from.kind === to.kind &&
		from.size === to.size &&
		from.modified === to.modified
	);
}

/** A later name of a file has a size of 0, so that each file counts once. */
function plus({files, bytes}: Amount, {size}: Entry): Amount {
	return {files: files + 1, bytes: bytes + size};
}

function removalOf(entry: Entry): Change {
	return {
		path: entry.path,
		kind: 'removed',
		from: entry,
		to: null,
		aspects: [],
		bytes: {from: entry.size, to: 0},
	};
}
