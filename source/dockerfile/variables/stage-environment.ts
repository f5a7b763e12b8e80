import {join} from 'node:path/posix';
import type {Command} from '../instructions/command.js';
import {Refusal} from '../refusal.js';
import {
	expandWord,
	expandWords,
	type LexerOptions,
	UnsetVariable,
	type Variables,
} from '../shell/lexer.js';
import type {ImageConfiguration} from './image-configuration.js';

// What BuildKit sets where the image says nothing (`util/system/path.go`).
const defaultPath =
	'/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Where the values of ARG come from. */
export type ArgumentValues = {
	/** `--build-arg`. */
	readonly buildArguments: Readonly<Record<string, string>>;

	/** The global scope. */
	readonly variables: Variables;

	/** The escape character. */
	readonly escape: string;
};

/** What the Dockerfile alone tells of the variables and the working directory at a point of a stage. */
export class StageEnvironment {
	/** The environment in `scratch`. */
	static ofScratch(): StageEnvironment {
		return new StageEnvironment(new Map([['PATH', defaultPath]]), true, '/');
	}

	/** The environment in an image or a named context. */
	static ofImage(): StageEnvironment {
		return new StageEnvironment(new Map(), false, null);
	}

	/** The environment in an image whose configuration is known. */
	static ofConfiguration({
		environment,
		workingDirectory,
	}: ImageConfiguration): StageEnvironment {
		return new StageEnvironment(
			new Map([['PATH', defaultPath], ...environment]),
			true,
			workingDirectory,
		);
	}

	readonly #variables: Map<string, string>;

	/** Of these, what the image says: all but the arguments. A value that isn't known is `undefined`. */
	readonly #ofImage: Map<string, string | undefined>;

	/**
	@param variables - Those that are known.
	@param isComplete - Whether there are no others: an image may bring some.
	@param directory - The working directory, or `null` when only the image knows it.
	@param ofImage - Those that aren't arguments.
	*/
	private constructor(
		variables: Variables,
		readonly isComplete: boolean,
		public directory: string | null,
		ofImage: ReadonlyMap<string, string | undefined> = variables,
	) {
		this.#variables = new Map(variables);
		this.#ofImage = new Map(ofImage);
	}

	/** What an expansion sees; of variables with the same name the one that was set last. */
	get values(): Variables {
		return this.#variables;
	}

	copy(): StageEnvironment {
		return new StageEnvironment(
			this.#variables,
			this.isComplete,
			this.directory,
			this.#ofImage,
		);
	}

	/**
	@returns What a stage has that starts from the end of this one: its arguments too, but for those that have the name of a
	variable of its image, which BuildKit sets anew (`frontend/dockerfile/dockerfile2llb/convert.go`).
	*/
	forChild(): StageEnvironment {
		const child = this.copy();
		for (const [name, value] of this.#ofImage) {
			child.#set(name, value);
		}

		return child;
	}

	/**
	@param word - A word of an instruction.
	@param options - How to read it.
	@returns It expanded, or `undefined` when that needs a variable that only the image knows.
	@throws {Refusal} When it can't be expanded, whatever the image says.
	*/
	expand(word: string, options: LexerOptions): string | undefined {
		return this.#tryExpand(onUnset =>
			expandWord(word, this.#variables, {...options, onUnset}),
		);
	}

	/**
	@param text - Words of an instruction.
	@param options - How to read them.
	@returns They, expanded and split again, or `undefined` when that needs a variable that only the image knows.
	@throws {Refusal} When they can't be expanded, whatever the image says.
	*/
	expandWords(
		text: string,
		options: LexerOptions,
	): readonly string[] | undefined {
		return this.#tryExpand(onUnset =>
			expandWords(text, this.#variables, {...options, onUnset}),
		);
	}

	/**
	Takes over what ENV, ARG and WORKDIR set.

	@param command - What an instruction says.
	@param values - Where the values of ARG come from, and the escape character.
	@throws {Refusal} When one of its words can't be expanded.
	*/
	apply(command: Command, values: ArgumentValues): void {
		const options = {escape: values.escape};

		if (command.kind === 'env') {
			this.#setAll(command.pairs, options);
		}

		if (command.kind === 'arg') {
			for (const [name, preset] of command.pairs) {
				this.#setArgument(name, preset, values);
			}
		}

		if (command.kind === 'workdir') {
			this.#changeDirectory(this.expand(command.value, options));
		}
	}

	// None of them sees another's new value.
	#setAll(
		pairs: ReadonlyArray<readonly [string, string]>,
		options: LexerOptions,
	): void {
		const expanded = pairs.map(
			([name, value]) =>
				[this.expand(name, options), this.expand(value, options)] as const,
		);

		for (const [name, value] of expanded) {
			this.#set(name, value);
			if (name !== undefined) {
				this.#ofImage.set(name, value);
			}
		}
	}

	#tryExpand<T>(expand: (onUnset: () => void) => T): T | undefined {
		let isCertain = true;
		const onUnset = (): void => {
			isCertain &&= this.isComplete;
		};

		try {
			const expanded = expand(onUnset);
			return isCertain ? expanded : undefined;
		} catch (error) {
			if (error instanceof UnsetVariable && !isCertain) {
				return undefined;
			}

			throw error;
		}
	}

	#setArgument(
		name: string,
		preset: string | null,
		values: ArgumentValues,
	): void {
		if (Object.hasOwn(values.buildArguments, name)) {
			this.#variables.set(name, values.buildArguments[name]!);
		} else if (preset !== null) {
			this.#set(name, this.expand(preset, {escape: values.escape}));
		} else if (values.variables.has(name)) {
			this.#variables.set(name, values.variables.get(name)!);
		}
	}

	#set(name: string | undefined, value: string | undefined): void {
		if (name !== undefined && value !== undefined) {
			this.#variables.set(name, value);
		} else if (name !== undefined) {
			this.#variables.delete(name);
		}
	}

	#changeDirectory(wanted: string | undefined): void {
		if (wanted === undefined) {
			this.directory = null;
		} else if (wanted.startsWith('/') || this.directory !== null) {
			this.directory = wanted.startsWith('/')
				? join('/', wanted)
				: join('/', this.directory!, wanted);
		}
	}
}

/**
@param value - A value of a command that may be unknown.
@param isRight - Whether it is right.
@param message - What to say when it isn't.
@throws {Refusal} When it is known and wrong.
*/
export function requireValue(
	value: string | undefined,
	isRight: (value: string) => boolean,
	message: (value: string) => string,
): void {
	if (value !== undefined && !isRight(value)) {
		throw new Refusal(message(value));
	}
}
