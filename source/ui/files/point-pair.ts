import type {Point} from '../../engine/port.js';

/** Two points to compare. */
export type PointPair = {readonly from: Point; readonly to: Point};
