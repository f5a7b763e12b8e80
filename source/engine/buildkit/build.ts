import {create} from '@bufbuild/protobuf';
import {type EngineError, toError} from '../../errors.js';
import {receivedBytes} from '../docker/open-sockets.js';
import type {StageGraph} from '../../dockerfile/types.js';
import type {CopyStep} from '../../filesystem/provenance/copies.js';
import {AsyncQueue} from '../async-queue.js';
import type {
	Build,
	BuildEvent,
	BuildResult,
	BuildWarning,
	ContextListing,
	Failure,
	Files,
	FinalImage,
	KnownSecret,
	LayerContents,
	ListingOptions,
	Point,
	Program,
	RunOptions,
	Snapshot,
	StepInputs,
	StepProcess,
	TouchedEntries,
} from '../port.js';
import {listContext} from '../context/context-listing.js';
import {Attempt, type AttemptOptions, isExported} from './run/attempt.js';
import {closeHolders} from './shell/container.js';
import {copyInput, copyStepOf} from './program/copies.js';
import {
	ancestorsOf,
	hasCacheMount,
	startsWhenItRuns,
} from './program/definition.js';
import {layerNames, touchedBetween} from './points/differences.js';
import {finalImage, imageSize} from './program/final-image.js';
import {explainLoad} from './program/load-errors.js';
import {type LoadedBuild, loadBuild, runningAgain} from './program/loading.js';
import {openPoint, openResult} from './points/open-point.js';
import type {OpenedBuild} from './points/opened-build.js';
import {
	type Result as GatewayResult,
	ResultSchema,
} from './proto/generated/gateway_pb.js';
import {StatusTranslator} from './run/status.js';
import {watchReports} from './run/unreported.js';
import {stepInputs, stepProcess} from './program/step-inputs.js';

export type OpenOptions = AttemptOptions & {
	/** Our own reading of the Dockerfile. */
	readonly graph: StageGraph;

	/** Reads a text of it. */
	readonly read: (
		source: string,
		imageTriggers?: ReadonlyMap<number, readonly string[]>,
	) => StageGraph;

	/** @returns The secrets that are known so far. */
	readonly secrets: () => readonly KnownSecret[];

	/** Aborting it gives up the loading. */
	readonly signal?: AbortSignal;
};

/** A gateway build of BuildKit: loaded once, evaluated as far as the debugger wants, returned at the end. */
export class BuildkitBuild implements Build {
	/**
	Opens a gateway build and loads the Dockerfile with the engine's own frontend. The connection is the build's from
	then on: it is closed with it, and when this fails.

	@throws {DockerfileError} The frontend refuses the Dockerfile.
	@throws {EngineError} The engine was lost.
	*/
	static async open(options: OpenOptions): Promise<BuildkitBuild> {
		const build = new BuildkitBuild(options);
		const attempt = build.#attempt;
		try {
			build.#adopt(
				await attempt.unlessRefused(loadBuild(attempt.gateway, options)),
			);
			return build;
		} catch (error) {
			const explained = explainLoad(options, error, attempt.refusal);
			await build.close();
			throw explained;
		}
	}

	readonly options: OpenOptions;
	readonly lost: Promise<EngineError>;
	readonly warnings = new AsyncQueue<BuildWarning>();
	readonly #status: StatusTranslator;
	#attempt: Attempt;
	#loaded: LoadedBuild | undefined;
	#events: AsyncQueue<BuildEvent> | undefined;

	/** The steps that the latest run is for. */
	#wanted: ReadonlySet<number> = new Set();

	/** The steps of which it was told that they are done. */
	readonly #told = new Set<number>();

	private constructor(options: OpenOptions) {
		this.options = options;
		this.lost = options.connection.whenLost();
		this.#status = new StatusTranslator(
			{
				stepsOf: digest => this.#stepsOf(digest),
				stepsEndingWith: digest =>
					this.#stepsOf(digest).filter(
						step => this.#load.mapping.ownResults.get(step)?.digest === digest,
					),
				startsWhenItRuns: digest =>
					startsWhenItRuns(this.#load.loaded.vertices.get(digest)),
			},
			() => receivedBytes(options.connection.sockets.grpc),
		);
		this.#attempt = this.#begin();
	}

	get #load(): LoadedBuild {
		return this.#loaded!;
	}

	get #opened(): OpenedBuild {
		const {request, engine} = this.options;
		return {request, engine, load: this.#load, attempt: this.#attempt};
	}

	get program(): Program {
		return this.#load.mapping.program;
	}

	async *run(
		steps: readonly number[],
		signal: AbortSignal,
		{withoutCache = []}: RunOptions = {},
	): AsyncIterable<BuildEvent> {
		const events = new AsyncQueue<BuildEvent>();
		this.#events = events;
		this.#wanted = new Set(steps);
		void this.#runTo(steps, withoutCache, signal);
		yield* events;
	}

	async snapshot(point: Point): Promise<Snapshot> {
		try {
			return await openPoint(this.#opened, point);
		} catch (error) {
			throw this.options.connection.explainOpening(error);
		}
	}

	inputsOf(step: number): StepInputs | null {
		return stepInputs(this.#load, step);
	}

	processOf(step: number): StepProcess | null {
		return stepProcess(this.#load, step);
	}

	secretValues(): readonly Uint8Array[] {
		return this.secrets().map(({value}) => value);
	}

	secrets(): readonly KnownSecret[] {
		return this.options.secrets();
	}

	get buildArguments(): Readonly<Record<string, string>> {
		return this.options.request.buildArguments;
	}

	copiesOf(step: number): CopyStep | null {
		return copyStepOf(this.#load, this.program.steps[step]!);
	}

	async copySource(step: number, operation: number): Promise<Files> {
		try {
			return await openResult(
				this.#opened,
				copyInput(this.#load, this.program.steps[step]!, operation),
			);
		} catch (error) {
			throw this.options.connection.explainOpening(error);
		}
	}

	async contextListing(options?: ListingOptions): Promise<ContextListing> {
		return listContext(this.options.request, options);
	}

	async touched(
		from: Point,
		to: Point,
		signal?: AbortSignal,
		options?: {readonly isQuick?: boolean},
	): Promise<TouchedEntries | null> {
		return touchedBetween(this.#opened, [from, to], {...options, signal});
	}

	async layer(step: number, signal?: AbortSignal): Promise<LayerContents> {
		return {names: await layerNames(this.#opened, step, signal), bytes: null};
	}

	async imageSize(reference: string): Promise<number | null> {
		const {request, engine} = this.options;
		return imageSize(
			this.#attempt.gateway,
			reference,
			request.platform ?? engine.platform,
		);
	}

	async finalImage(): Promise<FinalImage | null> {
		return finalImage(this.#load.result);
	}

	/** An attempt of its own is returned: what was reached, and the shells there, stay open in the one before. */
	async finish(): Promise<BuildResult> {
		const {request, connection} = this.options;
		const attempt = this.#begin();
		try {
			const response = await attempt.finish(await this.#finalResult(attempt));
			return {
				// What the engine's store knows the image by: the exporter `moby` puts the id there, whichever store is in use.
				image: isExported(request)
					? (response['containerimage.digest'] ?? null)
					: null,
				tags: request.tags,
			};
		} catch (error) {
			throw connection.explain(error);
		} finally {
			await attempt.abandon();
		}
	}

	async close(): Promise<void> {
		await this.#attempt.abandon();
		await this.options.connection.close();
		this.warnings.end();
	}

	#adopt(load: LoadedBuild): void {
		this.#loaded = load;
		this.#status.shared.adopt(load.loaded);
	}

	#begin(): Attempt {
		return new Attempt(this.options, this.#status, {
			tell: event => {
				this.#tell(event);
			},
			warn: warning => {
				this.warnings.push(warning);
			},
		});
	}

	/** What the frontend made, with what the attempt has for it: the engine shares what is done with the one before. */
	async #finalResult(attempt: Attempt): Promise<GatewayResult> {
		const {result, loaded} = this.#load;
		if (!loaded.head) {
			return result;
		}

		const id = await attempt.evaluation.reference(this.#load, loaded.head);
		return create(ResultSchema, {
			metadata: result.metadata,
			result: {case: 'ref', value: {id}},
		});
	}

	#tell(event: BuildEvent): void {
		if (event.type === 'done' || event.type === 'cached') {
			this.#told.add(event.step);
		}

		this.#events?.push(event);
	}

	async #runTo(
		steps: readonly number[],
		withoutCache: readonly number[],
		signal: AbortSignal,
	): Promise<void> {
		const {connection, engine} = this.options;
		const events = this.#events!;
		const endWatch = watchReports(this.#status, engine, warning => {
			this.warnings.push(warning);
		});
		try {
			await this.#prepare(steps, withoutCache);
			const {evaluation, failures} = this.#attempt;
			const {done, errors} = await evaluation.run(this.#load, steps, signal);
			for (const event of this.#status.flush()) {
				this.#tell(event);
			}

			const {failures: told, ran} = signal.aborted
				? {failures: [], ran: []}
				: await failures.read(errors, this.#load, digest =>
						this.#stepsOf(digest),
					);
			if (connection.lost.aborted) {
				throw toError(errors[0]);
			}

			this.#tellThere(
				done,
				ran.flatMap(digest =>
					this.#load.loaded.vertices
						.get(digest)!
						.inputs.map(input => input.digest),
				),
			);
			events.push(endOf(signal, told));
			events.end();
		} catch (error) {
			events.fail(connection.explain(error));
		} finally {
			endWatch();
		}
	}

	/** Sees to it that what failed is tried again, and what is to run without cache runs. */
	async #prepare(
		steps: readonly number[],
		withoutCache: readonly number[],
	): Promise<void> {
		const {digests, sharedDigests} = this.#attempt.failures;
		await closeHolders(this.#attempt.host.containers);
		const isNew = digests.size > 0 && this.#mustStartOver(digests);
		if (isNew) {
			await this.#startOver();
		}

		this.#adopt(
			runningAgain(this.#load, withoutCache, isNew ? sharedDigests : digests),
		);
		this.#attempt.failures.forget();
		this.#status.forgetEnds();
		for (const step of this.#sharedAndDone(steps)) {
			this.#tell({type: 'cached', step});
		}
	}

	/**
	What a failed RUN left holds its cache mounts: while it is there, the next try would get empty ones. When that is no
	matter, and shells can be come back to, what failed is rather made an operation of its own.
	*/
	#mustStartOver(failed: ReadonlySet<string>): boolean {
		const {vertices} = this.#load.loaded;
		return (
			this.#attempt.host.containers.size === 0 ||
			[...failed].some(digest => hasCacheMount(vertices.get(digest)))
		);
	}

	/**
	Goes over to a new attempt, which forgets what failed. The engine shares what is done between attempts that are there
	at the same time, so that nothing runs again, even in a build without cache.
	*/
	async #startOver(): Promise<void> {
		const before = this.#attempt;
		const next = this.#begin();
		const done = [...this.#load.mapping.ownResults].flatMap(
			([step, {digest}]) => (this.#status.isDone(digest) ? [step] : []),
		);
		const {
			errors: [error],
		} = await next.evaluation.run(
			this.#load,
			done,
			new AbortController().signal,
		);
		if (error !== undefined) {
			throw toError(error);
		}

		this.#attempt = next;
		await before.abandon();
	}

	/** Of steps of two stages that share an operation, it is those of the run that it runs for. */
	#stepsOf(digest: string): readonly number[] {
		const steps = this.#loaded?.mapping.stepsOf.get(digest) ?? [];
		const wanted = steps.filter(step => this.#wanted.has(step));
		return wanted.length > 0 ? wanted : steps;
	}

	/**
	What the engine never mentioned, though its answer says that it is there: it was part of something cached, or ran for
	another build as well. Engines up to 20.10 tell of what was canceled, and ran again, that it ended as it did the first
	time.
	*/
	#tellThere(...answers: ReadonlyArray<readonly string[]>): void {
		const {loaded, mapping} = this.#load;
		const there = ancestorsOf(loaded, answers.flat());
		for (const digest of there) {
			for (const event of this.#status.inputsAreThere(digest)) {
				this.#tell(event);
			}
		}

		const told = new Set(this.#told);
		const results = [...mapping.ownResults].toSorted(([a], [b]) => a - b);
		for (const [step, {digest}] of results) {
			// A step that shares what was told for another is told when it is run for itself.
			const isShared =
				!this.#wanted.has(step) &&
				(mapping.stepsOf.get(digest) ?? []).some(other => told.has(other));
			if (
				there.has(digest) &&
				!told.has(step) &&
				!isShared &&
				this.#stepsOf(digest).includes(step)
			) {
				// What runs by the last report that came has ended, or its result wouldn't be there.
				const seconds =
					this.#status.secondsOf(digest) ?? this.#status.runningFor(digest);
				this.#tell(
					seconds === null || this.#status.wasCached(digest)
						? {type: 'cached', step}
						: {type: 'done', step, seconds},
				);
			}
		}
	}

	/** The steps whose operation ran for another stage in an earlier run: the engine won't mention it again. */
	#sharedAndDone(steps: readonly number[]): readonly number[] {
		const {ownResults, stepsOf} = this.#load.mapping;
		return steps.filter(step => {
			const digest = ownResults.get(step)?.digest;
			return (
				digest !== undefined &&
				!this.#told.has(step) &&
				(stepsOf.get(digest)?.length ?? 0) > 1 &&
				this.#status.isDone(digest)
			);
		});
	}
}

function endOf(
	signal: AbortSignal,
	[failure, ...others]: readonly Failure[],
): BuildEvent {
	if (signal.aborted) {
		return {type: 'canceled'};
	}

	return failure ? {type: 'failed', failure, others} : {type: 'reached'};
}
