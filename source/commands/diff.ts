import process from 'node:process';
import {ContentHashes} from '../debugger/content-hashes.js';
import {exitCodes} from '../errors.js';
import type {ChangeKind} from '../filesystem/change.js';
import {type Comparison, compare} from '../filesystem/comparison.js';
import {atPoints, type PointFlags} from './at-points.js';
import {diffJson} from './diff/json.js';
import {nameStatus} from './diff/name-status.js';
import {renderDiff} from './diff/text.js';
import {outputStyle, writeAll} from './output.js';

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
	return atPoints(flags, [from, to], async ([before, after], signal) => {
		const comparison = ofKinds(
			await compare(before!.list(signal), after!.list(signal), {
				ignore: flags.ignore,
				ignoreTimes: flags.ignoreTimes,
				compareEverything: flags.content,
				differing: new ContentHashes().comparing(before!, after!, signal),
			}),
			flags.kind,
		);
		await writeAll(process.stdout, render(flags, comparison));
		return flags.exitCode && comparison.changes.length > 0
			? exitCodes.buildFailed
			: exitCodes.done;
	});
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
	{from, to, json, nameStatus: isNameStatus, sort}: DiffFlags,
	comparison: Comparison,
): Iterable<string> {
	if (json) {
		return diffJson([from, to], comparison);
	}

	return isNameStatus
		? comparison.changes.map(change => nameStatus(change))
		: [renderDiff([from, to], comparison, {...outputStyle(), sort})];
}
