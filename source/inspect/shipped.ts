import type {Point} from '../engine/port.js';
import {destinationsIn} from '../filesystem/provenance/destinations.js';
import {lineageOf} from '../filesystem/provenance/left-behind.js';
import {Shipping} from '../filesystem/provenance/shipping.js';
import {stageOfPoint} from '../debugger/points/point.js';
import type {BuildFiles} from '../debugger/points/build-files.js';
import {buildGraph} from './build-graph.js';

/**
@returns What follows the files of a stage into the target while they are compared; `null` when two points are compared of
which the one isn't of a stage that the target only copies from, or the other isn't the target.
*/
export function shippingBetween(
	build: BuildFiles,
	from: Point,
	to: Point,
): Shipping | null {
	const {program} = build;
	const {target} = program;
	const isToFinal =
		to.kind === 'final' || (to.kind === 'stage' && to.stage === target);
	const stage = stageOfPoint(from, program);
	if (!isToFinal || stage === null) {
		return null;
	}

	const graph = buildGraph(build);
	if (lineageOf(graph, target).has(stage)) {
		return null;
	}

	const destinationsOf = destinationsIn(graph, target);
	return new Shipping((path, isDirectory) =>
		destinationsOf(stage, path, isDirectory),
	);
}
