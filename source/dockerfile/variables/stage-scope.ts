import type {Command} from '../instructions/command.js';
import {Refusal} from '../refusal.js';
import type {GlobalArgument} from '../types.js';
import {defaultShell, settingsOf} from './image-settings.js';
import type {ImageConfiguration} from './image-configuration.js';
import {changedSettings, secretVariable} from './scope-changes.js';
import {
	type Entries,
	type Entry,
	mapEntries,
	withEntries,
} from './scope-entries.js';
import {type ArgumentValues, StageEnvironment} from './stage-environment.js';
import type {
	Setting,
	SettingName,
	Variable,
	VariableOrigin,
	Variables,
} from './types.js';

/** A command, as it is shown, and the line it stands on. */
export type LocatedCommand = {
	readonly command: Command;

	/** The instruction as one line. */
	readonly text: string;
	readonly line: number;
};

/** What the values of arguments depend on. */
export type ScopeContext = ArgumentValues & {
	readonly globalArguments: readonly GlobalArgument[];
};

type Contents = {
	readonly environment: StageEnvironment;
	readonly variables: Entries<string | null>;
	readonly arguments: Entries<string | null>;
	readonly settings: ReadonlyMap<SettingName, Entry<string>>;

	/** Environment variables of one RUN that hold a secret. */
	readonly secrets: Entries<null>;
};

/** What holds at a point of a stage, and where each value came from. Nothing changes it: `with` makes the next one. */
export class StageScope {
	/** Before the first instruction after `FROM scratch`. */
	static ofScratch(context: ScopeContext, platform: string): StageScope {
		return StageScope.#of(context, {
			environment: StageEnvironment.ofScratch(),
			origin: {kind: 'predefined'},
			configuration: null,
			settings: [
				['workdir', '/'],
				['shell', defaultShell],
				['platform', platform],
			],
		});
	}

	/**
	@param reference - Of the image, or the name of the named context.
	@param configuration - `null` when it isn't known: then nothing is told of what it sets.
	*/
	static ofImage(
		context: ScopeContext,
		reference: string,
		configuration: ImageConfiguration | null,
		platform: string,
	): StageScope {
		return StageScope.#of(context, {
			environment: configuration
				? StageEnvironment.ofConfiguration(configuration)
				: StageEnvironment.ofImage(),
			origin: {kind: 'base', reference},
			configuration,
			settings: configuration
				? settingsOf(configuration, platform)
				: [['platform', platform]],
		});
	}

	static #of(
		context: ScopeContext,
		{
			environment,
			origin,
			configuration,
			settings,
		}: {
			readonly environment: StageEnvironment;
			readonly origin: VariableOrigin;
			readonly configuration: ImageConfiguration | null;
			readonly settings: ReadonlyArray<readonly [SettingName, string]>;
		},
	): StageScope {
		const ofImage = new Set(configuration?.environment.map(([name]) => name));
		const variables = [...environment.values].map(
			([name, value]) =>
				[
					name,
					{
						value,
						origin: ofImage.has(name)
							? origin
							: ({kind: 'predefined'} as const),
					},
				] as const,
		);
		return new StageScope(context, {
			environment,
			variables: new Map(variables),
			arguments: new Map(),
			settings: new Map(
				settings.map(([name, value]) => [
					name,
					{
						value,
						origin:
							name === 'shell' && configuration?.shell === null
								? {kind: 'predefined'}
								: origin,
					},
				]),
			),
			secrets: new Map(),
		});
	}

	readonly context: ScopeContext;
	readonly contents: Contents;

	private constructor(context: ScopeContext, contents: Contents) {
		this.context = context;
		this.contents = contents;
	}

	/** What an expansion sees, by name. */
	get values(): ReadonlyMap<string, string> {
		return this.contents.environment.values;
	}

	/**
	@param stage - The one that this is the end of.
	@param platform - `--platform` of the stage that starts from it, or `null`.
	@returns What that stage starts with.
	*/
	inherit(stage: number, platform: string | null): StageScope {
		const inherited = <Value>(entries: Entries<Value>) =>
			mapEntries(entries, origin =>
				origin.kind === 'instruction' ? {kind: 'stage', stage} : origin,
			);
		const settings = inherited(this.contents.settings) as Map<
			SettingName,
			Entry<string>
		>;
		if (platform !== null) {
			settings.set('platform', {value: platform, origin: {kind: 'predefined'}});
		}

		return new StageScope(this.context, {
			environment: this.contents.environment.forChild(),
			variables: inherited(this.contents.variables),
			arguments: inherited(this.contents.arguments),
			settings,
			secrets: new Map(),
		});
	}

	/**
	@returns What holds after the command. One that can't be expanded changes nothing: the build stops there.
	*/
	with(located: LocatedCommand): StageScope {
		const environment = this.contents.environment.copy();
		try {
			const changes = this.#changes(located, environment);
			return new StageScope(this.context, {
				...this.contents,
				secrets: new Map(),
				...changes,
				environment,
			});
		} catch (error) {
			if (error instanceof Refusal) {
				return new StageScope(this.context, {
					...this.contents,
					secrets: new Map(),
				});
			}

			throw error;
		}
	}

	/**
	@param before - What held before; without it, everything counts as changed.
	*/
	describe(before: StageScope | undefined): Variables {
		const list = (
			kind: Variable['kind'],
			entries: Entries<string | null>,
			earlier: Entries<string | null> | undefined,
		): readonly Variable[] =>
			[...entries].map(([name, entry]) => ({
				name,
				...entry,
				changed: earlier?.get(name) !== entry,
				kind,
			}));
		const {variables, arguments: given, settings, secrets} = this.contents;
		return {
			variables: [
				...list('argument', given, before?.contents.arguments),
				...list('environment', variables, before?.contents.variables),
				...list('environment', secrets, undefined),
			],
			settings: [...settings]
				.map(([name, entry]): Setting => ({
					name,
					...entry,
					changed: before?.contents.settings.get(name) !== entry,
				}))
				.filter(({value, changed}) => value !== '' || changed),
		};
	}

	#changes(
		{command, text, line}: LocatedCommand,
		environment: StageEnvironment,
	): Partial<Contents> {
		const {contents, context} = this;
		const origin = {kind: 'instruction', line} as const;
		const options = {escape: context.escape};
		const expand = (word: string): string =>
			contents.environment.expand(word, options) ?? word;
		environment.apply(command, context);

		switch (command.kind) {
			case 'env': {
				const names = command.pairs.map(([name]) => expand(name));
				return {
					variables: withEntries(
						contents.variables,
						names.map(name => [
							name,
							{value: environment.values.get(name) ?? null, origin},
						]),
					),
				};
			}

			case 'arg': {
				return {
					arguments: withEntries(
						contents.arguments,
						command.pairs.map(([name, preset]) => [
							name,
							{
								value: environment.values.get(name) ?? null,
								origin: this.#originOf(name, preset, line),
							},
						]),
					),
				};
			}

			case 'run': {
				return {
					secrets: new Map(
						command.mounts.flatMap(mount => secretVariable(mount, expand)),
					),
				};
			}

			default: {
				const changed = changedSettings(
					{command, text},
					{
						earlier: contents.settings,
						directory: environment.directory,
						expand,
						expandAll: words =>
							contents.environment.expandWords(words, options) ?? [words],
					},
				);
				return {
					settings: withEntries(
						contents.settings,
						changed.map(([name, value]) => [name, {value, origin}]),
					),
				};
			}
		}
	}

	#originOf(name: string, preset: string | null, line: number): VariableOrigin {
		const {buildArguments, globalArguments, variables} = this.context;
		if (Object.hasOwn(buildArguments, name)) {
			return {kind: 'build-arg'};
		}

		const global = globalArguments.findLast(given => given.name === name);
		if (preset !== null || (!variables.has(name) && !global)) {
			return {kind: 'instruction', line};
		}

		return global ? {kind: 'global', line: global.line} : {kind: 'predefined'};
	}
}
