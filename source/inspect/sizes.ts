import {amountIn} from '../filesystem/provenance/left-behind.js';
import type {SizeSummary} from '../debugger/machine/sizes.js';
import type {BuildFiles} from '../debugger/points/build-files.js';
import {LeftBehind, type StageLeft} from './left.js';

/**
@param build - One that is done, and still open.
@param closing - Gives it up.
@returns Its sizes, or `null` when there is no other stage to speak of, or when finding them fails: nothing depends on them.
*/
export async function findSizes(
	build: BuildFiles,
	closing: AbortSignal,
): Promise<SizeSummary | null> {
	try {
		const left = new LeftBehind(build, closing);
		if (left.stages.length === 0) {
			return null;
		}

		const summary = await summarise(build, left, closing);
		return summary.stages.some(({size}) => size > 0) ? summary : null;
	} catch {
		return null;
	}
}

async function summarise(
	build: BuildFiles,
	left: LeftBehind,
	signal: AbortSignal,
): Promise<SizeSummary> {
	const files = await build.snapshot({kind: 'final'});
	const [final, ...stages] = await Promise.all([
		amountIn(files.list(signal)),
		...left.stages.map(async stage => left.sizesOf(stage)),
	]);
	return {
		stages: stages.map(stage => stageSizes(stage)),
		final: final.bytes,
	};
}

/** @returns What a summary says of a stage. */
export function stageSizes({
	label,
	stayed,
	base,
	shipped,
}: StageLeft): SizeSummary['stages'][number] {
	const left = stayed.amount.bytes + base.bytes;
	return {label, size: left + shipped.bytes, stayed: left};
}
