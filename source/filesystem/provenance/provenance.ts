import type {BytePath} from '../../text/byte-path.js';
import type {Entry} from '../tree/entry.js';
import {parentOf} from '../tree/paths.js';
import type {CopySource, CopyStep} from './copies.js';

/** A filesystem of a build that can be looked into. */
export type Place =
	| {readonly kind: 'before' | 'after'; readonly step: number}
	| {readonly kind: 'image'; readonly reference: string}
	| {readonly kind: 'context'}
	/** What a failed step left behind. */
	| {readonly kind: 'failed'; readonly step: number}
	/** What an operation of a copy reads. */
	| {readonly kind: 'copy'; readonly step: number; readonly operation: number};

/** A path in a filesystem, without links on the way. */
export type Spot = {readonly place: Place; readonly path: BytePath};

/**
What a comparison of two files' contents found: `alike` is the same where it was looked, at the ends and in samples of a large
file; `unknown` where one of them can't be read.
*/
export type Sameness = 'same' | 'alike' | 'different' | 'unknown';

/** Looks into the filesystems of a build, as far as that is needed. */
export type Lookup = {
	/** @returns What is at a path, links not followed; `null` when nothing is. */
	stat(place: Place, path: BytePath): Promise<Entry | null>;

	/** @returns What is in a directory; empty when there is none. */
	readDirectory(place: Place, path: BytePath): Promise<readonly Entry[]>;

	/** @returns Whether two regular files have the same contents. */
	compare(a: Spot, b: Spot): Promise<Sameness>;

	/**
	@param archive - A file.
	@param member - A path in it.
	@param unpacked - What it may have become.
	@returns As `compare`; `null` when the archive has no such member.
	*/
	compareMember(
		archive: Spot,
		member: BytePath,
		unpacked: Spot,
	): Promise<Sameness | null>;

	/**
	@param path - A regular file.
	@returns All names of it; `null` where only a listing tells.
	*/
	namesOf(place: Place, path: BytePath): Promise<readonly BytePath[] | null>;

	/**
	@param most - How many entries at most.
	@returns A whole filesystem; `null` when it has more.
	*/
	list(place: Place, most: number): Promise<readonly Entry[] | null>;

	/**
	@param from - What the step started from.
	@param to - What it left.
	@returns What the two have of the paths that the step may have touched, as `Build.touched` does; `null` when that can't be
	told soon.
	*/
	touched(
		from: Place,
		to: Place,
	): Promise<{
		readonly before: readonly Entry[];
		readonly after: readonly Entry[];
	} | null>;
};

/** What a stage starts from. */
export type GraphBase =
	| {readonly kind: 'stage'; readonly stage: number}
	| {readonly kind: 'image'; readonly reference: string}
	| {readonly kind: 'scratch'}
	/** One given with `--build-context`. */
	| {readonly kind: 'context'; readonly name: string};

export type GraphStep = {
	readonly id: number;
	readonly executes: boolean;

	/** `null` for what isn't a copy. */
	readonly copy: CopyStep | null;
};

/** What is to be known of a build to follow files through it. */
export type BuildGraph = {
	readonly stages: ReadonlyArray<{
		readonly base: GraphBase;

		/** FROM first. */
		readonly steps: readonly GraphStep[];
	}>;
};

/** How it is known that a file has the contents of what it came from; `null` of what is no file, and has none. */
export type Confirmation =
	'same contents' | 'same size and samples' | 'not checked' | null;

/** One thing that happened to a file on its way, and where it was then. */
export type Link = {
	/** Where it was after the step. */
	readonly path: BytePath;
	readonly step: number;
} & (
	| {
			readonly kind: 'copied';
			readonly from: CopySource;

			/** In what it was copied from, without links on the way; of a member, the archive. */
			readonly source: BytePath;

			/** The source as the instruction names it, before links are followed. */
			readonly named: BytePath;

			/** In the archive; `null` for what wasn't unpacked. */
			readonly member: BytePath | null;

			/** Other archives of the instruction that may have it as well; none of them can be read. */
			readonly alternatives?: readonly BytePath[];
			readonly confirmation: Confirmation;
	  }
	/** The step wrote it. */
	| {readonly kind: 'written'}
	/** The step changed its mode or owner or time, not its contents. */
	| {readonly kind: 'touched'}
	/** The step gave it its name: `from` is the one that it had before. Of a hard link, that name is still there. */
	| {
			readonly kind: 'moved' | 'linked';
			readonly from: BytePath;

			/** Whether something else of its old name is there after a move: it may as well have been copied. */
			readonly isReplaced?: boolean;

			/** Other files of the same contents and time that lost their names in the same step: any of them may have got the new one. */
			readonly alternatives?: readonly BytePath[];
			readonly confirmation: Confirmation;
	  }
	/** It came with what the stage starts from. */
	| {
			readonly kind: 'base';
			readonly base: Exclude<GraphBase, {kind: 'stage' | 'scratch'}>;
	  }
);

/** What became of a file up to the end of a stage. */
export type Fate =
	/** It is there. */
	| {readonly kind: 'there'}
	| {readonly kind: 'deleted'; readonly step: number}
	| {
			readonly kind: 'overwritten';
			readonly step: number;

			/** Whether a copy put the same contents there once more. */
			readonly isSame?: boolean;
	  };

/** What became of a file behind some state of its stage. */
export type Course = {
	readonly path: BytePath;

	/** The last first. */
	readonly links: readonly Link[];
	readonly fate: Fate;
};

/** @returns What is told of a comparison that didn't find the two different. */
export function confirmationOf(
	{kind}: Pick<Entry, 'kind'>,
	sameness: Sameness,
): Confirmation {
	if (kind !== 'file') {
		return null;
	}

	switch (sameness) {
		case 'same': {
			return 'same contents';
		}

		case 'alike': {
			return 'same size and samples';
		}

		default: {
			return 'not checked';
		}
	}
}

/** @returns What is at a path of a filesystem, if its directories are directories and no links to such. */
export async function statAt(
	lookup: Lookup,
	place: Place,
	path: BytePath,
): Promise<Entry | null> {
	const ways: BytePath[] = [];
	for (let above = parentOf(path); above !== ''; above = parentOf(above)) {
		ways.push(above);
	}

	const [entry, ...directories] = await Promise.all(
		[path, ...ways].map(async at => lookup.stat(place, at)),
	);
	return directories.every(directory => directory?.kind === 'directory')
		? entry!
		: null;
}
