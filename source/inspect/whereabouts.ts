import type {Point, Program} from '../engine/port.js';
import {UsageError} from '../errors.js';
import {
	type Arrival,
	traceDestinations,
} from '../filesystem/provenance/destinations.js';
import {
	type BuildGraph,
	type Link,
	type Lookup,
	traceOrigin,
} from '../filesystem/provenance/provenance.js';
import type {BytePath} from '../text/byte-path.js';
import {formatPoint} from '../debugger/points/point.js';
import {isPointReached} from '../debugger/points/reached.js';
import type {DebuggerState} from '../debugger/machine/state.js';
import type {BuildFiles} from '../debugger/points/build-files.js';
import {buildGraph, buildLookup} from './build-graph.js';
import type {ContentHashes} from './content-hashes.js';
import {type Confirmation, confirmCopies} from './confirm-copies.js';

/** Where a file came from, and where it went. */
export type Whereabouts = {
	/** What happened to it, the last first. */
	readonly links: readonly Link[];

	/** Of each link. */
	readonly confirmations: readonly Confirmation[];

	/** Where it is in other stages; `null` for a file of the target. */
	readonly arrivals: readonly Arrival[] | null;

	/** The stages that it may yet get into: they aren't done. */
	readonly open: readonly number[];
};

/** Follows files through a session's build, as far as that is done. */
export class WhereaboutsFinder {
	readonly #build: BuildFiles;
	readonly #state: DebuggerState;
	readonly #program: Program;
	readonly #lookup: Lookup;

	constructor(build: BuildFiles, state: DebuggerState) {
		this.#build = build;
		this.#state = state;
		this.#program = build.program;
		this.#lookup = remembering(buildLookup(build));
	}

	/**
	@param point - Something that has been reached, and belongs to a stage.
	@throws {UsageError} There is no such file, or the point is none of a stage's.
	@throws {EngineError} The engine was lost.
	*/
	async find(
		point: Point,
		path: BytePath,
		hashes: ContentHashes,
	): Promise<Whereabouts> {
		const place = this.#placeOf(point);
		const links = await this.origin(point, path);
		if (links.length === 0) {
			throw new UsageError(
				point.kind === 'failed'
					? 'The step that failed made it: nothing before it has it.'
					: `There is nothing of that name in ${formatPoint(point, this.#program)}.`,
			);
		}

		const {stage} = place;
		const isAtEnd = place.steps === this.#program.stages[stage]!.steps.length;
		const confirmations = isAtEnd
			? await confirmCopies(this.#build, hashes, {stage, path}, links)
			: links.map(() => null);
		const graph = this.#reachedGraph();
		return {
			links,
			confirmations,
			arrivals:
				stage === this.#program.target
					? null
					: await traceDestinations(graph, this.#lookup, {stage, path}),
			open: this.#program.stages
				.filter(
					({index, used}) => used && index !== stage && !this.#isDone(index),
				)
				.map(({index}) => index),
		};
	}

	/**
	@param point - Something that has been reached, and belongs to a stage.
	@returns What happened to a file up to there, the last first; empty when there is no such file.
	@throws {UsageError} The point is none of a stage's.
	@throws {EngineError} The engine was lost.
	*/
	async origin(point: Point, path: BytePath): Promise<readonly Link[]> {
		const {stage, steps} = this.#placeOf(point);
		const graph = buildGraph(this.#build);
		const cut = {
			stages: graph.stages.map((one, index) =>
				index === stage ? {...one, steps: one.steps.slice(0, steps)} : one,
			),
		};
		return traceOrigin(cut, this.#lookup, stage, path);
	}

	/** The stage of a point, and how many of its steps are done there. */
	#placeOf(point: Point): {readonly stage: number; readonly steps: number} {
		const {stages, steps, target} = this.#program;
		const upTo = (step: number, count: number) => ({
			stage: steps[step]!.stage,
			steps: steps[step]!.index + count,
		});
		switch (point.kind) {
			case 'final': {
				return {stage: target, steps: stages[target]!.steps.length};
			}

			case 'stage': {
				const {stage} = point;
				return {stage, steps: stages[stage]!.steps.length};
			}

			case 'after': {
				return upTo(point.step, 1);
			}

			case 'before': {
				// The base of a stage is what its FROM gives.
				return upTo(point.step, steps[point.step]!.index === 0 ? 1 : 0);
			}

			case 'failed': {
				const {phase} = this.#state;
				const step =
					point.step ?? (phase.kind === 'failed' ? phase.failure.step : null);
				if (step === null) {
					throw noStage();
				}

				return upTo(step, 0);
			}

			case 'source':
			case 'context':
			case 'image': {
				throw noStage();
			}
		}
	}

	/** Looking into a stage that isn't done would run it: it counts as one that nothing gets into. */
	#reachedGraph(): BuildGraph {
		return {
			stages: buildGraph(this.#build).stages.map((one, index) =>
				this.#isDone(index)
					? one
					: {base: {kind: 'scratch'}, steps: one.steps.slice(0, 1)},
			),
		};
	}

	#isDone(stage: number): boolean {
		return isPointReached(this.#state, {kind: 'stage', stage});
	}
}

function noStage(): UsageError {
	return new UsageError(
		'Only the files of a stage came from somewhere in this build: select a stage or an instruction, and show its files.',
	);
}

/** Many files are followed through the same places: each answer is asked for once. */
function remembering(lookup: Lookup): Lookup {
	const known = new Map<string, ReturnType<Lookup['stat']>>();
	return {
		...lookup,
		async stat(place, path) {
			const key = `${JSON.stringify(place)} ${path}`;
			const answer = known.get(key) ?? lookup.stat(place, path);
			known.set(key, answer);
			return answer;
		},
	};
}
