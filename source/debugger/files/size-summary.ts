import {once} from 'node:events';
import {toError} from '../../errors.js';
import {amountIn} from '../../filesystem/left-behind.js';
import {formatBytes} from '../../text/format.js';
import {sanitise} from '../../text/sanitise.js';
import type {BuildFiles} from './build-graph.js';
import {LeftBehind, type StageLeft} from './left-behind.js';

/** How large the stages of a build are, and how much of them its target went without, in bytes. */
export type SizeSummary = {
	readonly stages: ReadonlyArray<{
		readonly label: string;
		readonly size: number;
		readonly stayed: number;
	}>;
	readonly final: number;
};

/** A session's end waits no longer for its summary, in milliseconds. */
const patience = 3000;

/**
@param build - One that is done, and still open.
@returns Its sizes, or `null` when there is no other stage to speak of, or when finding them takes too long, or fails:
nothing depends on them.
*/
export async function quickSummary(
	build: BuildFiles,
	closing: AbortSignal,
): Promise<SizeSummary | null> {
	const signal = AbortSignal.any([closing, AbortSignal.timeout(patience)]);
	try {
		const left = new LeftBehind(build, signal);
		if (left.stages.length === 0) {
			return null;
		}

		const summary = await Promise.race([
			summarise(build, left, signal),
			never(signal),
		]);
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

/** Rejects when the signal aborts. */
async function never(signal: AbortSignal): Promise<never> {
	await once(signal, 'abort');
	throw toError(signal.reason);
}

/** @returns `builder 812 MB → final 12.4 MB: 800 MB left behind` */
export function sizeSummaryLine(
	{stages, final}: SizeSummary,
	unicode: boolean,
): string {
	const end = `final ${formatBytes(final)}`;
	if (stages.length === 0) {
		return `${end}: there is no other stage that could leave something behind`;
	}

	const starts = stages.map(
		({label, size}) => `${sanitise(label)} ${formatBytes(size)}`,
	);
	const stayed = stages.reduce((sum, stage) => sum + stage.stayed, 0);
	return `${starts.join(', ')} ${unicode ? '→' : '->'} ${end}: ${formatBytes(stayed)} left behind`;
}
