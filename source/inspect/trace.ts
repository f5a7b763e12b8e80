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
import {readableOf} from '../text/byte-path.js';
import {formatPoint, stageLabel} from '../debugger/points/point.js';
import {isPointReached} from '../debugger/points/reached.js';
import type {DebuggerState} from '../debugger/machine/state.js';
import type {BuildFiles} from '../debugger/points/build-files.js';
import {buildGraph, buildLookup} from './build-graph.js';
import type {ContentHashes} from './content-hashes.js';
import {type Confirmation, confirmCopies} from './confirm-copies.js';
import type {FilePlace} from './place.js';

/** Where a file came from, and where it went. */
export type Whereabouts = {
	/** The index of the stage that the file belongs to. */
	readonly stage: number;

	/** What happened to it, the last first. */
	readonly links: readonly Link[];

	/** Of each link. */
	readonly confirmations: readonly Confirmation[];

	/** Where it is in other stages; `null` for a file of the target. */
	readonly arrivals: readonly Arrival[] | null;

	/** The stages that it may yet get into: they aren't done. */
	readonly open: readonly number[];
};

/** How far a build is. */
export type Progress = {
	readonly isDone: (stage: number) => boolean;

	/** The id of the step that failed; `null` when none has. */
	readonly failedStep: number | null;
};

/** Of a build that was run to its end. */
const wholeBuild: Progress = {isDone: () => true, failedStep: null};

/** @returns How far a session's build is. */
export function progressOf(state: DebuggerState): Progress {
	const {phase} = state;
	return {
		isDone: stage => isPointReached(state, {kind: 'stage', stage}),
		failedStep: phase.kind === 'failed' ? phase.failure.step : null,
	};
}

/** Follows files through a build, as far as that is done. */
export class Tracer {
	readonly #build: BuildFiles;
	readonly #progress: Progress;
	readonly #program: Program;
	readonly #lookup: Lookup;

	constructor(build: BuildFiles, progress = wholeBuild) {
		this.#build = build;
		this.#progress = progress;
		this.#program = build.program;
		this.#lookup = remembering(buildLookup(build));
	}

	/**
	@param file - At a point that has been reached, and belongs to a stage.
	@throws {UsageError} There is no such file, or the point is none of a stage's.
	@throws {EngineError} The engine was lost.
	*/
	async trace(file: FilePlace, hashes: ContentHashes): Promise<Whereabouts> {
		const {point, path} = file;
		const place = this.#placeOf(point);
		const links = await this.origin(file);
		if (links.length === 0) {
			throw new UsageError(
				point.kind === 'failed'
					? 'The step that failed made it: nothing before it has it.'
					: `There is no /${readableOf(path)} in ${formatPoint(point, this.#program)}: list the directory that it should be in.`,
			);
		}

		const {stage} = place;
		const isAtEnd = place.steps === this.#program.stages[stage]!.steps.length;
		const confirmations = isAtEnd
			? await confirmCopies(this.#build, hashes, {stage, path}, links)
			: links.map(() => null);
		const graph = this.#reachedGraph();
		return {
			stage,
			links,
			confirmations,
			arrivals:
				stage === this.#program.target
					? null
					: await traceDestinations(graph, this.#lookup, {stage, path}),
			open: this.#program.stages
				.filter(
					({index, used}) =>
						used && index !== stage && !this.#progress.isDone(index),
				)
				.map(({index}) => index),
		};
	}

	/**
	@param file - At a point that has been reached, and belongs to a stage.
	@returns What happened to it up to there, the last first; empty when there is no such file.
	@throws {UsageError} The point is none of a stage's.
	@throws {EngineError} The engine was lost.
	*/
	async origin({point, path}: FilePlace): Promise<readonly Link[]> {
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
		const {stages} = this.#program;
		const place = this.#stageOf(point);
		if (!stages[place.stage]!.needed) {
			throw new UsageError(
				`The target doesn't need the stage ${stageLabel(this.#program, place.stage)}, so it isn't built: name another target with --target.`,
			);
		}

		return place;
	}

	#stageOf(point: Point): {readonly stage: number; readonly steps: number} {
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
				const step = point.step ?? this.#progress.failedStep;
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
				this.#progress.isDone(index)
					? one
					: {base: {kind: 'scratch'}, steps: one.steps.slice(0, 1)},
			),
		};
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
