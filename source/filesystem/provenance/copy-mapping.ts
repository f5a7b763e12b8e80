import {
	type BytePath,
	joinBytePath,
	textOf,
	asBytePath,
	rootPath,
} from '../../text/byte-path.js';
import {PatternMatcher} from '../../text/ignore-patterns.js';
import type {Entry} from '../tree/entry.js';
import {isWithin} from '../tree/paths.js';
import {
	type CopyOperation,
	type CopySource,
	type CopyStep,
	isSameSource,
} from './copies.js';
import {type Look, expandSource, realDestination} from './copy-paths.js';

/** One thing that a copy takes, and what becomes of it. */
export type Placement = {
	/** Which of the step's operations it is of. */
	readonly operation: number;
	readonly from: CopySource;

	/** As the instruction names it, globs expanded, before links are followed. */
	readonly named: BytePath;

	/** In the source, without any links on the way. */
	readonly root: BytePath;

	/** What the root becomes, without any links on the way; of an archive, what it is unpacked into. */
	readonly target: BytePath;

	/** `archive`: its members go below the target. `file` is all that is no directory. */
	readonly kind: 'directory' | 'file' | 'archive';

	/** @returns Whether a path below the root, relative to it, is copied, going by `--exclude` and `--parents`. */
	isCopied(relative: BytePath): boolean;
};

/** Where something that a copy brought came from. */
export type Origin = {
	readonly placement: Placement;

	/** In the source of the placement; of a member, the archive. */
	readonly path: BytePath;

	/** Where it is in the archive, below the archive's root; `null` for what isn't unpacked. */
	readonly member: BytePath | null;
};

/**
What one COPY or ADD takes where, by the builder's own rules: a mapping of paths, in both directions, that asks nothing of
any filesystem any more.

Later placements overwrite what earlier ones brought to the same path. For all files of a listing at once, ask
`arrivalsOf`: it takes a millisecond or so for a thousand files.
*/
export class CopyMapping {
	readonly step: number;

	/** In the order in which the builder copies them. */
	readonly placements: readonly Placement[];

	constructor(step: number, placements: readonly Placement[]) {
		this.step = step;
		this.placements = placements;
	}

	/**
	@param path - In the filesystem after the step, without links on the way.
	@returns Where it may have come from, the last that was copied first: the first of them that is there in its source is
	the one. Whether an archive has such a member isn't looked at.
	*/
	originsOf(path: BytePath): readonly Origin[] {
		return this.placements
			.toReversed()
			.flatMap(placement => originIn(placement, path) ?? []);
	}

	/**
	@param from - The source that the path is in.
	@param path - Something that is there, without links on the way.
	@returns Where the step puts it, in the order in which it does; one file may be copied several times. A later placement
	may overwrite it in the same step: `originsOf` tells.
	*/
	destinationsOf(from: CopySource, path: BytePath): readonly BytePath[] {
		return this.placements.flatMap(placement => {
			const destination = isSameSource(placement.from, from)
				? destinationIn(placement, path)
				: null;
			return destination ?? [];
		});
	}

	/**
	The bulk entry point: maps a whole listing, of tens of thousands of entries, in one go.

	To follow a stage's files into another stage: make the mapping of each copy of that stage (`mapCopy`, a few calls of the
	engine each), call this with the end of the stage that it copies from, and see whether the destination's entry at the end
	of the other stage is still the one that the step left.

	@param from - The source that the listing is of.
	@param entries - What is in it.
	@returns By the path of a destination, the path in the listing that it has its contents from. Directories are among
	both; a directory that holds nothing of what `--parents` names may be too.
	*/
	arrivalsOf(
		from: CopySource,
		entries: Iterable<Pick<Entry, 'path'>>,
	): ReadonlyMap<BytePath, BytePath> {
		const placements = this.placements.filter(placement =>
			isSameSource(placement.from, from),
		);
		const found = placements.map(() => new Map<BytePath, BytePath>());
		for (const {path} of entries) {
			for (const [index, placement] of placements.entries()) {
				const destination = destinationIn(placement, path);
				if (destination !== null) {
					found[index]!.set(destination, path);
				}
			}
		}

		return new Map(found.flatMap(arrivals => [...arrivals]));
	}
}

/**
Finds out what a copy takes where: its globs are expanded and its links followed in the filesystem that it reads, and its
destination in the one that it left.

@param sourceOf - Looks into what an operation reads, by the operation's index.
@param after - Looks into the filesystem after the step.
@throws What looking throws.
*/
export async function mapCopy(
	{step, operations}: CopyStep,
	sourceOf: (operation: number) => Look,
	after: Look,
): Promise<CopyMapping> {
	const placements = await Promise.all(
		operations.map(async (operation, index) =>
			placementsOf(operation, index, sourceOf(index), after),
		),
	);
	return new CopyMapping(step, placements.flat());
}

async function placementsOf(
	operation: CopyOperation,
	index: number,
	source: Look,
	after: Look,
): Promise<readonly Placement[]> {
	const [matches, destination] = await Promise.all([
		expandSource(operation, source),
		realDestination(operation, after),
	]);
	const {from} = operation;
	const isCopied = filterOf(operation);
	return Promise.all(
		matches.map(async ({named, path, name, entry}): Promise<Placement> => {
			const one = {operation: index, from, named, root: path, isCopied};
			const inside = joinBytePath(destination.path, name);
			if (entry === null || entry.kind === 'directory') {
				const there =
					operation.keepsFolder === true && name !== rootPath
						? await after.stat(inside)
						: null;
				const target = there?.kind === 'directory' ? inside : destination.path;
				return {...one, target, kind: 'directory'};
			}

			const target = destination.isDirectory ? inside : destination.path;
			return operation.unpacks === true &&
				entry.kind === 'file' &&
				!isCopyOf(await after.stat(target), entry)
				? {...one, target: destination.path, kind: 'archive'}
				: {...one, target, kind: 'file'};
		}),
	);
}

/** An archive that was unpacked isn't where it would have been copied to. */
function isCopyOf(entry: Entry | null, source: Pick<Entry, 'size'>): boolean {
	return entry?.kind === 'file' && entry.size === source.size;
}

/** `--parents` and `--exclude` as github.com/moby/patternmatcher, which decides what is copied, understands them. */
function filterOf({
	included = [],
	excluded = [],
}: CopyOperation): Placement['isCopied'] {
	if (included.length === 0 && excluded.length === 0) {
		return () => true;
	}

	const inclusion = new PatternMatcher(included);
	const exclusion = new PatternMatcher(excluded);
	return relative => {
		const path = textOf(relative);
		return (
			(included.length === 0 || inclusion.isMatched(path)) &&
			!exclusion.isMatched(path)
		);
	};
}

function originIn(placement: Placement, path: BytePath): Origin | null {
	const {root, target, kind, isCopied} = placement;
	switch (kind) {
		case 'file': {
			return path === target ? {placement, path: root, member: null} : null;
		}

		case 'archive': {
			const member = relativeTo(path, target);
			return member === null ? null : {placement, path: root, member};
		}

		case 'directory': {
			const rest = relativeTo(path, target);
			if (rest === null || (rest !== rootPath && !isCopied(rest))) {
				return null;
			}

			return {placement, path: joined(root, rest), member: null};
		}
	}
}

function destinationIn(
	{root, target, kind, isCopied}: Placement,
	path: BytePath,
): BytePath | null {
	switch (kind) {
		case 'file': {
			return path === root ? target : null;
		}

		case 'archive': {
			return null;
		}

		case 'directory': {
			const rest = relativeTo(path, root);
			return rest === null || (rest !== rootPath && !isCopied(rest))
				? null
				: joined(target, rest);
		}
	}
}

function relativeTo(path: BytePath, directory: BytePath): BytePath | null {
	if (!isWithin(path, directory)) {
		return null;
	}

	return directory === rootPath
		? path
		: asBytePath(path.slice(directory.length + 1));
}

function joined(directory: BytePath, rest: BytePath): BytePath {
	return rest === rootPath ? directory : joinBytePath(directory, rest);
}
