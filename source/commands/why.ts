import process from 'node:process';
import {findStage} from '../dockerfile/stage-graph.js';
import type {Program} from '../engine/port.js';
import {UsageError, exitCodes} from '../errors.js';
import {traceDestinations} from '../filesystem/destinations.js';
import {traceOrigin} from '../filesystem/provenance.js';
import {type BytePath, bytePathFromText} from '../text/byte-path.js';
import type {PointFlags} from './at-points.js';
import {buildGraph, buildLookup} from './build-graph.js';
import {outputStyle} from './output.js';
import {describeArrivals, describeOrigin} from './why/text.js';
import {withBuild} from './with-build.js';

/** `mstage why`, as the command line gives it. */
export type WhyFlags = PointFlags & {
	/** A path of the final image, or of a stage: `builder:/out/app`. */
	readonly path: string;
};

/**
`mstage why PATH`: prints what put a file into the final image, or where a file of a stage went.

@returns The exit code.
@throws {UsageError} There is no such stage or file.
@throws {MstageError} The build failed.
*/
export async function why(flags: WhyFlags): Promise<number> {
	return withBuild(flags, async build => {
		const {program} = build;
		const {stage, path} = parsePlace(flags.path, program);
		const graph = buildGraph(build);
		const lookup = buildLookup(build);
		const {unicode} = outputStyle();
		const links = await traceOrigin(
			graph,
			lookup,
			stage ?? program.target,
			path,
		);
		if (links.length === 0) {
			throw new UsageError(
				`There is no ${flags.path} at the end of ${stage === null ? 'the final stage' : 'that stage'}: mstage ls shows what there is.`,
			);
		}

		const text =
			stage === null
				? describeOrigin(program, path, links, unicode)
				: describeArrivals(
						program,
						{stage, path},
						await traceDestinations(graph, lookup, {stage, path}),
						unicode,
					);
		process.stdout.write(text);
		return exitCodes.done;
	});
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
