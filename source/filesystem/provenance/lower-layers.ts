import type {BytePath} from '../../text/byte-path.js';
import {compare} from '../compare/comparison.js';
import type {Entry} from '../tree/entry.js';
import type {Listing} from '../tree/merge.js';
import {lineageOf} from './left-behind.js';
import type {BuildGraph} from './provenance.js';

/** A file that a step deleted or wrote again: what it was before is still in a lower layer, and shipped with it. */
export type Hidden = {
	readonly path: BytePath;

	/** Of what is in the lower layer. */
	readonly bytes: number;
	readonly how: 'deleted' | 'changed';
	readonly step: number;
};

/** @returns The steps whose layers the target's image has on top of its base image, in their order. */
export function layerSteps(
	graph: BuildGraph,
	target: number,
): readonly number[] {
	return [...lineageOf(graph, target)]
		.toReversed()
		.flatMap(stage => graph.stages[stage]!.steps.slice(1))
		.filter(({executes}) => executes)
		.map(({id}) => id);
}

/**
Finds what a step hides of the layers below. A change of mode, owner or time counts too: layers hold whole files.

@param before - In path order.
@param after - In path order.
*/
export async function hiddenBy(
	step: number,
	before: Listing,
	after: Listing,
): Promise<readonly Hidden[]> {
	const {changes, timeChanges} = await compare(before, after, {
		keepTimes: true,
		differing: async () => new Set(),
	});
	return [...changes, ...timeChanges].flatMap(({path, from, to, bytes}) =>
		isFileOfBytes(from) && bytes.from > 0
			? [
					{
						path,
						bytes: bytes.from,
						how: to === null ? ('deleted' as const) : ('changed' as const),
						step,
					},
				]
			: [],
	);
}

function isFileOfBytes(entry: Entry | null): boolean {
	return entry?.kind === 'file' && entry.hardLinkTo === null;
}
