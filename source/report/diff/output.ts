import type {Comparison} from '../../filesystem/compare/comparison.js';
import type {BytePath} from '../../text/byte-path.js';
import {diffJson} from './json.js';
import {nameStatus} from './name-status.js';
import {type DiffStyle, renderDiff} from './text.js';

/** In what a comparison is told: for people, or for programs. */
export type DiffFormat = 'text' | 'json' | 'name-status';

/**
@param points - The two points, as the user spelled them.
@param style - `isWhole`: whether whole filesystems were compared, so that what is the same in both was counted.
@returns A comparison in pieces.
*/
export function diffOutput(
	points: readonly [from: string, to: string],
	comparison: Comparison & {readonly alike: readonly BytePath[]},
	format: DiffFormat,
	style: DiffStyle & {readonly isWhole: boolean},
): Iterable<string> {
	switch (format) {
		case 'json': {
			return diffJson(points, comparison, style.isWhole);
		}

		case 'name-status': {
			return comparison.changes.map(change => nameStatus(change));
		}

		case 'text': {
			return [renderDiff(points, comparison, style)];
		}
	}
}
