import process from 'node:process';
import {ContentHashes} from '../inspect/content-hashes.js';
import {buildGraph, buildLookup} from '../inspect/build-graph.js';
import type {BuildFiles} from '../debugger/points/build-files.js';
import {findStage} from '../dockerfile/stage-graph.js';
import type {Program} from '../engine/port.js';
import {UsageError, exitCodes} from '../errors.js';
import {traceDestinations} from '../filesystem/provenance/destinations.js';
import {traceOrigin} from '../filesystem/provenance/provenance.js';
import {type BytePath, bytePathFromText} from '../text/byte-path.js';
import {confirmCopies} from '../inspect/confirm-copies.js';
import {whyJson} from '../report/why/json.js';
import {describeArrivals, describeOrigin} from '../report/why/text.js';
import type {PointFlags} from './with-engine.js';
import {outputStyle} from './output.js';
import {withBuild} from './with-build.js';

/** `mstage why`, as the command line gives it. */
export type WhyFlags = PointFlags & {
	/** A path of the final image, or of a stage: `builder:/out/app`. */
	readonly path: string;
	readonly json: boolean;
};

/**
`mstage why PATH`: prints what put a file into the final image, or where a file of a stage went.

@returns The exit code.
@throws {UsageError} There is no such stage or file.
@throws {MstageError} The build failed.
*/
export async function why(flags: WhyFlags): Promise<number> {
	return withBuild(flags, async build => {
		process.stdout.write(await whyText(build, flags));
		return exitCodes.done;
	});
}

/**
@returns What put a file into the final image, or where a file of a stage went; made for standard output.
@throws {UsageError} There is no such stage or file.
@throws {EngineError} The engine was lost.
*/
export async function whyText(
	build: BuildFiles,
	{path: place, json}: Pick<WhyFlags, 'path' | 'json'>,
): Promise<string> {
	const {program} = build;
	const {stage, path} = parsePlace(place, program);
	const graph = buildGraph(build);
	const lookup = buildLookup(build);
	const file = {stage: stage ?? program.target, path};
	const links = await traceOrigin(graph, lookup, file.stage, path);
	if (links.length === 0) {
		throw new UsageError(
			`There is no ${place} at the end of ${stage === null ? 'the final stage' : 'that stage'}: mstage ls shows what there is.`,
		);
	}

	const arrivals =
		stage === null ? null : await traceDestinations(graph, lookup, file);
	const confirmations = await confirmCopies(
		build,
		new ContentHashes(),
		file,
		links,
	);
	if (json) {
		return whyJson(program, file, links, confirmations, arrivals);
	}

	const {unicode} = outputStyle();
	return arrivals === null
		? describeOrigin(program, path, {links, confirmations}, unicode)
		: describeArrivals(program, file, arrivals, unicode);
}

function parsePlace(
	text: string,
	program: Program,
): {readonly stage: number | null; readonly path: BytePath} {
	const colon = text.startsWith('/') ? -1 : text.indexOf(':');
	const path = bytePathFromText(
		text.slice(colon + 1).replaceAll(/^\/+|\/+$/gv, ''),
	);
	const name = text.slice(0, Math.max(colon, 0));
	if (colon === -1 || name === 'final') {
		return {stage: null, path};
	}

	const stage = findStage(program.graph, name);
	if (stage === undefined || !program.stages[stage]!.needed) {
		throw new UsageError(
			`${program.graph.filename} has no stage '${name}' that the target needs: give a path of the final image, or STAGE:PATH.`,
		);
	}

	return {stage, path};
}
