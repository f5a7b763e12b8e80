import process from 'node:process';
import {ContentHashes} from '../debugger/content-hashes.js';
import type {Snapshot, TouchedEntries} from '../engine/port.js';
import {exitCodes} from '../errors.js';
import type {ChangeKind} from '../filesystem/change.js';
import {type Comparison, compare} from '../filesystem/comparison.js';
import {listWithRoot} from '../filesystem/list-with-root.js';
import {atPoints, touchedBetween} from './at-points.js';
import {diffJson} from './diff/json.js';
import {nameStatus} from './diff/name-status.js';
import {renderDiff} from './diff/text.js';
import {outputStyle, writeAll} from './output.js';
import type {PointFlags} from './with-engine.js';

/** `mstage diff`, as the command line gives it. */
export type DiffFlags = PointFlags & {
	readonly from: string;
	readonly to: string;
	readonly json: boolean;
	readonly nameStatus: boolean;
	readonly exitCode: boolean;

	/** Compare all contents, also of files of one size and time. */
	readonly content: boolean;
	readonly ignore: readonly string[];
	readonly ignoreTimes: boolean;

	/** Empty for all kinds. */
	readonly kind: readonly ChangeKind[];
	readonly sort: 'size' | 'name';
};

/**
`mstage diff FROM [TO]`: prints how the filesystems at two points differ.

@returns The exit code; with `--exit-code` 1 when they differ.
@throws {MstageError} A point can't be reached.
*/
export async function diff(flags: DiffFlags): Promise<number> {
	const {from, to} = flags;
	return atPoints(flags, [from, to], async (points, signal) => {
		const [before, after] = points.map(({snapshot}) => snapshot);
		const touched = await touchedBetween(points[0]!, points[1]!, signal);
		const differs = await printDiff(
			{before: before!, after: after!, touched},
			flags,
			signal,
		);
		return flags.exitCode && differs ? exitCodes.buildFailed : exitCodes.done;
	});
}

/**
Prints how two filesystems differ.

@returns Whether they do.
*/
export async function printDiff(
	{
		before,
		after,
		touched,
	}: {
		readonly before: Snapshot;
		readonly after: Snapshot;

		/** What may differ, where that is known; `null` lists both whole. */
		readonly touched: TouchedEntries | null;
	},
	flags: Omit<DiffFlags, keyof PointFlags | 'exitCode'>,
	signal: AbortSignal,
): Promise<boolean> {
	const comparison = ofKinds(
		await compare(
			touched?.before ?? listWithRoot(before, signal),
			touched?.after ?? listWithRoot(after, signal),
			{
				ignore: flags.ignore,
				ignoreTimes: flags.ignoreTimes,
				compareEverything: flags.content,
				differing: new ContentHashes().comparing(before, after, signal),
			},
		),
		flags.kind,
	);
	await writeAll(process.stdout, render(flags, comparison, touched === null));
	return comparison.changes.length > 0;
}

function ofKinds(
	comparison: Comparison,
	kinds: readonly ChangeKind[],
): Comparison {
	return kinds.length === 0
		? comparison
		: {
				...comparison,
				changes: comparison.changes.filter(({kind}) => kinds.includes(kind)),
			};
}

function render(
	{
		from,
		to,
		json,
		nameStatus: isNameStatus,
		sort,
	}: Omit<DiffFlags, keyof PointFlags | 'exitCode'>,
	comparison: Comparison,
	isWhole: boolean,
): Iterable<string> {
	if (json) {
		return diffJson([from, to], comparison, isWhole);
	}

	return isNameStatus
		? comparison.changes.map(change => nameStatus(change))
		: [renderDiff([from, to], comparison, {...outputStyle(), sort})];
}
