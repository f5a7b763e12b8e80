import type {SizeSummary} from '../../debugger/machine/sizes.js';
import type {BuildFiles} from '../../debugger/points/build-files.js';
import {totalsOf} from '../../filesystem/provenance/size-summary.js';
import {LeftBehind} from './left.js';

/**
@param build - One that is done, and still open.
@param closing - Gives it up.
@returns Its sizes, or `null` when there is nothing in it, or finding them fails: nothing depends on them.
*/
export async function findSizes(
	build: BuildFiles,
	closing: AbortSignal,
): Promise<SizeSummary | null> {
	try {
		const sizes = await new LeftBehind(build, closing).sizes();
		const {made, leftBehind} = totalsOf(sizes);
		return sizes.final.size + made + leftBehind === 0 ? null : sizes;
	} catch {
		return null;
	}
}
