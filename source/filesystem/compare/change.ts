import type {BytePath} from '../../text/byte-path.js';
import type {Entry} from '../tree/entry.js';

/** In which ways a path differs. */
export type Aspect =
	/** What it is: a file became a link, a directory a file. Nothing else of the two is compared then. */
	| 'type'
	| 'contents'
	| 'mode'
	| 'owner'
	| 'link target'
	/** Which of the other names, there on both sides, are names of the same file. */
	| 'hard link'
	| 'device'
	| 'xattrs'
	| 'capabilities'
	| 'time';

/** All aspects in the order in which they are named. */
export const allAspects: readonly Aspect[] = [
	'type',
	'contents',
	'mode',
	'owner',
	'link target',
	'hard link',
	'device',
	'xattrs',
	'capabilities',
	'time',
];

export type ChangeKind = 'added' | 'removed' | 'changed';

/** A path that isn't the same on both sides. */
export type Change = {
	readonly path: BytePath;
	readonly kind: ChangeKind;

	/** What it was; `null` when it was added. */
	readonly from: Entry | null;

	/** What it is; `null` when it was removed. */
	readonly to: Entry | null;

	/** In the order of `allAspects`; empty unless it is changed. */
	readonly aspects: readonly Aspect[];

	/**
	The bytes that the path stands for on each side. A file of several names is counted once: at the first of its names
	that both sides have, or else at its first. So over all changes, `to` less `from` is how much the whole grew.
	*/
	readonly bytes: {readonly from: number; readonly to: number};

	/** Of what was removed, but only moved: where a copy took it (see `Shipping`). */
	readonly shippedTo?: ShippedTo;
};

/** Where a path of a stage gets in the target, the copy that takes it there, and the stage that this copies from. */
export type Destination = {
	readonly path: BytePath;
	readonly step: number;
	readonly from: number;
};

/** A destination, and what is there now; `null` of a directory that was there before. */
export type ShippedTo = Destination & {readonly entry: Entry | null};

/**
@returns Whether the change takes one thing away and puts another there: a directory that became something else, or the
other way round. It counts as both removed and added.
*/
export function isReplacement({from, to}: Change): boolean {
	return (
		from !== null &&
		to !== null &&
		from.kind !== to.kind &&
		(from.kind === 'directory' || to.kind === 'directory')
	);
}
