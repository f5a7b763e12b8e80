import {UsageError} from '../../errors.js';
import {
	contextName,
	parseImageReference,
} from '../instructions/image-reference.js';
import {Refusal} from '../refusal.js';
import {expandWord} from '../shell/lexer.js';
import type {Base, Via} from '../types.js';

/** What a stage reads from: a stage of the file, or a name of something outside it. */
export type Target = {readonly stage: number} | {readonly outside: string};

const scratch = 'scratch';

// `--build-context` can't replace these.
const reserved = new Set([scratch, 'context']);

// Go's `strconv.Atoi`, but for numbers that no list is long enough for.
const number = /^[\-+]?\d{1,18}$/v;

/** The names and numbers that a Dockerfile's stages go by, as BuildKit looks them up. */
export class KnownSources {
	/* BuildKit keeps what is outside the file in the list of stages too, so a COPY --from can name it by number. */
	readonly #numbered: Target[] = [];
	readonly #byName = new Map<string, number>();
	readonly #contexts: ReadonlySet<string>;
	#stageCount = 0;

	/**
	@param namedContexts - The names given with `--build-context`.
	@param escape - The escape character.
	@throws {UsageError} When a context has an impossible name.
	*/
	constructor(
		namedContexts: readonly string[],
		readonly escape: string,
	) {
		this.#contexts = new Set(
			namedContexts.map(name => {
				try {
					return contextName(name);
				} catch (error) {
					throw error instanceof Refusal
						? new UsageError(
								`The name of a --build-context is wrong: ${error.message}.`,
								{
									cause: error,
								},
							)
						: error;
				}
			}),
		);
	}

	/**
	Adds the next stage of the file.

	@param name - Its name, in lower case.
	*/
	addStage(name: string | null): void {
		this.#numbered.push({stage: this.#stageCount});
		if (name !== null) {
			this.#byName.set(name, this.#stageCount);
		}

		this.#stageCount++;
	}

	/**
	@param name - The name of a stage.
	@returns The named context that takes the stage's place.
	@throws {Refusal} When no image could have the name: BuildKit looks every stage up among the named contexts.
	*/
	replacementOf(name: string): string | undefined {
		if (reserved.has(name)) {
			return undefined;
		}

		try {
			const context = contextName(name);
			return this.#contexts.has(context) ? context : undefined;
		} catch (error) {
			throw error instanceof Refusal
				? new Refusal(
						`"${name}" is no valid stage name: BuildKit takes only a name that an image could have`,
					)
				: error;
		}
	}

	/**
	@param name - What FROM names, expanded. Only a stage that was added before counts, by exactly its name.
	@returns What it stands for.
	@throws {Refusal} When it is neither a stage nor a possible image.
	*/
	findBase(name: string): Base {
		const stage = this.#byName.get(name);
		return stage === undefined
			? this.resolveOutside(name)
			: {kind: 'stage', stage};
	}

	/**
	@param from - What COPY or a mount names, once all stages are added. COPY takes numbers too.
	@param via - By which instruction.
	@returns What it stands for: of several stages with one name the last, in any case.
	@throws {Refusal} When there is no stage of that number, it holds a variable, or it is neither a stage nor a possible image.
	*/
	lookUp(from: string, via: Via): Target {
		const target =
			(via === 'COPY --from' ? this.#findNumber(from) : undefined) ??
			this.#findName(from);

		if ('outside' in target) {
			this.#numbered.push(target);
		}

		return target;
	}

	/**
	@param name - The name of something outside the file.
	@returns What it stands for.
	@throws {Refusal} When no image can have this name.
	*/
	resolveOutside(name: string): Exclude<Base, {kind: 'stage'}> {
		if (name === scratch) {
			return {kind: 'scratch'};
		}

		parseImageReference(name);
		const context = contextName(name);
		return this.#contexts.has(context)
			? {kind: 'context', name: context}
			: {kind: 'image', reference: name};
	}

	#findName(from: string): Target {
		const stage = this.#byName.get(from.toLowerCase());
		if (stage !== undefined) {
			return {stage};
		}

		this.resolveOutside(from);
		return {outside: from};
	}

	#findNumber(from: string): Target | undefined {
		if (expandWord(from, new Map(), {escape: this.escape}) !== from) {
			throw new Refusal(
				`--from=${from} can't hold a variable, a quote or an escape: give the image a stage of its own (FROM ${from} AS name) and copy from that`,
			);
		}

		if (!number.test(from)) {
			return undefined;
		}

		const target = this.#numbered[Number(from)];
		if (target === undefined) {
			throw new Refusal(
				this.#stageCount === 1
					? `there is no stage ${from}: the only stage is 0`
					: `there is no stage ${from}: the stages are 0 to ${this.#stageCount - 1}`,
			);
		}

		return target;
	}
}
