import {exitCodes} from '../errors.js';
import {type Wanted, findDifference} from '../inspect/compare.js';
import {ContentHashes} from '../inspect/content-hashes.js';
import {shippingBetween} from '../inspect/left/shipped.js';
import {type DiffFormat, diffOutput} from '../report/diff/output.js';
import {type OpenPoint, atPoints, touchedBetween} from './at-points.js';
import {outputStyle, printAll} from './output.js';
import type {PointFlags} from './with-engine.js';

/** `mstage diff`, as the command line gives it. */
export type DiffFlags = PointFlags &
	Wanted & {
		readonly from: string;
		readonly to: string;
		readonly json: boolean;
		readonly nameStatus: boolean;
		readonly exitCode: boolean;
		readonly sort: 'size' | 'name';
	};

/**
`mstage diff FROM [TO] [-- PATH…]`: prints how the filesystems at two points differ.

@returns The exit code; with `--exit-code` 1 when they differ.
@throws {MstageError} A point can't be reached.
*/
export async function diff(flags: DiffFlags): Promise<number> {
	const {from, to, ignore, paths, ignoreTimes, content, kind} = flags;
	return atPoints(flags, [from, to], async (points, signal) => {
		const [before, after] = points as [OpenPoint, OpenPoint];
		const touched = await touchedBetween(before, after, signal);
		const start = before.place;
		const format = formatOf(flags);
		const difference = await findDifference(
			[before.snapshot, after.snapshot],
			touched,
			{ignore, paths, ignoreTimes, content, kind},
			{
				shipping:
					start && start.build === after.place?.build && format === 'text'
						? await shippingBetween(
								start.build,
								[start.point, after.place.point],
								signal,
							)
						: null,
				hashes: new ContentHashes(),
				signal,
			},
		);
		await printAll(
			diffOutput([from, to], difference, format, {
				...outputStyle(),
				sort: flags.sort,
				paths,
				program: start?.build.program ?? null,
				inPlace: difference.inPlace,
				isWhole: touched === null,
			}),
		);
		return flags.exitCode && difference.changes.length > 0
			? exitCodes.buildFailed
			: exitCodes.done;
	});
}

function formatOf({json, nameStatus}: DiffFlags): DiffFormat {
	return json ? 'json' : nameStatus ? 'name-status' : 'text';
}
