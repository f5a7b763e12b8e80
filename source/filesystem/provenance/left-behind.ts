import type {BytePath} from '../../text/byte-path.js';
import type {Change} from '../compare/change.js';
import {
	type Amount,
	type ChangeTree,
	changeTree,
} from '../compare/change-tree.js';
import {type Entry, comparePaths, noXattrs} from '../tree/entry.js';
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

/** @returns Whether nothing needs what is there to run an image. */
export function isUnneeded(category: Category | null): boolean {
	return unneeded.has(category);
}

/** @returns Files by what they are, and in their directories. */
export function filesOf(files: Iterable<StoredPath>): Files {
	const categories = new Map<Category | null, Amount>();
	const byCategory = new Map<Category | null, Change[]>();
	const changes: Change[] = [];
	let amount: Amount = {files: 0, bytes: 0};
	for (const file of [...files].toSorted((a, b) =>
		comparePaths(a.path, b.path),
	)) {
		const category = categoryOf(file.path);
		const change = removalOf(file);
		const group = byCategory.get(category) ?? [];
		byCategory.set(category, group);
		group.push(change);
		changes.push(change);
		categories.set(
			category,
			plus(categories.get(category) ?? {files: 0, bytes: 0}, file),
		);
		amount = plus(amount, file);
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

/** @returns The stages that the target only takes files from, also through other stages; in file order. */
export function sourceStages(
	graph: BuildGraph,
	target: number,
	needed: ReadonlySet<number>,
): readonly number[] {
	const lineage = lineageOf(graph, target);
	return [...needed].filter(stage => !lineage.has(stage));
}

/** @returns The steps whose layers a stage's image has on top of its base image, in their order. */
export function layerSteps(
	graph: BuildGraph,
	stage: number,
): readonly number[] {
	return [...lineageOf(graph, stage)]
		.toReversed()
		.flatMap(one => ownSteps(graph, one));
}

/** @returns The steps of a stage itself that may leave a layer, in their order. */
export function ownSteps(graph: BuildGraph, stage: number): readonly number[] {
	return graph.stages[stage]!.steps.slice(1)
		.filter(({executes}) => executes)
		.map(({id}) => id);
}

/** A file by its name, with what it takes. */
type StoredPath = {readonly path: BytePath; readonly bytes: number};

function plus({files, bytes}: Amount, file: StoredPath): Amount {
	return {files: files + 1, bytes: bytes + file.bytes};
}

/** Of the file only its name and size are known, and told. */
function removalOf({path, bytes}: StoredPath): Change {
	return {
		path,
		kind: 'removed',
		from: {...unknownEntry, path, size: bytes},
		to: null,
		aspects: [],
		bytes: {from: bytes, to: 0},
	};
}

const unknownEntry: Omit<Entry, 'path' | 'size'> = {
	kind: 'file',
	mode: 0o644,
	uid: 0,
	gid: 0,
	modified: 0n,
	linkTarget: null,
	hardLinkTo: null,
	device: null,
	xattrs: noXattrs,
};
