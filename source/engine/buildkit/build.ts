import {randomUUID} from 'node:crypto';
import {create} from '@bufbuild/protobuf';
import {UsageError, toError} from '../../errors.js';
import type {StageGraph} from '../../dockerfile/types.js';
import type {CopyStep} from '../../filesystem/copies.js';
import {AsyncQueue} from '../async-queue.js';
import type {
	Build,
	BuildEvent,
	BuildRequest,
	BuildResult,
	ContextListing,
	EngineDescription,
	Failure,
	ListingOptions,
	Point,
	Program,
	RunOptions,
	Snapshot,
	StepInputs,
} from '../port.js';
import {listContext} from '../context/context-listing.js';
import {metaAtEnd} from './configuration.js';
import type {BuildkitConnection} from './connection.js';
import {copyStepOf} from './copies.js';
import type {ContainerHost} from './container.js';
import {type Vertex, parentOf} from './definition.js';
import {Evaluation} from './evaluation.js';
import type {FailedState} from './failure.js';
import {Failures} from './failures.js';
import {contextSnapshot, imageSnapshot} from './free-points.js';
import {Gateway} from './gateway.js';
import {explainLoad} from './load-errors.js';
import {
	type LoadedBuild,
	frontendOptions,
	loadBuild,
	runningAgain,
} from './loading.js';
import {type ReachedPoint, resultAt, runAt, sourceUpTo} from './points.js';
import {
	type Result as GatewayResult,
	ResultSchema,
} from './proto/generated/gateway_pb.js';
import {type Meta, MetaSchema} from './proto/generated/ops_pb.js';
import {RerunSnapshot} from './rerun-snapshot.js';
import {ContainerSnapshot, startOf} from './snapshot.js';
import {StatusTranslator} from './status.js';
import {stepInputs} from './step-inputs.js';
import {Toolbox} from './toolbox.js';

type FreePoint = Extract<Point, {kind: 'context' | 'image'}>;

export type OpenOptions = {
	readonly connection: BuildkitConnection;
	readonly request: BuildRequest;

	/** Our own reading of the Dockerfile. */
	readonly graph: StageGraph;
	readonly engine: EngineDescription;

	/** @returns Why the engine couldn't get a file of ours, when that happened: clearer than what the engine says. */
	readonly transferError: () => Error | undefined;

	/** @returns The values of the secrets that the engine was given so far. */
	readonly secretValues: () => readonly Uint8Array[];

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
		try {
			const {request, graph, signal} = options;
			build.#loaded = await loadBuild(build.#gateway, request, graph, signal);
			return build;
		} catch (error) {
			const explained = explainLoad(options, error, build.#refusal);
			await build.close();
			throw explained;
		}
	}

	readonly options: OpenOptions;
	readonly #gateway: Gateway;
	readonly #host: ContainerHost;
	readonly #solve: Promise<Readonly<Record<string, string>>>;
	readonly #status: StatusTranslator;
	readonly #evaluation: Evaluation;
	readonly #failures: Failures;
	#loaded: LoadedBuild | undefined;
	#events: AsyncQueue<BuildEvent> | undefined;

	/** The steps that the latest run is for. */
	#wanted: ReadonlySet<number> = new Set();

	/** The steps of which it was told that they are done. */
	readonly #told = new Set<number>();
	#refusal: unknown;
	#ended = false;

	private constructor(options: OpenOptions) {
		this.options = options;
		const reference = randomUUID().replaceAll('-', '');
		this.#gateway = new Gateway(options.connection, reference);
		this.#host = {
			gateway: this.#gateway,
			toolbox: new Toolbox(
				this.#gateway,
				options.engine.platform,
				options.request.toolbox,
			),
		};
		this.#status = new StatusTranslator({
			stepsOf: digest => this.#stepsOf(digest),
			stepsEndingWith: digest =>
				this.#stepsOf(digest).filter(
					step => this.#load.mapping.ownResults.get(step)?.digest === digest,
				),
		});
		this.#evaluation = new Evaluation(this.#gateway, this.#status);
		this.#failures = new Failures(this.#evaluation, options);
		this.#solve = this.#startSolve(reference);
		// Whoever needs the outcome awaits it; until then a rejection is nobody's.
		this.#solve.catch((error: unknown) => {
			this.#refusal = error;
		});
		void this.#readStatus(reference);
	}

	get #load(): LoadedBuild {
		return this.#loaded!;
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
		this.#loaded = runningAgain(
			this.#load,
			withoutCache,
			this.#failures.digests,
		);
		this.#wanted = new Set(steps);
		this.#failures.forget();
		this.#status.forgetEnds();
		for (const step of this.#sharedAndDone(steps)) {
			this.#tell({type: 'cached', step});
		}

		void this.#runTo(steps, signal, events);
		yield* events;
	}

	async snapshot(point: Point): Promise<Snapshot> {
		try {
			return await this.#snapshotOf(point);
		} catch (error) {
			throw this.options.connection.explainOpening(error);
		}
	}

	inputsOf(step: number): StepInputs | null {
		return stepInputs(this.#load, step);
	}

	secretValues(): readonly Uint8Array[] {
		return this.options.secretValues();
	}

	copiesOf(step: number): CopyStep | null {
		return copyStepOf(this.#load, this.program.steps[step]!);
	}

	async contextListing(options?: ListingOptions): Promise<ContextListing> {
		return listContext(this.options.request, options);
	}

	async finish(): Promise<BuildResult> {
		try {
			const result = await this.#finalResult();
			this.#ended = true;
			await this.#gateway.return(result);
			const response = await this.#solve;
			const exported = this.options.request.tags.length > 0;
			return {
				image: exported
					? (response['containerimage.config.digest'] ??
						response['containerimage.digest'] ??
						null)
					: null,
				tags: this.options.request.tags,
			};
		} catch (error) {
			throw this.options.connection.explain(error);
		}
	}

	async close(): Promise<void> {
		if (!this.#ended && !this.options.connection.lost.aborted) {
			this.#ended = true;
			await Promise.allSettled([this.#gateway.abandon(), this.#solve]);
		}

		await this.options.connection.close();
	}

	async #snapshotOf(point: Point): Promise<Snapshot> {
		switch (point.kind) {
			case 'failed': {
				return this.#failedSnapshot(point.step);
			}

			case 'context':
			case 'image': {
				return this.#freeSnapshot(point);
			}

			case 'source': {
				return this.#sourceSnapshot(point.step);
			}

			default: {
				return this.#reachedSnapshot(point);
			}
		}
	}

	/** What a failed RUN started from has its programs too, and can be looked into. */
	async #programsOf(state: FailedState): Promise<string | null> {
		const start = startOf(state);
		return (
			start && this.#evaluation.reference(this.#load, start).catch(() => null)
		);
	}

	async #freeSnapshot(point: FreePoint): Promise<Snapshot> {
		const {request, engine} = this.options;
		return point.kind === 'image'
			? imageSnapshot(
					this.#host,
					point.reference,
					request.platform ?? engine.platform,
				)
			: contextSnapshot(
					this.#host,
					this.#load.loaded,
					frontendOptions(request),
				);
	}

	async #reachedSnapshot(point: ReachedPoint): Promise<Snapshot> {
		const result = resultAt(this.#load, point);
		const reference = result
			? await this.#evaluation.reference(this.#load, result)
			: null;
		const vertex = runAt(this.#load, point);
		return vertex
			? ContainerSnapshot.ofRun(this.#host, vertex, reference, {
					inputs: await this.#mountReferences(vertex),
					isBefore: point.kind === 'before',
				})
			: ContainerSnapshot.ofResult(
					this.#host,
					reference,
					await this.#metaAt(point),
				);
	}

	async #failedSnapshot(step: number | undefined): Promise<Snapshot> {
		const {state, again} = this.#failures.remainsOf(step) ?? {};
		if (state) {
			return ContainerSnapshot.ofFailure(
				this.#host,
				state,
				await this.#programsOf(state),
			);
		}

		if (again?.op.op.case !== 'exec') {
			throw new UsageError(
				'There is no failed state: nothing has failed, or the engine kept nothing of it.',
			);
		}

		const parent = parentOf(again);
		const before = ContainerSnapshot.ofRun(
			this.#host,
			again,
			parent && (await this.#evaluation.reference(this.#load, parent)),
			{inputs: await this.#mountReferences(again), isBefore: true},
		);
		return new RerunSnapshot(before, again.op.op.value.meta?.args ?? []);
	}

	async #sourceSnapshot(step: number | undefined): Promise<Snapshot> {
		const source = this.#failures.remainsOf(step)?.source;
		if (!source) {
			throw new UsageError(
				'There is no source to look into: no COPY or ADD failed for want of one.',
			);
		}

		return ContainerSnapshot.ofResult(
			this.#host,
			await this.#evaluation.reference(this.#load, source),
			create(MetaSchema, {cwd: '/'}),
		);
	}

	/** What the frontend made, unless steps of it ran again: then their results are the image's. */
	async #finalResult(): Promise<GatewayResult> {
		const {result, loaded, isOriginal} = this.#load;
		if (isOriginal || !loaded.head) {
			return result;
		}

		const id = await this.#evaluation.reference(this.#load, loaded.head);
		return create(ResultSchema, {
			metadata: result.metadata,
			result: {case: 'ref', value: {id}},
		});
	}

	async #startSolve(
		reference: string,
	): Promise<Readonly<Record<string, string>>> {
		const {tags} = this.options.request;
		const {ExporterResponse: response} =
			await this.options.connection.control.solve({
				Ref: reference,
				Session: this.options.connection.session.id,
				// The fields that every engine since 20.10 knows; newer ones append them to `Exporters`.
				...(tags.length > 0 && {
					ExporterDeprecated: 'moby',
					ExporterAttrsDeprecated: {name: tags.join(',')},
				}),
			});
		return response;
	}

	#tell(event: BuildEvent): void {
		if (event.type === 'done' || event.type === 'cached') {
			this.#told.add(event.step);
		}

		this.#events?.push(event);
	}

	async #readStatus(reference: string): Promise<void> {
		try {
			for await (const response of this.options.connection.control.status({
				Ref: reference,
			})) {
				for (const event of this.#status.translate(response)) {
					this.#tell(event);
				}
			}
		} catch {
			// The stream ends with the build; a lost engine shows in the call that waits for it.
		}
	}

	async #runTo(
		steps: readonly number[],
		signal: AbortSignal,
		events: AsyncQueue<BuildEvent>,
	): Promise<void> {
		const {connection} = this.options;
		try {
			const errors = await this.#evaluation.run(this.#load, steps, signal);
			const failures = signal.aborted
				? []
				: await this.#failures.read(errors, this.#load, digest =>
						this.#stepsOf(digest),
					);
			if (connection.lost.aborted) {
				throw toError(errors[0]);
			}

			events.push(endOf(signal, failures));
			events.end();
		} catch (error) {
			events.fail(connection.explain(error));
		}
	}

	/** What the mounts of a RUN show, by the index of its inputs. */
	async #mountReferences(vertex: Vertex): Promise<readonly string[]> {
		return Promise.all(
			vertex.inputs.map(async input =>
				this.#evaluation.reference(this.#load, input),
			),
		);
	}

	async #metaAt(point: ReachedPoint): Promise<Meta> {
		return metaAtEnd(
			this.#gateway,
			frontendOptions(this.options.request),
			sourceUpTo(this.program, point),
		);
	}

	/** Of steps of two stages that share an operation, it is those of the run that it runs for. */
	#stepsOf(digest: string): readonly number[] {
		const steps = this.#loaded?.mapping.stepsOf.get(digest) ?? [];
		const wanted = steps.filter(step => this.#wanted.has(step));
		return wanted.length > 0 ? wanted : steps;
	}

	/** The steps whose operation ran for another stage in an earlier run: the engine won't mention it again. */
	#sharedAndDone(steps: readonly number[]): readonly number[] {
		const {ownResults, stepsOf} = this.#load.mapping;
		return steps.filter(step => {
			const digest = ownResults.get(step)?.digest;
			return (
				digest !== undefined &&
				!this.#told.has(step) &&
				stepsOf.get(digest)!.length > 1 &&
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
