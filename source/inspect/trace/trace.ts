import type {Point, Program} from '../../engine/port.js';
import {UsageError} from '../../errors.js';
import {
	type Arrival,
	ArrivalTracer,
	type Taken,
} from '../../filesystem/provenance/trace/arrivals.js';
import type {
	BuildGraph,
	Link,
	Lookup,
	Place,
	Course,
} from '../../filesystem/provenance/provenance.js';
import {StepEffects} from '../../filesystem/provenance/trace/step-effects.js';
import {
	type State,
	type Timeline,
	timelineOf,
} from '../../filesystem/provenance/trace/timeline.js';
import {OriginTracer} from '../../filesystem/provenance/trace/origin.js';
import type {Entry} from '../../filesystem/tree/entry.js';
import {resolvePath} from '../../filesystem/tree/resolve-path.js';
import {type BytePath, readableOf, rootPath} from '../../text/byte-path.js';
import {formatPoint, stageLabel} from '../../debugger/points/point.js';
import type {BuildFiles} from '../../debugger/points/build-files.js';
import type {FilePlace} from '../place.js';
import {type Progress, wholeBuild} from './progress.js';
import {buildGraph, buildLookup} from './build-graph.js';
import {CopyMappings} from './copy-mappings.js';

/** Where a file came from, and where it went. */
export type Whereabouts = {
	/** The index of the stage that the file belongs to. */
	readonly stage: number;

	/** Without links on the way; of one that isn't there at the point, where it was last. */
	readonly path: BytePath;

	/** Whether it is there at the point. */
	readonly isThere: boolean;

	/** What happened to it, the last first. */
	readonly links: readonly Link[];

	/** What became of it from there on, up to the end of its stage, as far as that is done. */
	readonly course: Course;

	/** The other names that it has at the end of that: those of hard links, for a file of the target only the later ones. */
	readonly names: readonly Course[];

	/** Where it is, or was, in other stages; `null` for a file of the target. */
	readonly arrivals: readonly Arrival[] | null;

	/** Of a folder: what copies took of what is in it, each by itself. */
	readonly below: readonly Taken[];

	/** The RUNs that could read the stage through a mount: what they did with it leaves no trace. */
	readonly readers: readonly number[];

	/** The stages that it may yet get into: they aren't done. */
	readonly open: readonly number[];
};

/** A point of a stage: how many of its steps are done there, and which one failed then. */
type Moment = {
	readonly stage: number;
	readonly steps: number;
	readonly failed: number | null;
};

/** A file in one of the states of its stage. */
type Sighting = {readonly index: number; readonly entry: Entry};

/** Follows files through a build, as far as that is done: the one answer to where something came from, and where it went. */
export class Tracer {
	readonly #progress: Progress;
	readonly #program: Program;
	readonly #lookup: Lookup;
	readonly #graph: BuildGraph;
	readonly #mappings: CopyMappings;
	readonly #effects: StepEffects;
	readonly #origins: OriginTracer;

	constructor(build: BuildFiles, progress = wholeBuild) {
		this.#progress = progress;
		this.#program = build.program;
		this.#lookup = buildLookup(build);
		this.#graph = buildGraph(build);
		this.#mappings = new CopyMappings(this.#lookup);
		this.#effects = new StepEffects(this.#lookup, async copy =>
			this.#mappings.of(copy),
		);
		this.#origins = new OriginTracer(this.#graph, this.#effects);
	}

	/**
	@param file - At a point that has been reached, and belongs to a stage.
	@throws {UsageError} There was no such file, or the point is none of a stage's.
	@throws {EngineError} The engine was lost.
	*/
	async trace(file: FilePlace): Promise<Whereabouts> {
		const moment = this.#momentOf(file.point);
		const {stage} = moment;
		const timeline = timelineOf(this.#graph, stage, moment);
		const sighting = await this.#find(timeline.states, file.path);
		if (sighting === null) {
			throw await this.#missing(file, stage);
		}

		const {index, entry} = sighting;
		const {path} = entry;
		const {states} = this.#reached(moment, timeline);
		const isThere = index === timeline.states.length - 1;
		const isTarget = stage === this.#program.target;
		const [links, course, ...named] = await Promise.all([
			this.#origins.trace(cutTo(timeline, index), path),
			this.#arrivals().follow(states, index, entry),
			isTarget ? [] : this.#arrivals().names.together(states, index, entry),
			this.#arrivals().names.linked(states, index, entry),
		]);
		const names = named
			.flat()
			.filter(
				({path: at, fate}) => fate.kind === 'there' && at !== course.path,
			);
		const atEnd = this.#progress.isDone(stage)
			? [
					...(course.fate.kind === 'there'
						? [{stage, path: course.path, links: []}]
						: []),
					...names.map(name => ({...name, stage})),
					...(await this.#inheritedFrom(stage, entry, [
						...links,
						...course.links,
					])),
				]
			: [];
		const arrivals = isTarget ? null : await this.#arrivals().trace(atEnd);
		const below =
			arrivals !== null && entry.kind === 'directory'
				? await this.#arrivals().takenBelow([
						...atEnd,
						...arrivals.filter(({fate}) => fate.kind === 'there'),
					])
				: [];
		return {
			stage,
			path,
			isThere,
			links,
			course,
			names,
			arrivals,
			below,
			readers: isTarget ? [] : this.#readersOf(stage),
			open: this.#program.stages
				.filter(
					({index: other, used}) =>
						used && other !== stage && !this.#progress.isDone(other),
				)
				.map(({index: other}) => other),
		};
	}

	/**
	@param file - At a point that has been reached, and belongs to a stage.
	@returns What happened to it up to there, the last first; empty when there is no such file.
	@throws {UsageError} The point is none of a stage's.
	@throws {EngineError} The engine was lost.
	*/
	async origin({point, path}: FilePlace): Promise<readonly Link[]> {
		const moment = this.#momentOf(point);
		const timeline = timelineOf(this.#graph, moment.stage, moment);
		const entry = await this.#entryAt(timeline.states.at(-1)!.place, path);
		return entry === null ? [] : this.#origins.trace(timeline, entry.path);
	}

	/**
	Where the very file is at the end of the stages that a stage starts from, under all of its names, if no step of its own
	made it another one: what these ship of it is this file too. A step that gave it another name took it into its layer: where
	that name goes, and which is still one of the file, is asked in the stage itself.

	@param links - What happened to it in its own stage and before.
	*/
	async #inheritedFrom(
		stage: number,
		entry: Entry,
		links: readonly Link[],
	): Promise<ReadonlyArray<Pick<Arrival, 'stage' | 'path' | 'links'>>> {
		const {base} = this.#graph.stages[stage]!;
		const isOwn = links.some(
			({step}) => this.#program.steps[step]!.stage === stage,
		);
		if (base.kind !== 'stage' || isOwn) {
			return [];
		}

		const below = timelineOf(this.#graph, base.stage).states;
		const end = below.at(-1)!;
		const linked = await this.#arrivals().names.linked(
			timelineOf(this.#graph, stage).states,
			below.length - 1,
			entry,
		);
		if (linked.length > 0) {
			return [];
		}

		const names =
			entry.kind === 'file'
				? await this.#effects.names.together(end.place, entry)
				: [];
		return [
			...[entry, ...names].map(({path}) => ({
				stage: base.stage,
				path,
				links: [],
			})),
			...(await this.#inheritedFrom(base.stage, entry, links)),
		];
	}

	/** The last of the states in which there is such a path. */
	async #find(
		states: readonly State[],
		path: BytePath,
	): Promise<Sighting | null> {
		for (let index = states.length - 1; index >= 0; index--) {
			// eslint-disable-next-line no-await-in-loop -- mostly the first has it
			const entry = await this.#entryAt(states[index]!.place, path);
			if (entry !== null) {
				return {index, entry};
			}
		}

		return null;
	}

	/** Directories on the way may be links. */
	async #entryAt(place: Place, path: BytePath): Promise<Entry | null> {
		const resolved = await resolvePath(
			path,
			async at => (await this.#lookup.stat(place, at)) ?? undefined,
			{followLast: false},
		);
		return resolved.kind === 'found' ? resolved.entry : null;
	}

	/** What is in the way of it: the steps behind the point that were reached, and no stage that isn't done. */
	#reached({stage, failed}: Moment, timeline: Timeline): Timeline {
		return failed === null ? timelineOf(this.#reachedGraph(), stage) : timeline;
	}

	/** Looking into a stage that isn't done would run it: it counts as one that nothing gets into. */
	#reachedGraph(): BuildGraph {
		return {
			stages: this.#graph.stages.map(({base, steps}, index) => ({
				base: this.#program.stages[index]!.needed ? base : {kind: 'scratch'},
				steps: steps.filter(
					({id}, place) =>
						place === 0 ||
						(this.#program.stages[index]!.needed &&
							this.#progress.isReached(id)),
				),
			})),
		};
	}

	#arrivals(): ArrivalTracer {
		return new ArrivalTracer(this.#reachedGraph(), this.#effects, async copy =>
			this.#mappings.of(copy),
		);
	}

	#readersOf(stage: number): readonly number[] {
		return this.#program.steps
			.filter(
				step =>
					step.keyword === 'RUN' &&
					step.reads.includes(stage) &&
					this.#program.stages[step.stage]!.needed,
			)
			.map(({id}) => id);
	}

	/** What is to be said of a path that was never there: which stages have it. */
	async #missing({point, path}: FilePlace, stage: number): Promise<UsageError> {
		const name = `/${readableOf(path)}`;
		if (path === rootPath) {
			return new UsageError(
				'Every filesystem has a root: name a file or folder of it.',
			);
		}

		const others = await Promise.all(
			this.#program.stages
				.filter(
					({index, used}) =>
						used && index !== stage && this.#progress.isDone(index),
				)
				.map(async ({index}) => {
					const {states} = timelineOf(this.#graph, index);
					const entry = await this.#entryAt(states.at(-1)!.place, path);
					return entry === null
						? []
						: [`${stageLabel(this.#program, index)}:${name}`];
				}),
		);
		const found = others.flat();
		return new UsageError(
			`There is no ${name} in ${formatPoint(point, this.#program)}, and no step of it had one: ${
				found.length === 0
					? 'list the directory that it should be in.'
					: `there is ${found.join(' and ')}.`
			}`,
		);
	}

	#momentOf(point: Point): Moment {
		const {stages} = this.#program;
		const moment = this.#stageOf(point);
		if (!stages[moment.stage]!.needed) {
			throw new UsageError(
				`The target doesn't need the stage ${stageLabel(this.#program, moment.stage)}, so it isn't built: name another target with --target.`,
			);
		}

		return moment;
	}

	#stageOf(point: Point): Moment {
		const {stages, steps, target} = this.#program;
		const failed = null;
		const whole = (stage: number): Moment => ({
			stage,
			steps: stages[stage]!.steps.length,
			failed,
		});
		const upTo = (step: number, count: number): Moment => {
			const {stage} = steps[step]!;
			const place = stages[stage]!.steps.indexOf(step);
			return {stage, steps: place + count, failed};
		};

		switch (point.kind) {
			case 'final': {
				return whole(target);
			}

			case 'stage': {
				return whole(point.stage);
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

				return {...upTo(step, 0), failed: step};
			}

			case 'source':
			case 'context':
			case 'image': {
				throw noStage();
			}
		}
	}
}

function cutTo(timeline: Timeline, index: number): Timeline {
	return {...timeline, states: timeline.states.slice(0, index + 1)};
}

function noStage(): UsageError {
	return new UsageError(
		'Only the files of a stage came from somewhere in this build: select a stage or an instruction, and show its files.',
	);
}
