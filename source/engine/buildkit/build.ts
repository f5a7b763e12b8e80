import {randomUUID} from 'node:crypto';
import {basename} from 'node:path';
import {
	DockerfileError,
	MstageError,
	UsageError,
	toError,
} from '../../errors.js';
import {findTarget} from '../../dockerfile/stage-graph.js';
import type {StageGraph} from '../../dockerfile/types.js';
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
	Snapshot,
	Step,
	StepInputs,
} from '../port.js';
import {listContext} from '../context/context-listing.js';
import {metaAtEnd} from './configuration.js';
import type {BuildkitConnection} from './connection.js';
import type {ContainerHost} from './container.js';
import {
	type LoadedDefinition,
	type Result,
	type Vertex,
	readDefinition,
} from './definition.js';
import {type FailedState, readFailure} from './failure.js';
import {contextSnapshot, imageSnapshot} from './free-points.js';
import {Gateway} from './gateway.js';
import {type Mapping, mapProgram, resultAfter} from './program.js';
import type {Meta} from './proto/generated/ops_pb.js';
import type {Result as GatewayResult} from './proto/generated/gateway_pb.js';
import {ContainerSnapshot} from './snapshot.js';
import {StatusTranslator} from './status.js';
import {Toolbox} from './toolbox.js';

/**
How long the status stream may lag behind the answer of a solve, in milliseconds. It is a bound for vertices that
BuildKit never reports, not a wait: the report ends it.
*/
const statusLag = 300;

type FreePoint = Extract<Point, {kind: 'context' | 'image'}>;

type ReachedPoint = Exclude<
	Point,
	{kind: 'failed' | 'source' | 'context' | 'image'}
>;

type LoadedBuild = {
	readonly loaded: LoadedDefinition;
	readonly result: GatewayResult;
	readonly mapping: Mapping;
};

export type OpenOptions = {
	readonly connection: BuildkitConnection;
	readonly request: BuildRequest;

	/** Our own reading of the Dockerfile. */
	readonly graph: StageGraph;
	readonly engine: EngineDescription;

	/** @returns Why the engine couldn't get a file of ours, when that happened: clearer than what the engine says. */
	readonly transferError: () => Error | undefined;

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
			await build.#loadProgram();
			return build;
		} catch (error) {
			const explained = build.#explainLoad(error);
			await build.close();
			throw explained;
		}
	}

	readonly options: OpenOptions;
	readonly #gateway: Gateway;
	readonly #host: ContainerHost;
	readonly #solve: Promise<Readonly<Record<string, string>>>;
	readonly #status: StatusTranslator;
	readonly #references = new Map<string, string>();
	#loaded: LoadedBuild | undefined;
	#events: AsyncQueue<BuildEvent> | undefined;
	#failed: FailedState | undefined;
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
	): AsyncIterable<BuildEvent> {
		const events = new AsyncQueue<BuildEvent>();
		this.#events = events;
		this.#failed = undefined;
		this.#status.forgetEnds();
		void this.#evaluateAll(steps, signal, events);
		yield* events;
	}

	async snapshot(point: Point): Promise<Snapshot> {
		if (point.kind === 'failed') {
			if (!this.#failed) {
				throw new UsageError(
					'There is no failed state: nothing has failed, or the engine kept nothing of it.',
				);
			}

			return ContainerSnapshot.ofFailure(this.#host, this.#failed);
		}

		if (point.kind === 'source') {
			throw new UsageError(
				`The point ${point.kind} can't be opened with BuildKit yet: open a step or a stage.`,
			);
		}

		try {
			return await (point.kind === 'context' || point.kind === 'image'
				? this.#freeSnapshot(point)
				: this.#reachedSnapshot(point));
		} catch (error) {
			throw this.options.connection.explainOpening(error);
		}
	}

	inputsOf(_step: number): StepInputs | null {
		return null;
	}

	async contextListing(options?: ListingOptions): Promise<ContextListing> {
		return listContext(this.options.request, options);
	}

	async finish(): Promise<BuildResult> {
		const {result} = this.#load;
		this.#ended = true;
		try {
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
		const result = this.#resultOf(point);
		const reference = result ? await this.#reference(result) : null;
		const vertex = this.#runAt(point);
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

	async #readStatus(reference: string): Promise<void> {
		try {
			for await (const response of this.options.connection.control.status({
				Ref: reference,
			})) {
				for (const event of this.#status.translate(response)) {
					this.#events?.push(event);
				}
			}
		} catch {
			// The stream ends with the build; a lost engine shows in the call that waits for it.
		}
	}

	async #loadProgram(): Promise<void> {
		const {request, graph, signal} = this.options;
		const result = await this.#gateway.load(frontendOptions(request), {signal});
		const definition =
			result.result.case === 'ref' ? result.result.value.def : undefined;
		const loaded = readDefinition(definition);
		const mapping = mapProgram(
			graph,
			findTarget(graph, request.target),
			loaded,
		);
		this.#loaded = {loaded, result, mapping};
	}

	async #evaluateAll(
		steps: readonly number[],
		signal: AbortSignal,
		events: AsyncQueue<BuildEvent>,
	): Promise<void> {
		const others = new AbortController();
		const either = AbortSignal.any([signal, others.signal]);
		const goals = this.#goals(steps).map(async goal =>
			this.#evaluate(goal, either),
		);
		try {
			await Promise.all(goals);
			events.push({type: 'reached'});
			events.end();
		} catch (error) {
			others.abort();
			await Promise.allSettled(goals);
			if (this.options.connection.lost.aborted) {
				events.fail(this.options.connection.explain(error));
			} else {
				events.push(
					signal.aborted
						? {type: 'canceled'}
						: {
								type: 'failed',
								failure: await this.#failureOf(error),
								others: [],
							},
				);
				events.end();
			}
		}
	}

	/** The fewest results whose evaluation brings all the steps: the others are on the way to them. */
	#goals(steps: readonly number[]): readonly Result[] {
		const {mapping, loaded} = this.#load;
		const wanted = steps
			.map(step => mapping.ownResults.get(step))
			.filter(result => result !== undefined);
		const onTheWay = new Set<string>();
		const visit = (digest: string): void => {
			for (const input of loaded.vertices.get(digest)!.inputs) {
				if (!onTheWay.has(input.digest)) {
					onTheWay.add(input.digest);
					visit(input.digest);
				}
			}
		};

		for (const {digest} of wanted) {
			visit(digest);
		}

		return wanted.filter(({digest}) => !onTheWay.has(digest));
	}

	async #evaluate(goal: Result, signal: AbortSignal): Promise<void> {
		await this.#reference(goal, signal);
		await this.#status.completed(goal.digest, statusLag);
	}

	/** A reference memoises its error, so that only a good one is kept. */
	async #reference(result: Result, signal?: AbortSignal): Promise<string> {
		const key = `${result.digest}:${result.index}`;
		const known = this.#references.get(key);
		if (known !== undefined) {
			return known;
		}

		const reference = await this.#gateway.evaluate(
			this.#load.loaded.definition,
			result,
			signal,
		);
		this.#references.set(key, reference);
		return reference;
	}

	async #failureOf(thrown: unknown): Promise<Failure> {
		const details = readFailure(thrown);
		const vertex =
			details.vertex ?? (await this.#status.failedVertex(statusLag));
		if (vertex !== null) {
			await this.#status.completed(vertex, statusLag);
		}

		const step = vertex === null ? null : this.#failedStep(vertex);
		const kept =
			details.state?.op.op.case === 'exec' && details.state.mounts.length > 0;
		this.#failed = kept ? details.state : undefined;
		return {
			step,
			message: this.options.transferError()?.message ?? details.message,
			kind: 'other',
			advice: null,
			missing: null,
			exitCode: details.exitCode,
			seconds: vertex === null ? null : this.#status.secondsOf(vertex),
			state: kept ? {kept} : {kept, reason: this.#whyNotKept(step)},
			rerun: false,
		};
	}

	#failedStep(vertex: string): number | null {
		const [step] = this.#stepsOf(vertex);
		return step ?? this.#load.mapping.readersOf.get(vertex) ?? null;
	}

	#whyNotKept(step: number | null): string {
		if (step === null) {
			return 'No step of the Dockerfile was running.';
		}

		return this.program.steps[step]!.keyword === 'RUN'
			? `${this.options.engine.name} ${this.options.engine.version} keeps no state of a failed RUN.`
			: `A failed ${this.program.steps[step]!.keyword} changes nothing.`;
	}

	#explainLoad(thrown: unknown): Error {
		if (this.options.connection.lost.aborted) {
			return this.options.connection.explain(thrown);
		}

		const transfer = this.options.transferError();
		if (transfer || thrown instanceof MstageError) {
			return transfer ?? toError(thrown);
		}

		const {dockerfileName, tags} = this.options.request;
		if (this.#refusal !== undefined) {
			const {message} = readFailure(this.#refusal);
			return new UsageError(
				`The engine takes no image of the name ${tags.join(' or ')}: ${message}. Correct --tag.`,
				{cause: this.#refusal},
			);
		}

		const {message, line} = readFailure(thrown);
		return new DockerfileError(message, dockerfileName, line, {cause: thrown});
	}

	#resultOf(point: ReachedPoint): Result | null {
		const {mapping, loaded} = this.#load;
		switch (point.kind) {
			case 'final': {
				return loaded.head;
			}

			case 'stage': {
				return resultAfter(
					mapping,
					this.program.stages[point.stage]!.steps.at(-1)!,
				);
			}

			case 'after': {
				return resultAfter(mapping, point.step);
			}

			case 'before': {
				return resultAfter(
					mapping,
					this.program.steps[point.step]!.index === 0
						? point.step
						: point.step - 1,
				);
			}
		}
	}

	/** The RUN that the point is next to: its processes see its mounts, environment, folder and user. */
	#runAt(point: ReachedPoint): Vertex | undefined {
		const step = this.#stepOf(point);
		const result =
			step.keyword === 'RUN'
				? this.#load.mapping.ownResults.get(step.id)
				: undefined;
		const vertex = result && this.#load.loaded.vertices.get(result.digest);
		return vertex?.op.op.case === 'exec' ? vertex : undefined;
	}

	/** What the mounts of a RUN show, by the index of its inputs. */
	async #mountReferences(vertex: Vertex): Promise<readonly string[]> {
		return Promise.all(
			vertex.inputs.map(async input => this.#reference(input)),
		);
	}

	async #metaAt(point: ReachedPoint): Promise<Meta> {
		const {graph} = this.options;
		const step = this.#stepOf(point);
		const last =
			point.kind === 'before' && step.index > 0
				? step.lines[0] - 1
				: step.lines[1];
		const source = graph.source.split('\n').slice(0, last).join('\n');
		return metaAtEnd(
			this.#gateway,
			frontendOptions(this.options.request),
			source,
		);
	}

	#stepOf(point: ReachedPoint): Step {
		const {steps, stages, target} = this.program;
		return point.kind === 'before' || point.kind === 'after'
			? steps[point.step]!
			: steps[
					stages[point.kind === 'stage' ? point.stage : target]!.steps.at(-1)!
				]!;
	}

	#stepsOf(digest: string): readonly number[] {
		return this.#loaded?.mapping.stepsOf.get(digest) ?? [];
	}
}

/** FrontendOpt of `dockerfile.v0` (moby/buildkit frontend/dockerui/config.go). */
function frontendOptions(
	request: BuildRequest,
): Readonly<Record<string, string>> {
	return {
		filename: basename(request.dockerfile),
		...(request.target !== undefined && {target: request.target}),
		...(request.platform !== undefined && {platform: request.platform}),
		...(request.noCache && {'no-cache': ''}),
		...Object.fromEntries(
			Object.entries(request.buildArguments).map(([name, value]) => [
				`build-arg:${name}`,
				value,
			]),
		),
	};
}
