import {earlierNames} from '../../../filesystem/provenance/earlier-names.js';
import {type BytePath, rootPath} from '../../../text/byte-path.js';
import type {LayerContents} from '../../port.js';
import type {ChangeTimes, Seen, Side} from './change-times.js';
import {type Sides, directoriesOf, partsOf} from './touched-by-times.js';

/**
Finds what is in the layer that one filesystem has more than another by when its files changed: also what was written again
as it was, which has a later time of change.

@throws What looking throws.
*/
export async function readLayerByTimes(
	times: Pick<ChangeTimes, 'look'>,
	signal?: AbortSignal,
): Promise<NonNullable<LayerContents['names']>> {
	const seen: Record<Side, Seen[]> = {before: [], after: []};
	let level: Sides<BytePath> = {before: [rootPath], after: [rootPath]};
	while (level.before.length + level.after.length > 0) {
		const below: Record<Side, BytePath[]> = {before: [], after: []};
		for (const part of partsOf(level)) {
			signal?.throwIfAborted();
			// eslint-disable-next-line no-await-in-loop -- what is to be looked at next depends on what was seen
			const {differing} = await times.look(part);
			for (const side of ['before', 'after'] as const) {
				seen[side].push(...filesOf(differing[side]));
				below[side].push(...directoriesOf(differing[side]));
			}
		}

		level = below;
	}

	const names = new Set(seen.after.map(({path}) => path));
	const before = new Map(seen.before.map(one => [one.path, one]));
	const earlier = earlierNames(seen.before, seen.after);
	return {
		written: seen.after.map(one => ({
			path: one.path,
			bytes: one.kind === 'file' ? one.size : 0,
			file: one.file,
			earlier: earlier.get(one.path)!,
			looksSame: looksSame(before.get(one.path), one),
		})),
		removed: seen.before.map(({path}) => path).filter(path => !names.has(path)),
	};
}

function looksSame(before: Seen | undefined, after: Seen): boolean {
	return (
		before?.size === after.size &&
		before.modified === after.modified &&
		before.status === after.status
	);
}

function filesOf(seen: readonly Seen[]): readonly Seen[] {
	return seen.filter(({kind}) => kind !== 'directory');
}
