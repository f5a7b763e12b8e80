import type {Readable} from 'node:stream';
import type {
	BuildEvent,
	BuildRequest,
	BuildWarning,
	Program,
	Step,
} from '../../port.js';
import type {LegacyDocker} from '../client/docker.js';
import {EngineRefusal} from '../client/engine-refusal.js';
import {untilAborted} from '../../../until-aborted.js';
import type {BuilderError} from '../failure.js';
import {JsonLines} from '../client/json-lines.js';
import {imagesOf} from '../client/registry-access.js';
import {progressOf, RequestEvents} from './request-events.js';
import {type ContextTar, contextStamp, packContext} from './context-tar.js';
import {sendingProgress} from './sending-progress.js';
import {type BuildMessage, BuildMessages} from './build-messages.js';
import {isMissing} from './progress.js';
import {planRequest, readsContext, type RequestPlan} from './request-plan.js';
import {warningOf} from './warnings.js';

/** How a request ended. */
export type RequestEnd =
	| {readonly type: 'reached'}
	| {readonly type: 'canceled'}
	| {
			readonly type: 'failed';
			readonly error: BuilderError;
			readonly step: number | null;
			readonly seconds: number | null;

			/** Of a failed RUN: its container, which holds what it left behind. */
			readonly container: string | null;
	  };

/** Makes the requests of a session, one after the other, and keeps what each step left. */
export class RequestRunner {
	readonly #docker: LegacyDocker;
	readonly #request: BuildRequest;
	readonly #program: Program;
	readonly #images: Map<number, string>;
	readonly #warn: (warning: BuildWarning) => void;
	readonly #pulled = new Set<string>();
	#stamp: string | undefined;
	#hasChanged = false;
	#canceledSince: number | undefined;
	#claiming: Promise<void> | undefined;
	#cleaning: Promise<void> | undefined;

	/**
	@param images - What is done, by step; what a request brings is added.
	@param warn - Gets what the builder warns of.
	*/
	constructor(
		docker: LegacyDocker,
		request: BuildRequest,
		program: Program,
		{
			images,
			warn,
		}: {
			readonly images: Map<number, string>;
			readonly warn: (warning: BuildWarning) => void;
		},
	) {
		this.#docker = docker;
		this.#request = request;
		this.#program = program;
		this.#images = images;
		this.#warn = warn;
	}

	/**
	@param goal - The step to get to.
	@param options - `nocache`: nothing of it is taken from the cache.
	@returns What happens, and how it ended.
	@throws {EngineError} The engine was lost.
	*/
	async *run(
		goal: number,
		signal: AbortSignal,
		{nocache = this.#request.noCache}: {readonly nocache?: boolean},
	): AsyncGenerator<BuildEvent, RequestEnd, void> {
		await untilAborted(this.#cleaning, signal, () => undefined);
		if (signal.aborted) {
			return {type: 'canceled'};
		}

		const startedAt = Math.floor(Date.now() / 1000);
		const plan = await this.#plan(goal, signal);
		const events = new RequestEvents(plan.steps, {
			keywordOf: step => this.#step(step).keyword,
			isDone: step => plan.repeated.includes(step),
			triggersOf: step => plan.triggers.get(step) ?? [],
		});
		try {
			for (const {step, reference} of this.#toPull(plan)) {
				const error = yield* this.#pull(step, reference, signal);
				if (error) {
					return failed({step, error});
				}
			}

			const answer = yield* this.#send(plan, nocache, signal);
			for await (const message of readMessages(answer)) {
				const told = events.read(message);
				this.#claim(message, events);
				this.#keep(events);
				yield* told;
			}

			this.#keep(events);
			this.#tellWarnings(events);
			await this.#completeIds(events);
			await this.#findTriggers(plan, events);
			if (events.failure) {
				return await this.#fail(events, events.failure);
			}

			// An engine that stops ends its answer as if it were whole.
			if (isMissing(this.#program, this.#images, goal)) {
				throw new Error('the answer ended before the build');
			}

			return {type: 'reached'};
		} catch (error) {
			if (!signal.aborted) {
				const explained = this.#docker.explain(error);
				if (explained instanceof EngineRefusal) {
					return this.#fail(events, {message: explained.message, code: null});
				}

				throw explained;
			}

			this.#canceledSince ??= startedAt;
			this.#cleaning = this.#clean(events);
			return {type: 'canceled'};
		}
	}

	/** Removes what canceled requests have left on the engine. Never fails. */
	async close(): Promise<void> {
		await this.#cleaning;
		await this.#removeStrays();
	}

	/** Who cancels doesn't wait for it, for the engine may not answer; the next request does. */
	async #clean(events: RequestEvents): Promise<void> {
		await this.#removeContainer(events);
		await Promise.allSettled([this.#completeIds(events)]);
		await this.#removeStrays();
	}

	/** The containers that the builder made from images of the session and was canceled before it told of them. */
	async #removeStrays(): Promise<void> {
		if (this.#canceledSince === undefined) {
			return;
		}

		const found = await this.#docker
			.unstartedContainers(this.#canceledSince)
			.catch(() => []);
		// Of an image that the session only starts from, somebody else may make containers.
		const images = new Set(
			[...this.#images]
				.filter(([step]) => this.#step(step).index > 0)
				.map(([, image]) => image),
		);
		await Promise.all(
			found
				.filter(({image}) => images.has(image))
				.map(async ({id}) => this.#docker.removeContainer(id)),
		);
	}

	/** With `--pull`: the builder would do it for every request, and not for images that it has made itself. */
	#toPull({
		steps,
		repeated,
	}: RequestPlan): ReadonlyArray<{step: number; reference: string}> {
		return this.#request.settings?.pull === true
			? steps
					.filter(step => step !== null && !repeated.includes(step))
					.flatMap(step => {
						const {stage, index} = this.#step(step!);
						return this.#program.graph.stages[stage]!.dependencies.flatMap(
							source =>
								source.kind === 'image' && source.instruction === index
									? [{step: step!, reference: source.reference}]
									: [],
						);
					})
			: [];
	}

	async *#pull(
		step: number,
		reference: string,
		signal: AbortSignal,
	): AsyncGenerator<BuildEvent, BuilderError | null, void> {
		if (this.#pulled.has(reference)) {
			return null;
		}

		const {platform} = this.#request;
		try {
			const answer = await this.#docker.pull(reference, platform, signal);
			for await (const message of readMessages(answer)) {
				if (message.type === 'transfer') {
					yield progressOf(step, message);
				} else if (message.type === 'error') {
					return message;
				}
			}
		} catch (error) {
			if (error instanceof EngineRefusal) {
				return {message: error.message, code: null};
			}

			throw error;
		}

		this.#pulled.add(reference);
		return null;
	}

	/** What has to be repeated must be found in the cache: not what a changed context, or an address, is copied from. */
	async #plan(goal: number, signal: AbortSignal): Promise<RequestPlan> {
		const plan = planRequest(this.#program, this.#images, goal);
		if (plan.readsContext) {
			const stamp = await contextStamp(this.#request, signal);
			this.#hasChanged ||= this.#stamp !== undefined && this.#stamp !== stamp;
			this.#stamp = stamp;
		}

		const copies = plan.repeated
			.map(step => this.#step(step))
			.filter(step => readsContext(step));
		const isLost =
			copies.length > 0 &&
			(this.#hasChanged || copies.some(({text}) => /\bhttps?:/v.test(text)));
		return isLost
			? planRequest(this.#program, this.#images, goal, {exact: true})
			: plan;
	}

	/** The engine answers when it has all of the context: until then, how much it took is told. */
	async *#send(
		plan: RequestPlan,
		nocache: boolean,
		signal: AbortSignal,
	): AsyncGenerator<BuildEvent, Readable, void> {
		const tar = await packContext(
			plan.readsContext ? this.#request : null,
			plan.dockerfile,
		);
		const answer = this.#ask(plan, tar, nocache, signal);
		// It is awaited below, maybe only after it has failed.
		answer.catch(() => undefined);
		try {
			return yield* sendingProgress(tar.sent, answer);
		} catch (error) {
			// Nobody reads on.
			tar.stream.destroy();
			throw error;
		}
	}

	async #ask(
		plan: RequestPlan,
		{stream, dockerfile}: ContextTar,
		nocache: boolean,
		signal: AbortSignal,
	): Promise<Readable> {
		const repeated = plan.repeated
			.map(step => this.#images.get(step)!)
			.filter(id => id !== '');
		// Only what the session has made itself counts as cached then.
		const isPinned = nocache && repeated.length > 0;
		return this.#docker.build(
			stream,
			{
				dockerfile,
				buildargs: this.#request.buildArguments,
				platform: this.#request.platform,
				settings: this.#request.settings,
				references: imagesOf(this.#program),
				nocache: nocache && !isPinned,
				cachefrom: isPinned ? repeated : [],
			},
			signal,
		);
	}

	/** Of other instructions than RUN, a container is there for a moment. */
	#claim({type}: BuildMessage, {container, step}: RequestEvents): void {
		if (
			type === 'container' &&
			container !== null &&
			step !== null &&
			this.#step(step).keyword === 'RUN'
		) {
			this.#claiming = this.#docker.claim(container);
		}
	}

	#tellWarnings({warnings}: RequestEvents): void {
		for (const told of warnings) {
			const warning = warningOf(told, this.#program, this.#request);
			if (warning) {
				this.#warn(warning);
			}
		}
	}

	#keep({images}: RequestEvents): void {
		for (const [step, image] of images) {
			if (!this.#images.get(step)?.includes(image)) {
				this.#images.set(step, image);
			}
		}
	}

	/** The builder tells the first digits of an id; FROM needs all of them to take it for one. */
	async #completeIds({images}: RequestEvents): Promise<void> {
		await Promise.all(
			[...images]
				.filter(([, image]) => image !== '' && !image.startsWith('sha256:'))
				.map(async ([step, image]) => {
					const {id} = await this.#docker.image(image);
					this.#images.set(step, id);
				}),
		);
	}

	/** Of the triggers of a FROM only the last one's image is told: the others are what it, or what failed, was made from. */
	async #findTriggers(
		{triggers}: RequestPlan,
		{container, failure, step: failed}: RequestEvents,
	): Promise<void> {
		const started =
			failure && container
				? await this.#docker.imageOfContainer(container)
				: null;
		for (const steps of triggers.values()) {
			const end = steps.findLastIndex(step => this.#images.has(step));
			const failedAt = failed === null ? -1 : steps.indexOf(failed);
			let [at, place] =
				started !== null && failedAt > 0
					? [started, failedAt - 1]
					: [this.#images.get(steps[end]!) ?? '', end];
			for (; place >= 0 && at !== ''; place--) {
				this.#images.set(steps[place]!, at);
				// eslint-disable-next-line no-await-in-loop -- one leads to the next
				({parent: at} = await this.#docker.image(at));
			}
		}
	}

	async #fail(events: RequestEvents, error: BuilderError): Promise<RequestEnd> {
		const {step, seconds, container} = events;
		const isRun = step !== null && this.#step(step).keyword === 'RUN';
		if (!isRun) {
			await this.#removeContainer(events);
		}

		// What is told to have failed is known for ours.
		await this.#claiming;
		return {
			type: 'failed',
			error,
			step,
			seconds,
			container: isRun ? container : null,
		};
	}

	async #removeContainer({container}: RequestEvents): Promise<void> {
		if (container !== null) {
			await this.#docker.removeContainer(container);
		}
	}

	#step(step: number): Step {
		return this.#program.steps[step]!;
	}
}

function failed({
	step,
	error,
}: {
	readonly step: number;
	readonly error: BuilderError;
}): RequestEnd {
	return {type: 'failed', error, step, seconds: null, container: null};
}

async function* readMessages(
	answer: Readable,
): AsyncGenerator<BuildMessage, void, void> {
	const lines = new JsonLines();
	const messages = new BuildMessages();
	for await (const chunk of answer as AsyncIterable<Uint8Array>) {
		for (const raw of lines.push(chunk)) {
			const message = messages.read(raw);
			if (message !== null) {
				yield message;
			}
		}
	}
}
