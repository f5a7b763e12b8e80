import type {Entry} from '../../tree/entry.js';
import type {Lookup} from '../provenance.js';
import type {State} from './timeline.js';

/**
Finds the step that changed the contents of a file and nothing else that shows: few do, and all between two states are asked of
at once.

@param entry - The file, at its path in all of the states between.
@param same - The index of the state whose contents it is to have.
@param end - The index of the last state that is asked about, in either direction.
@returns The index of the state that the step made which is the nearest to `same`, as a rule; `null` when the end has the same
contents.
*/
export async function changedBetween(
	lookup: Lookup,
	states: readonly State[],
	{
		entry: {kind, size, path},
		same,
		end,
	}: {readonly entry: Entry; readonly same: number; readonly end: number},
): Promise<number | null> {
	const isAllCopies = states
		.slice(Math.min(same, end) + 1, Math.max(same, end) + 1)
		.every(({step}) => step?.copy);
	if (kind !== 'file' || size === 0 || isAllCopies) {
		return null;
	}

	const isSame = async (index: number): Promise<boolean> =>
		(await lookup.compare(
			{place: states[index]!.place, path},
			{place: states[same]!.place, path},
		)) !== 'different';
	if (await isSame(end)) {
		return null;
	}

	let [near, far] = [same, end];
	while (Math.abs(far - near) > 1) {
		const middle = Math.floor((near + far) / 2);
		// eslint-disable-next-line no-await-in-loop -- halves what is left
		[near, far] = (await isSame(middle)) ? [middle, far] : [near, middle];
	}

	return Math.max(near, far);
}
