import {Buffer} from 'node:buffer';
import type {BuildEvent} from '../../port.js';
import type {BuildMessage} from './build-messages.js';

/** What starts at once; of the other instructions only a container shows that they aren't found in the cache. */
const withoutContainer = new Set(['COPY', 'ADD']);

/** Turns the messages of one request, which count its instructions, into events, which speak of steps. */
export class RequestEvents {
	/** By step: the image that it left, by as much of its id as was told. */
	readonly images = new Map<number, string>();

	/** The step that the builder is at, or `null` at an instruction that was done before. */
	step: number | null = null;

	/** The container in which it runs, by the first digits of its id. */
	container: string | null = null;

	/** What the builder warned of, and at which step. */
	readonly warnings: Array<{
		readonly text: string;
		readonly step: number | null;
	}> = [];

	/** Why the request ended before its end. */
	failure: Extract<BuildMessage, {type: 'error'}> | null = null;

	readonly #steps: ReadonlyArray<number | null>;
	readonly #keywordOf: (step: number) => string;
	readonly #isDone: (step: number) => boolean;
	readonly #triggersOf: (step: number) => readonly number[];
	#startedAt: number | null = null;
	#isCached = false;
	#lastImage: number | null = null;

	/** The place of the next instruction. */
	#next = 0;

	/** The triggers of the FROM that the builder is at which it has still to begin with. */
	#triggers: readonly number[] = [];

	/** Whether the builder is at a trigger. */
	#isTrigger = false;

	/** The trigger that ended last. */
	#ended: number | null = null;

	/**
	@param steps - Which step each instruction of the request is.
	@param options - `isDone` tells whether a step was done before the request; nothing is told of it unless it runs again.
	`triggersOf` tells the steps that are the ONBUILD triggers of a FROM.
	*/
	constructor(
		steps: ReadonlyArray<number | null>,
		options: {
			readonly keywordOf: (step: number) => string;
			readonly isDone: (step: number) => boolean;
			readonly triggersOf: (step: number) => readonly number[];
		},
	) {
		this.#steps = steps;
		this.#keywordOf = options.keywordOf;
		this.#isDone = options.isDone;
		this.#triggersOf = options.triggersOf;
	}

	/** @returns How long the step that the builder is at has been running, in seconds; `null` when it never started. */
	get seconds(): number | null {
		return this.#startedAt === null
			? null
			: (Date.now() - this.#startedAt) / 1000;
	}

	/** @returns What the message says, in order. */
	read(message: BuildMessage): readonly BuildEvent[] {
		switch (message.type) {
			case 'step': {
				return this.#begin(message.number);
			}

			case 'cached': {
				this.#isCached = true;
				return this.#triggers.length > 0 ? this.#endCachedTrigger() : [];
			}

			case 'container': {
				const passed = this.#passTriggers();
				this.container = message.id;
				return [...passed, ...this.#start()];
			}

			case 'removed': {
				return this.#isTrigger ? this.#endTrigger() : [];
			}

			case 'image': {
				return [...this.#endTriggers(), ...this.#end(message.id)];
			}

			case 'result': {
				if (this.#lastImage !== null) {
					this.images.set(this.#lastImage, message.id);
				}

				return [];
			}

			case 'output': {
				return this.step === null
					? []
					: [
							{
								type: 'log',
								step: this.step,
								data: Buffer.from(message.text),
							},
						];
			}

			case 'transfer': {
				return [...this.#start(), progressOf(this.step, message)];
			}

			case 'warning': {
				this.warnings.push({text: message.text, step: this.step});
				return [];
			}

			case 'error': {
				this.#fail(message);
				return [];
			}
		}
	}

	/** @param number - Of an instruction, counted from 1. */
	#begin(number: number): readonly BuildEvent[] {
		this.#next = number;
		this.#goTo(this.#steps[number - 1] ?? null);
		this.#isTrigger = false;
		this.#triggers = this.step === null ? [] : this.#triggersOf(this.step);
		return this.step !== null &&
			withoutContainer.has(this.#keywordOf(this.step)) &&
			!this.#isDone(this.step)
			? this.#start()
			: [];
	}

	#goTo(step: number | null): void {
		this.step = step;
		this.container = null;
		this.#startedAt = null;
		this.#isCached = false;
	}

	#goToTrigger(): void {
		const [next, ...others] = this.#triggers;
		this.#goTo(next!);
		this.#triggers = others;
		this.#isTrigger = true;
	}

	/** Of a trigger, no image is told but the last one's. */
	#endTrigger(): readonly BuildEvent[] {
		const {step} = this;
		this.#isTrigger = false;
		this.#ended = step;
		const event: BuildEvent =
			this.#isCached || this.seconds === null
				? {type: 'cached', step: step!}
				: {type: 'done', step: step!, seconds: this.seconds};
		return this.#isDone(step!) && event.type === 'cached' ? [] : [event];
	}

	#endCachedTrigger(): readonly BuildEvent[] {
		this.#goToTrigger();
		this.#isCached = true;
		return this.#endTrigger();
	}

	/** The builder has done what it says nothing of, COPY and ADD, and begins with the first trigger that it does say something of. */
	#passTriggers(): readonly BuildEvent[] {
		const events: BuildEvent[] = [];
		while (this.#triggers.length > 0) {
			this.#goToTrigger();
			if (!withoutContainer.has(this.#keywordOf(this.step!))) {
				break;
			}

			events.push(...this.#endSilentTrigger());
		}

		return events;
	}

	#endSilentTrigger(): readonly BuildEvent[] {
		this.#startedAt = Date.now();
		return this.#endTrigger();
	}

	/** The FROM is done with its last trigger, whose image is told. */
	#endTriggers(): readonly BuildEvent[] {
		const events: BuildEvent[] = [];
		while (this.#triggers.length > 1) {
			this.#goToTrigger();
			events.push(...this.#endSilentTrigger());
		}

		if (this.#triggers.length > 0) {
			this.#goToTrigger();
			this.#startedAt = Date.now();
		}

		return events;
	}

	#fail(message: Extract<BuildMessage, {type: 'error'}>): void {
		this.failure = message;
		if (isRefusedName(message)) {
			// The builder looks at the name before it begins with the FROM.
			this.#goTo(this.#steps[this.#next] ?? null);
		} else if (!this.#isTrigger && this.#triggers.length > 0) {
			// What failed without a container is the next thing that needs none.
			this.#goToTrigger();
		}
	}

	#start(): readonly BuildEvent[] {
		if (this.step === null || this.#startedAt !== null) {
			return [];
		}

		this.#startedAt = Date.now();
		return [{type: 'started', step: this.step, at: this.#startedAt}];
	}

	#end(image: string): readonly BuildEvent[] {
		const {step} = this;
		this.#isTrigger = false;
		this.#lastImage = step;
		if (step === null) {
			return [];
		}

		this.images.set(step, image);
		if (this.#ended === step) {
			return [];
		}

		const {seconds} = this;
		if (this.#isDone(step) && (this.#isCached || seconds === null)) {
			return [];
		}

		return [
			this.#isCached || seconds === null
				? {type: 'cached', step}
				: {type: 'done', step, seconds},
		];
	}
}

/**
@returns Whether the builder refuses a FROM for the name of its stage (moby/moby builder/dockerfile/dispatchers.go).
*/
export function isRefusedName({message}: {readonly message: string}): boolean {
	return message.endsWith(' stage name already used');
}

/**
@param step - For which it moves, or `null`.
*/
export function progressOf(
	step: number | null,
	{id, status, current, total}: Extract<BuildMessage, {type: 'transfer'}>,
): BuildEvent {
	return {
		type: 'progress',
		step,
		progress: {
			id: `${step} ${id}`,
			label: id === '' ? status : `${status} ${id}`,
			current,
			total,
			finished: id === '' || /^(?:Pull complete|Already exists)/v.test(status),
		},
	};
}
