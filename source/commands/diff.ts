import process from 'node:process';
import {ContentHashes} from '../inspect/content-hashes.js';
import type {Program, Snapshot, TouchedEntries} from '../engine/port.js';
import {exitCodes} from '../errors.js';
import {shippingBetween} from '../inspect/shipped.js';
import type {Change, ChangeKind} from '../filesystem/compare/change.js';
import type {Amount} from '../filesystem/compare/change-tree.js';
import {type Comparison, compare} from '../filesystem/compare/comparison.js';
import {pathMatcher} from '../filesystem/compare/ignore.js';
import {listWithRoot} from '../filesystem/tree/list-with-root.js';
import type {Shipping} from '../filesystem/provenance/shipping.js';
import {diffJson} from '../report/diff/json.js';
import {nameStatus} from '../report/diff/name-status.js';
import {renderDiff} from '../report/diff/text.js';
import {atPoints, touchedBetween} from './at-points.js';
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

	/** Only these, and what is in them; empty for all. */
	readonly paths: readonly string[];
	readonly ignoreTimes: boolean;

	/** Empty for all kinds. */
	readonly kind: readonly ChangeKind[];
	readonly sort: 'size' | 'name';
};

/** How a comparison is made and printed. */
type PrintFlags = Omit<DiffFlags, keyof PointFlags | 'exitCode'>;

/**
`mstage diff FROM [TO] [-- PATH…]`: prints how the filesystems at two points differ.

@returns The exit code; with `--exit-code` 1 when they differ.
@throws {MstageError} A point can't be reached.
*/
export async function diff(flags: DiffFlags): Promise<number> {
	const {from, to} = flags;
	return atPoints(flags, [from, to], async (points, signal) => {
		const [before, after] = points;
		const touched = await touchedBetween(before!, after!, signal);
		const start = before!.place;
		const end = after!.place;
		const differs = await printDiff(
			{
				before: before!.snapshot,
				after: after!.snapshot,
				touched,
				program: start?.build.program ?? null,
				shipping:
					start && start.build === end?.build
						? shippingBetween(start.build, start.point, end.point)
						: null,
			},
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
		program,
		shipping,
	}: {
		readonly before: Snapshot;
		readonly after: Snapshot;

		/** What may differ, where that is known; `null` lists both whole. */
		readonly touched: TouchedEntries | null;

		/** What follows a stage's files into the target; `null` when something else is compared. */
		readonly shipping: Shipping | null;

		/** What they belong to; `null` of images on their own. */
		readonly program: Program | null;
	},
	flags: PrintFlags,
	signal: AbortSignal,
): Promise<boolean> {
	const {ignore, ignoreTimes, content, kind, paths, json, nameStatus} = flags;
	const isWanted = pathMatcher(paths);
	const comparison = await compare(
		touched?.before ?? listWithRoot(before, signal),
		touched?.after ?? listWithRoot(after, signal),
		{
			ignore,
			isWanted,
			ignoreTimes,
			compareEverything: content,
			...(shipping && {onSame: shipping.addSame}),
			differing: new ContentHashes().comparing(before, after, signal),
		},
	);
	const shipment =
		json || nameStatus ? null : (shipping?.settle(comparison.changes) ?? null);
	const changes = (shipment?.changes ?? comparison.changes).filter(
		change => isWanted(change.path) && isOfKind(change, kind),
	);
	await writeAll(
		process.stdout,
		render(
			flags,
			{...comparison, changes},
			{
				isWhole: touched === null,
				program,
				inPlace: shipment?.inPlace ?? null,
			},
		),
	);
	return changes.length > 0;
}

/** What was shipped is gone from one place, and new in another. */
function isOfKind(
	{kind, shippedTo}: Change,
	kinds: readonly ChangeKind[],
): boolean {
	return (
		kinds.length === 0 ||
		kinds.includes(kind) ||
		(shippedTo !== undefined && kinds.includes('added'))
	);
}

function render(
	{from, to, json, nameStatus: isNameStatus, sort, paths}: PrintFlags,
	comparison: Comparison,
	{
		isWhole,
		program,
		inPlace,
	}: {
		readonly isWhole: boolean;
		readonly program: Program | null;
		readonly inPlace: Amount | null;
	},
): Iterable<string> {
	if (json) {
		return diffJson([from, to], comparison, isWhole);
	}

	return isNameStatus
		? comparison.changes.map(change => nameStatus(change))
		: [
				renderDiff([from, to], comparison, {
					...outputStyle(),
					sort,
					paths,
					program,
					inPlace,
				}),
			];
}
