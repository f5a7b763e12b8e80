import {createHash} from 'node:crypto';
import {posix} from 'node:path';
import {isGitSource} from '../../../dockerfile/instructions/copy-checks.js';
import type {Command} from '../../../dockerfile/instructions/command.js';
import {readInstructions} from '../../../dockerfile/instructions/read.js';
import {
	commandsIn,
	type RunningCommand,
} from '../../../dockerfile/stages/runs-in.js';
import {Refusal} from '../../../dockerfile/refusal.js';
import {expandWord} from '../../../dockerfile/shell/lexer.js';
import type {Dependency} from '../../../dockerfile/types.js';
import {defaultShell} from '../../../dockerfile/variables/image-settings.js';
import {
	type SettingName,
	VariableReader,
	type Variables,
} from '../../../dockerfile/variables/read.js';
import type {
	CopyOperation,
	CopySource,
	CopyStep,
} from '../../../filesystem/provenance/copies.js';
import type {
	BuildRequest,
	Program,
	Step,
	StepInputs,
	StepProcess,
} from '../../port.js';
import type {BaseImages} from './base-images.js';

type Copy = Extract<Command, {kind: 'add' | 'copy'}>;

/** All paths of the build context, as `StepInputs.contextFiles` spells them. */
const wholeContext = ['.'];

/**
What each step reads and depends on, from our own reading of the Dockerfile and from the images that the engine has: the
legacy builder itself tells nothing of it. What it goes by is in moby/moby builder/dockerfile, dispatchers.go and copy.go.
*/
export class StepFacts {
	readonly #program: Program;
	readonly #request: Pick<
		BuildRequest,
		'platform' | 'buildArguments' | 'settings'
	>;

	readonly #images: BaseImages;
	readonly #commands: ReadonlyArray<readonly RunningCommand[]>;
	readonly #reader: VariableReader;
	readonly #keys = new Map<number, string>();

	/**
	@param program - Its steps' keys and its stages' base configurations aren't looked at.
	@param options - `platform` is the engine's own.
	@param images - What the engine has of the images that the program names.
	*/
	constructor(
		program: Program,
		{
			request,
			platform,
		}: {
			readonly request: Pick<
				BuildRequest,
				'platform' | 'buildArguments' | 'target' | 'settings'
			>;
			readonly platform: string;
		},
		images: BaseImages,
	) {
		const {graph} = program;
		this.#program = program;
		this.#request = request;
		this.#images = images;
		this.#commands = commandsIn(
			readInstructions(graph.source, graph.filename).stages,
			graph.stages,
		);
		this.#reader = new VariableReader(
			graph,
			new Map(
				graph.stages.flatMap(({index, base}) => {
					const image =
						base.kind === 'image' ? images.get(base.reference) : undefined;
					return image ? [[index, image.configuration] as const] : [];
				}),
			),
			{
				buildArguments: request.buildArguments,
				target: request.target,
				buildPlatform: platform,
				targetPlatform: request.platform ?? platform,
				automaticArguments: 'none',
			},
		);
	}

	/**
	@param step - A step's id.
	@returns The same in two programs for the same operation on the same inputs, the contents of the build context apart;
	`null` when the step isn't built for the target.
	*/
	keyOf(step: number): string | null {
		if (!this.#isBuilt(step)) {
			return null;
		}

		const known = this.#keys.get(step);
		if (known !== undefined) {
			return known;
		}

		const {environment, settings, inputs} = this.#ingredients(step);
		const key = createHash('sha256')
			.update(
				JSON.stringify([
					this.#textOf(step),
					environment,
					settings,
					inputs.map(input => input.key),
				]),
			)
			.digest('base64url');
		this.#keys.set(step, key);
		return key;
	}

	/**
	@param step - A step's id.
	@returns What its result depends on, or `null` when it isn't built for the target.
	*/
	inputsOf(step: number): StepInputs | null {
		const key = this.keyOf(step);
		return key === null
			? null
			: {
					key,
					text: this.#textOf(step),
					...this.#ingredients(step),
					contextFiles: this.#contextFiles(step),
				};
	}

	/**
	@param step - A step's id.
	@returns The process that it starts; `null` when it is not a RUN, or isn't built for the target.
	*/
	processOf(step: number): StepProcess | null {
		const {stage, index} = this.#step(step);
		const {command} = this.#commands[stage]![index]!;
		if (command.kind !== 'run' || !this.#isBuilt(step)) {
			return null;
		}

		const {environment, settings} = this.#ingredients(step);
		const shell = JSON.parse(settings['shell'] || defaultShell) as string[];
		const network = this.#request.settings?.network;
		return {
			arguments: command.isJson ? command.words : [...shell, ...command.words],
			environment,
			user: settings['user'] ?? '',
			directory: settings['working directory'] || '/',
			network: network === 'none' || network === 'host' ? network : 'default',
		};
	}

	/**
	@param step - A step's id.
	@returns What it copies and from where; `null` when it copies nothing, or isn't built for the target.
	*/
	copiesOf(step: number): CopyStep | null {
		const command = this.#copyOf(step);
		if (!command || !this.#isBuilt(step)) {
			return null;
		}

		const destination = this.#destination(step, command);
		const from = this.#sourceOf(step);
		return {
			step,
			operations: command.sources
				.map(source => this.#expand(step, source))
				.map((source): CopyOperation =>
					command.from === '' && isRemote(source)
						? {
								from: {kind: 'address', address: source},
								source: nameInAddress(source),
								destination,
								isLiteral: true,
							}
						: {
								from,
								source: withoutRoot(source),
								destination,
								...(command.kind === 'add' && {unpacks: true}),
							},
				),
		};
	}

	#ingredients(
		step: number,
	): Pick<StepInputs, 'environment' | 'settings' | 'inputs'> {
		const {keyword, stage, index} = this.#step(step);
		const {variables, settings}: Variables =
			keyword === 'RUN'
				? this.#reader.after(stage, index - 1)
				: {variables: [], settings: []};
		const settingOf = (name: SettingName): string =>
			settings.find(setting => setting.name === name)?.value ?? '';
		return {
			environment: Object.fromEntries(
				variables.flatMap(({name, value}) =>
					value === null ? [] : [[name, value]],
				),
			),
			settings: this.#settingsOf(step, settingOf),
			inputs: this.#inputsOf(step),
		};
	}

	#settingsOf(
		step: number,
		settingOf: (name: SettingName) => string,
	): StepInputs['settings'] {
		const {keyword, stage} = this.#step(step);
		const {platform} = this.#program.graph.stages[stage]!;
		const copy = this.#copyOf(step);
		switch (keyword) {
			case 'RUN': {
				return {
					shell: settingOf('shell'),
					user: settingOf('user'),
					'working directory': settingOf('workdir'),
				};
			}

			case 'FROM': {
				const wanted = platform ?? this.#request.platform;
				return wanted === undefined ? {} : {platform: wanted};
			}

			default: {
				return copy ? {destination: this.#destination(step, copy)} : {};
			}
		}
	}

	#inputsOf(step: number): StepInputs['inputs'] {
		const {stage, index} = this.#step(step);
		const ownStage = this.#program.graph.stages[stage]!;
		return [
			...(index > 0
				? [{name: 'the step before', key: this.keyOf(step - 1)!}]
				: []),
			...ownStage.dependencies
				.filter(({instruction}) => instruction === index)
				.map(dependency => this.#inputOf(dependency)),
		];
	}

	#inputOf(dependency: Dependency): StepInputs['inputs'][number] {
		switch (dependency.kind) {
			case 'stage': {
				const {name, steps} = this.#program.stages[dependency.stage]!;
				return {
					name: `the stage ${name ?? dependency.stage}`,
					key: this.keyOf(steps.at(-1)!)!,
				};
			}

			case 'image': {
				const {reference} = dependency;
				return {
					name: `the image ${reference}`,
					key: this.#images.get(reference)?.id ?? reference,
				};
			}

			case 'context': {
				return {
					name: `the context ${dependency.name}`,
					key: dependency.name,
				};
			}
		}
	}

	#contextFiles(step: number): readonly string[] | null {
		const {stage, index} = this.#step(step);
		const {base, triggers} = this.#program.graph.stages[stage]!;
		if (index === 0) {
			const image =
				base.kind === 'image' ? this.#images.get(base.reference) : undefined;
			const untold =
				triggers.length === 0 ? (image?.configuration.onBuild ?? []) : [];
			return untold.some(text => /^(?:COPY|ADD)\s(?!\s*--from=)/iv.test(text))
				? wholeContext
				: null;
		}

		const files = (this.copiesOf(step)?.operations ?? [])
			.filter(({from}) => from.kind === 'context')
			.map(({source}) => source);
		return files.length > 0 ? files : null;
	}

	#sourceOf(step: number): CopySource {
		const {stage, index} = this.#step(step);
		const dependency = this.#program.graph.stages[stage]!.dependencies.find(
			({instruction, via}) => instruction === index && via !== 'FROM',
		);
		switch (dependency?.kind) {
			case 'stage': {
				return {kind: 'stage', stage: dependency.stage};
			}

			case 'image': {
				return {kind: 'image', reference: dependency.reference};
			}

			default: {
				return {kind: 'context', name: null};
			}
		}
	}

	#destination(step: number, {destination}: Copy): string {
		const {stage, index} = this.#step(step);
		const {settings} = this.#reader.after(stage, index - 1);
		const directory =
			settings.find(({name}) => name === 'workdir')?.value ?? '/';
		const path = this.#expand(step, destination);
		const isDirectory = /(?:^|\/)\.{0,2}$/v.test(path);
		const resolved = withoutRoot(posix.resolve('/', directory, path));
		return isDirectory && resolved !== '' ? `${resolved}/` : resolved;
	}

	/** The builder expands the words of all instructions but the commands, which a shell or nobody does. */
	#textOf(step: number): string {
		const {text, keyword} = this.#step(step);
		return !text.includes('$') ||
			['RUN', 'CMD', 'ENTRYPOINT', 'ONBUILD', 'SHELL', 'FROM'].includes(keyword)
			? text
			: this.#expand(step, text);
	}

	#expand(step: number, word: string): string {
		const {stage, index} = this.#step(step);
		const {escape} = this.#program.graph.directives;
		try {
			return expandWord(word, this.#reader.valuesBefore(stage, index), {
				escape,
			});
		} catch (error) {
			if (error instanceof Refusal) {
				return word;
			}

			throw error;
		}
	}

	#copyOf(step: number): Copy | null {
		const {stage, index} = this.#step(step);
		const {command} = this.#commands[stage]![index]!;
		return command.kind === 'add' || command.kind === 'copy' ? command : null;
	}

	#isBuilt(step: number): boolean {
		return this.#program.stages[this.#step(step).stage]!.needed;
	}

	#step(step: number): Step {
		return this.#program.steps[step]!;
	}
}

function isRemote(source: string): boolean {
	return /^https?:\/\//v.test(source) || isGitSource(source);
}

/** What the builder calls a download that goes into a directory. */
function nameInAddress(address: string): string {
	return posix.basename(URL.parse(address)?.pathname ?? address);
}

function withoutRoot(path: string): string {
	return posix.join('/', path).replace(/^\/+/v, '').replace(/\/$/v, '');
}
