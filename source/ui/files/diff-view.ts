import type {Amount} from '../../filesystem/compare/change-tree.js';
import type {ChangesView} from './changes-view.js';
import type {DiffLine} from './diff-line.js';
import type {PairName, PointPair} from './point-pair.js';

/** What the pane of differences shows. */
export type DiffView = {
	/** What is compared; `null` until the pane was opened. */
	readonly pair: PointPair | null;

	/** Which of the pairs around what is selected it is; `null` for two points that were typed. */
	readonly preset: PairName | null;

	/** The points as they are spelled: `builder → final`. */
	readonly names: readonly [from: string, to: string];
	readonly status:
		| {readonly kind: 'idle'}
		/** `count` names have come so far. */
		| {readonly kind: 'loading'; readonly count: number}
		| {readonly kind: 'failed'; readonly reason: string}
		| {readonly kind: 'ready'};

	/** `null` unless they are compared. */
	readonly changes: ChangesView | null;
	readonly timeChangeCount: number;

	/** Of a stage's comparison with the target: what copies took to the same path; `null` for other comparisons. */
	readonly inPlace: Amount | null;

	/** What differs inside of a file, or `null` while the changes are shown. */
	readonly file: FileDifference | null;
};

/** How the contents of a file differ. */
export type FileDifference = {
	/** As it is shown. */
	readonly name: string;

	/** Of a unified diff. */
	readonly lines: readonly DiffLine[];

	/** The first visible line. */
	readonly top: number;
};

/** Before the pane was opened. */
export const noDiff: DiffView = {
	pair: null,
	preset: null,
	names: ['', ''],
	status: {kind: 'idle'},
	changes: null,
	timeChangeCount: 0,
	inPlace: null,
	file: null,
};
