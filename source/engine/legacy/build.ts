import {meantStage, type NamedStage} from '../../dockerfile/stage-graph.js';
import {type EngineError, UsageError} from '../../errors.js';
import {AsyncQueue} from '../async-queue.js';
import {listContext} from '../context/context-listing.js';
import type {
	Build,
	BuildEvent,
	BuildRequest,
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
	Step,
	StepInputs,
	StepProcess,
} from '../port.js';
import type {CopyStep} from '../../filesystem/provenance/copies.js';
import {splitTag} from './run/build-tags.js';
import {packContext} from './run/context-tar.js';
import type {LegacyDocker} from './client/docker.js';
import {EngineRefusal} from './client/engine-refusal.js';
import {explainMissing} from './missing-copy.js';
import {FactsOfImages} from './points/facts-of-images.js';
import {failureOf} from './failure.js';
import {explainOpening} from './client/images.js';
import {ImageRecords} from './points/image-records.js';
import {PointImages} from './points/point-images.js';
import {forgottenBy, isMissing} from './run/progress.js';
import {withFacts} from './points/program.js';
import {RequestRunner, type RequestEnd} from './run/request-runner.js';
import {SessionObjects} from './shell/session-objects.js';
import {LegacySnapshot} from './points/snapshot.js';
import {buildImage} from './run/small-build.js';

/** A build by the legacy builder: request by request, each up to where the debugger wants to stand. */
export class LegacyBuild implements Build {
	/**
	@param options - `platform` is the engine's own; `late` gets the names of the images that the engine doesn't have yet,
	and keeps them.
	@throws {EngineError} The engine was lost.
	*/
	static async open(
		docker: LegacyDocker,
		{
			request,
			platform,
			late,
		}: {
			readonly request: BuildRequest;
			readonly platform: string;
			readonly late: Set<string>;
		},
		program: Program,
	): Promise<LegacyBuild> {
		const facts = new FactsOfImages(docker, program, {request, platform, late});
		return new LegacyBuild(
			docker,
			request,
			withFacts(program, await facts.read(), facts.images),
			{facts, objects: new SessionObjects(docker, {request, platform})},
		);
	}

	readonly program: Program;
	readonly warnings = new AsyncQueue<BuildWarning>();
	readonly lost: Promise<EngineError>;
	readonly #facts: FactsOfImages;
	readonly #request: BuildRequest;
	readonly #docker: LegacyDocker;
	readonly #objects: SessionObjects;
	readonly #runner: RequestRunner;
	readonly #points: PointImages;
	readonly #records: ImageRecords;

	#stopListening!: () => void;

	/** Settles when no point is being made again; one at a time. */
	#reaching: Promise<void> = Promise.resolve();

	/** What each step has left: the id of its image, empty for the empty filesystem. */
	readonly #images = new Map<number, string>();

	private constructor(
		docker: LegacyDocker,
		request: BuildRequest,
		program: Program,
		{
			facts,
			objects,
		}: {readonly facts: FactsOfImages; readonly objects: SessionObjects},
	) {
		this.#docker = docker;
		this.lost = new Promise(resolve => {
			this.#stopListening = docker.onLoss(resolve);
		});
		this.#request = request;
		this.program = program;
		this.#facts = facts;
		this.#objects = objects;
		this.#runner = new RequestRunner(docker, request, program, {
			images: this.#images,
			warn: warning => {
				this.warnings.push(warning);
			},
		});
		this.#points = new PointImages({
			docker,
			request,
			program,
			images: this.#images,
			objects: this.#objects,
		});
		this.#records = new ImageRecords(docker, this.#points);
	}

	async *run(
		steps: readonly number[],
		signal: AbortSignal,
		{withoutCache = []}: RunOptions = {},
	): AsyncIterable<BuildEvent> {
		await this.#points.forgetFailure();
		const goal = Math.max(...steps);
		const mistakable = [...this.#points.mistakable].filter(
			step => !this.#images.has(step),
		);
		const again = [...new Set([...withoutCache, ...mistakable])]
			.filter(step => step <= goal)
			.toSorted((a, b) => a - b);
		for (const step of again.flatMap(first =>
			forgottenBy(this.program, first),
		)) {
			this.#images.delete(step);
		}

		for (const step of again) {
			const end = yield* this.#runUpTo(step - 1, signal);
			const last =
				end.type === 'reached'
					? yield* this.#runUpTo(step, signal, {nocache: true})
					: end;
			if (last.type !== 'reached') {
				yield last;
				return;
			}
		}

		yield yield* this.#runUpTo(goal, signal);
	}

	inputsOf(step: number): StepInputs | null {
		return this.#facts.current.inputsOf(step);
	}

	copiesOf(step: number): CopyStep | null {
		return this.#facts.current.copiesOf(step);
	}

	async copySource(step: number, operation: number): Promise<Files> {
		const {from} = this.copiesOf(step)!.operations[operation]!;
		switch (from.kind) {
			case 'stage':
			case 'image': {
				return this.snapshot(from);
			}

			case 'context': {
				return this.snapshot({kind: 'context'});
			}

			case 'address':
			case 'heredoc': {
				throw new UsageError('The legacy builder keeps no downloads.');
			}
		}
	}

	processOf(step: number): StepProcess | null {
		return this.#facts.current.processOf(step);
	}

	/** The legacy builder knows no secrets. */
	secretValues(): readonly Uint8Array[] {
		return [];
	}

	secrets(): readonly KnownSecret[] {
		return [];
	}

	get buildArguments(): Readonly<Record<string, string>> {
		return this.#request.buildArguments;
	}

	async contextListing(options?: ListingOptions): Promise<ContextListing> {
		return listContext({...this.#request, dockerfile: null}, options);
	}

	async snapshot(point: Point): Promise<Snapshot> {
		try {
			await this.#reachAgain(this.#points.lastStepOf(point));
			const origin = await this.#points.originOf(point);
			return new LegacySnapshot(this.#docker, this.#objects, origin);
		} catch (error) {
			throw explainOpening(error);
		}
	}

	/** The legacy builder can't tell. */
	async touched(): Promise<null> {
		return null;
	}

	/** The engine keeps the size of each layer, and doesn't tell what is in one. */
	async layer(step: number): Promise<LayerContents> {
		return {names: null, bytes: await this.#records.layerBytes(step)};
	}

	async imageSize(reference: string): Promise<number | null> {
		return this.#records.imageSize(reference);
	}

	async finalImage(): Promise<FinalImage | null> {
		return this.#records.finalImage();
	}

	async finish(): Promise<BuildResult> {
		const {tags, settings} = this.#request;
		if (tags.length === 0 && settings?.keepsImage !== true) {
			return {image: null, tags};
		}

		const image = await this.#labelled(
			await this.#points.imageAt({kind: 'final'}),
		);
		for (const name of tags) {
			const {repo, tag} = splitTag(name);
			try {
				// eslint-disable-next-line no-await-in-loop -- a few, in their order
				await this.#docker.tag(image, repo, tag);
			} catch (error) {
				throw error instanceof EngineRefusal
					? new UsageError(
							`The engine takes no image of the name ${name}: ${error.message}. Correct --tag.`,
							{cause: error},
						)
					: error;
			}
		}

		return {image, tags};
	}

	async close(): Promise<void> {
		this.#stopListening();
		await this.#points.close();
		await this.#runner.close();
		await this.#objects.close();
		this.warnings.end();
	}

	/** The builder adds labels as one more instruction behind the last one of the Dockerfile that it gets. */
	async #labelled(image: string): Promise<string> {
		const {settings, platform} = this.#request;
		const labels = settings?.labels ?? {};
		return Object.keys(labels).length === 0
			? image
			: buildImage(this.#docker, await packContext(null, `FROM ${image}\n`), {
					platform,
					labels,
				});
	}

	/** What was reached before the build was loaded again has no images yet: its instructions come from the cache. */
	async #reachAgain(step: number): Promise<void> {
		const reaching = this.#reaching.then(async () => this.#runQuietlyTo(step));
		this.#reaching = reaching.catch(() => undefined);
		await reaching;
	}

	async #runQuietlyTo(step: number): Promise<void> {
		const events = this.#runUpTo(step, new AbortController().signal);
		let next = await events.next();
		while (!next.done) {
			// eslint-disable-next-line no-await-in-loop -- one event after the other
			next = await events.next();
		}

		if (next.value.type === 'failed') {
			throw new UsageError(
				`What the cache had of it is gone, and it fails now: ${next.value.failure.message} Reload, and continue.`,
			);
		}
	}

	/** Runs what is missing in file order up to a step. */
	async *#runUpTo(
		goal: number,
		signal: AbortSignal,
		options: {readonly nocache?: boolean} = {},
	): AsyncGenerator<BuildEvent, LastEvent, void> {
		if (!isMissing(this.program, this.#images, goal)) {
			return {type: 'reached'};
		}

		const end = yield* this.#runner.run(goal, signal, options);
		const learning = this.#facts.learn();
		if (end.type === 'canceled') {
			// Nobody waits for an engine that may not answer.
			learning.catch(() => undefined);
			return end;
		}

		await learning;
		// Of the triggers of a FROM, a later one that failed is for the next run: the builder begins with the first.
		if (end.type === 'failed' && !isMissing(this.program, this.#images, goal)) {
			if (end.container !== null) {
				await this.#docker.removeContainer(end.container);
			}

			return {type: 'reached'};
		}

		return this.#lastEvent(end);
	}

	async #lastEvent(end: RequestEnd): Promise<LastEvent> {
		if (end.type !== 'failed') {
			return end;
		}

		const step = end.step === null ? null : this.program.steps[end.step]!;
		await this.#points.keepFailure(end.step, end.container);
		const failure = failureOf(step, end.error, {
			seconds: end.seconds,
			kept: end.container !== null,
			...imageOf(this.program, step),
			isOutOfMemory:
				end.container === null
					? null
					: await this.#docker.isOutOfMemory(end.container),
		});
		return {
			type: 'failed',
			failure: {...failure, ...(await this.#missingFor(failure))},
			others: [],
		};
	}

	async #missingFor({kind, step}: Failure): Promise<Partial<Failure> | null> {
		const copy =
			kind === 'source' && step !== null ? this.copiesOf(step) : null;
		return (
			copy &&
			explainMissing(copy, {
				program: this.program,
				request: this.#request,
				source: async () => this.snapshot({kind: 'source', step: copy.step}),
			})
		);
	}
}

type LastEvent = Extract<BuildEvent, {type: 'reached' | 'failed' | 'canceled'}>;

/** The image that a step needs from a registry, as the Dockerfile names it, and the stage that may have been meant. */
function imageOf(
	{graph}: Program,
	step: Step | null,
): {readonly image: string | null; readonly meant?: NamedStage | null} {
	const source =
		step &&
		graph.stages[step.stage]!.dependencies.find(
			({instruction, kind}) => instruction === step.index && kind === 'image',
		);
	return source?.kind === 'image'
		? {
				image: source.reference,
				meant: meantStage(graph, source.reference, source.line),
			}
		: {image: null};
}
