import type {Point} from '../../engine/port.js';

/** Two points to compare. */
export type PointPair = {readonly from: Point; readonly to: Point};

/** What can be compared around what is selected: each has a key of its own. */
export type PairName = 'step' | 'final' | 'base';
