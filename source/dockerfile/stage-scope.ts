import type {Command, Mount} from './command.js';
import {defaultShell, settingsOf} from './image-settings.js';
import type {ImageConfiguration} from './image-configuration.js';
import {Refusal} from './refusal.js';
import {type ArgumentValues, StageEnvironment} from './stage-environment.js';
import type {GlobalArgument} from './types.js';
import type {
	Setting,
	SettingName,
	Variable,
	VariableOrigin,
	Variables,
} from './variable-types.js';

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

type Entry<Value> = {readonly value: Value; readonly origin: VariableOrigin};
type Entries<Value> = ReadonlyMap<string, Entry<Value>>;

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
			environment: this.contents.environment.copy(),
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
		if (preset !== null || !variables.has(name)) {
			return {kind: 'instruction', line};
		}

		return global ? {kind: 'global', line: global.line} : {kind: 'predefined'};
	}
}

type SettingContext = {
	readonly earlier: ReadonlyMap<SettingName, Entry<string>>;
	readonly directory: string | null;
	readonly expand: (word: string) => string;
	readonly expandAll: (words: string) => readonly string[];
};

/** What an instruction without variables of its own sets. */
function changedSettings(
	{command, text}: Pick<LocatedCommand, 'command' | 'text'>,
	{earlier, directory, expand, expandAll}: SettingContext,
): ReadonlyArray<readonly [SettingName, string]> {
	const added = (name: SettingName, values: readonly string[]): string =>
		[...new Set([...linesOf(earlier.get(name)?.value), ...values])].join('\n');

	switch (command.kind) {
		case 'user': {
			return [['user', expand(command.value)]];
		}

		case 'workdir': {
			return [['workdir', directory ?? expand(command.value)]];
		}

		case 'label': {
			const labels = new Map(
				linesOf(earlier.get('labels')?.value).map(label => [
					label.split('=', 1)[0]!,
					label,
				]),
			);
			for (const [name, value] of command.pairs) {
				labels.set(expand(name), `${expand(name)}=${expand(value)}`);
			}

			return [['labels', [...labels.values()].join('\n')]];
		}

		case 'expose': {
			return [
				[
					'ports',
					added(
						'ports',
						command.values.flatMap(value => expandAll(value)),
					),
				],
			];
		}

		case 'volume': {
			return [
				[
					'volumes',
					added(
						'volumes',
						command.values.map(value => expand(value)),
					),
				],
			];
		}

		case 'stopsignal': {
			return [['stop signal', expand(command.value)]];
		}

		case 'other': {
			return writtenSettings(text, earlier);
		}

		default: {
			return [];
		}
	}
}

function linesOf(text = ''): readonly string[] {
	return text === '' ? [] : text.split('\n');
}

const written: ReadonlyMap<string, SettingName> = new Map([
	['CMD', 'command'],
	['ENTRYPOINT', 'entrypoint'],
	['SHELL', 'shell'],
	['HEALTHCHECK', 'healthcheck'],
]);

/** ENTRYPOINT takes away the command of the base, unless the stage has set one (BuildKit's `dispatchEntrypoint`). */
function writtenSettings(
	text: string,
	earlier: SettingContext['earlier'],
): ReadonlyArray<readonly [SettingName, string]> {
	const [keyword = ''] = text.split(' ', 1);
	const name = written.get(keyword);
	if (name === undefined) {
		return [];
	}

	const command = earlier.get('command');
	const losesCommand =
		name === 'entrypoint' &&
		command !== undefined &&
		command.value !== '' &&
		command.origin.kind !== 'instruction';
	return [
		[name, text.slice(keyword.length).trim()],
		...(losesCommand ? [['command', ''] as const] : []),
	];
}

/** The variable that `--mount=type=secret,env=…` sets, if the mount is one. */
function secretVariable(
	{options}: Mount,
	expand: (word: string) => string,
): ReadonlyArray<readonly [string, Entry<null>]> {
	const given = new Map(
		options.map(({key, value}) => [
			key,
			value === undefined ? '' : expand(value),
		]),
	);
	const name = given.get('env');
	return given.get('type')?.toLowerCase() === 'secret' && name
		? [
				[
					name,
					{
						value: null,
						origin: {kind: 'secret', id: given.get('id') ?? name},
					},
				],
			]
		: [];
}

/** What is set anew goes to the end, as the newest. */
function withEntries<Key extends string, Value>(
	entries: ReadonlyMap<Key, Entry<Value>>,
	added: ReadonlyArray<readonly [Key, Entry<Value>]>,
): ReadonlyMap<Key, Entry<Value>> {
	const next = new Map(entries);
	for (const [name, entry] of added) {
		next.delete(name);
		next.set(name, entry);
	}

	return next;
}

function mapEntries<Value>(
	entries: Entries<Value>,
	originOf: (origin: VariableOrigin) => VariableOrigin,
): Map<string, Entry<Value>> {
	return new Map(
		[...entries].map(([name, {value, origin}]) => [
			name,
			{value, origin: originOf(origin)},
		]),
	);
}
