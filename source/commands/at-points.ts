import {MstageError, UsageError, exitCodes} from '../errors.js';
import {
	parseFreePoint,
	parsePoint,
	stageOfPoint,
} from '../debugger/points/point.js';
import type {
	Build,
	BuildRequest,
	Engine,
	EngineDescription,
	Images,
	Point,
	Program,
	Snapshot,
	TouchedEntries,
} from '../engine/port.js';
import {buildRequest, imagesRequest} from './build-flags.js';
import {printError} from './output.js';
import {withPassedOn} from './passed-on.js';
import {runSteps, whyStopped} from './run-steps.js';
import {type PointFlags, withEngine} from './with-engine.js';

/** A point of a build that was reached, or an image. */
export type OpenPoint = {
	readonly snapshot: Snapshot;

	/** Where it is; `null` of an image that was opened without a build. */
	readonly place: Place | null;

	/** The image that it is; `null` of a point of a build. */
	readonly image: OpenImage | null;
	readonly engine: EngineDescription;
};

type OpenImage = {readonly images: Images; readonly reference: string};

type Place = {readonly build: Build; readonly point: Point};

/**
Builds up to points and does something with their filesystems, until a signal ends it. Where all of them are images,
nothing is built and no Dockerfile is read.

@param texts - The points, as they are spelled on the command line.
@param work - Gets each of them, in the same order; returns the exit code.
@returns That exit code, or the one of a signal.
@throws {UsageError} One is no point, or one that this build doesn't have.
@throws {MstageError} The build failed before one of them.
@throws {EngineError} There is no engine, or it was lost.
*/
export async function atPoints(
	flags: PointFlags,
	texts: readonly string[],
	work: (points: readonly OpenPoint[], signal: AbortSignal) => Promise<number>,
): Promise<number> {
	return withEngine(flags, async (engine, signal) => {
		const images = texts.map(text => imageIn(text));
		const points = images.every(image => image !== null)
			? await openImages(engine, flags, images)
			: await openPlaces(engine, flags, {texts, signal});
		return work(points, signal);
	});
}

/**
@returns What may differ between two points, or `null` when only whole listings tell.
@throws {EngineError} The engine was lost.
*/
export async function touchedBetween(
	from: OpenPoint,
	to: OpenPoint,
	signal: AbortSignal,
): Promise<TouchedEntries | null> {
	if (from.image && to.image) {
		const {images, reference} = from.image;
		return images.touched(reference, to.image.reference, signal);
	}

	return from.place && from.place.build === to.place?.build
		? from.place.build.touched(from.place.point, to.place.point, signal)
		: null;
}

function imageIn(text: string): string | null {
	const point = parseFreePoint(text);
	return point?.kind === 'image' ? point.reference : null;
}

async function openImages(
	engine: Engine,
	flags: PointFlags,
	references: readonly string[],
): Promise<readonly OpenPoint[]> {
	const images = await engine.openImages(imagesRequest(flags));
	return Promise.all(
		references.map(async reference => ({
			snapshot: await images.snapshot(reference),
			place: null,
			image: {images, reference},
			engine: engine.description,
		})),
	);
}

async function openPlaces(
	engine: Engine,
	flags: PointFlags,
	{
		texts,
		signal,
	}: {readonly texts: readonly string[]; readonly signal: AbortSignal},
): Promise<readonly OpenPoint[]> {
	const request = await withPassedOn(
		await buildRequest(flags, signal),
		engine.description,
	);
	const builds = new Builds(engine, request, signal);
	const places: Place[] = [];
	for (const text of texts) {
		// eslint-disable-next-line no-await-in-loop -- the first opens the build that the others may share
		places.push(await builds.place(text));
	}

	await reachAll(places, engine, signal);
	return Promise.all(
		places.map(async place => ({
			snapshot: await place.build.snapshot(place.point),
			place,
			image: null,
			engine: engine.description,
		})),
	);
}

/** The builds that some points need: one for the target, and one for each stage that the target goes without. */
class Builds {
	readonly #engine: Engine;
	readonly #request: BuildRequest;
	readonly #signal: AbortSignal;
	readonly #byTarget = new Map<string | undefined, Build>();

	constructor(engine: Engine, request: BuildRequest, signal: AbortSignal) {
		this.#engine = engine;
		this.#request = request;
		this.#signal = signal;
	}

	async place(text: string): Promise<Place> {
		const build = await this.#build(this.#request.target);
		const {program} = build;
		const point = parsePoint(text, program);
		const stage = stageOfPoint(point, program) ?? program.target;
		if (program.stages[stage]!.needed) {
			return {build, point};
		}

		const {name} = program.stages[stage]!;
		if (name === null) {
			throw new UsageError(
				`Stage ${stage} has no name, and the target doesn't need it: give it one with AS to build it on its own.`,
			);
		}

		return {build: await this.#build(name), point};
	}

	async #build(target: string | undefined): Promise<Build> {
		const known = this.#byTarget.get(target);
		if (known) {
			return known;
		}

		const build = await this.#engine.openBuild(
			{...this.#request, target},
			this.#signal,
		);
		this.#byTarget.set(target, build);
		return build;
	}
}

/** What failures leave is reached last: another run would forget it. */
async function reachAll(
	places: readonly Place[],
	engine: Engine,
	signal: AbortSignal,
): Promise<void> {
	const ofFailures = places.filter(({point}) => isOfFailure(point));
	const others = places.filter(({point}) => !isOfFailure(point));
	for (const {build, point} of [...others, ...ofFailures]) {
		// eslint-disable-next-line no-await-in-loop -- a build runs one set of steps at a time
		await reach({build, point}, engine, signal);
	}
}

async function reach(
	{build, point}: Place,
	engine: Engine,
	signal: AbortSignal,
): Promise<void> {
	const stopped = await runSteps(build, stepsTo(point, build.program), signal);
	if (stopped && !isOfFailure(point)) {
		printError(stopped.details);
		const why = await whyStopped(build, stopped, engine.description, signal);
		throw new MstageError(
			`The build failed before that point: ${why} mstage shell failed opens the state it left.`,
			exitCodes.buildFailed,
		);
	}

	if (!stopped && isOfFailure(point)) {
		throw new UsageError(
			'There is no failed state: the build succeeded. Name a stage or a step instead.',
		);
	}
}

function isOfFailure({kind}: Point): boolean {
	return kind === 'failed' || kind === 'source';
}

function stepsTo(point: Point, program: Program): readonly number[] {
	if (point.kind === 'image' || point.kind === 'context') {
		return [];
	}

	const stage = program.stages[stageOfPoint(point, program) ?? program.target]!;
	return stage.steps.filter(step => step <= lastStepOf(point, program));
}

/** Before a FROM is its base, which only the FROM itself brings. */
function lastStepOf(point: Point, {steps}: Program): number {
	switch (point.kind) {
		case 'after': {
			return point.step;
		}

		case 'before': {
			return steps[point.step]!.index === 0 ? point.step : point.step - 1;
		}

		default: {
			return Number.POSITIVE_INFINITY;
		}
	}
}
