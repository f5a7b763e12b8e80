import type {Point} from '../../engine/port.js';

/** Two points to compare. */
export type PointPair = {
	readonly from: Point;
	readonly to: Point;

	/** When another session saw what is compared with now, in milliseconds since 1970; without it, both are of this one. */
	readonly earlier?: number;
};

/** What can be compared around what is selected: each has a key of its own. */
export type PairName = 'step' | 'final' | 'base' | 'last';
