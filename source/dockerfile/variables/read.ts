import {type Instructions, readInstructions} from '../instructions/read.js';
import {commandsIn, type RunningCommand} from '../stages/runs-in.js';
import {readImageTriggers} from '../stages/triggers.js';
import type {StageGraph} from '../types.js';
import {Refusal} from '../refusal.js';
import type {ImageConfiguration} from './image-configuration.js';
import {readGlobalScope, withFrontend} from './global-arguments.js';
import {type LocatedCommand, StageScope} from './stage-scope.js';
import type {VariableOptions, Variables} from './types.js';

export type * from './types.js';

/** Reads what holds at each point of the stages of a Dockerfile, each stage once. */
export class VariableReader {
	readonly #instructions: Instructions;
	readonly #commands: ReadonlyArray<readonly RunningCommand[]>;
	readonly #global: ReturnType<typeof readGlobalScope>;

	/** By stage: what holds after each of its instructions. */
	readonly #scopes = new Map<number, readonly StageScope[]>();

	/**
	@param bases - What is known of the base images, by the index of the stage that starts from them.
	*/
	constructor(
		readonly graph: StageGraph,
		readonly bases: ReadonlyMap<number, ImageConfiguration>,
		readonly options: VariableOptions,
	) {
		const {source, filename, directives} = graph;
		this.#instructions = readInstructions(source, filename);
		this.#commands = commandsIn(this.#instructions.stages, graph.stages);
		this.#global = readGlobalScope(
			this.#instructions.globals,
			{...withFrontend(options, directives), filename},
			this.#instructions.stages.at(-1)![0].command.name,
			directives.escape,
		);
	}

	/**
	@param stage - A stage's index.
	@param instruction - Which of what runs in the stage (see `runsIn`); 0 is FROM.
	@returns What holds after the instruction, in the order in which it was set; `changed` marks what the instruction itself
	set. Of an image that isn't known nothing is told.
	*/
	after(stage: number, instruction: number): Variables {
		const scopes = this.#scopesOf(stage);
		return scopes[instruction]!.describe(scopes[instruction - 1]);
	}

	/**
	@returns What an expansion in the instruction sees, and the arguments that FROM sees: by name.
	*/
	valuesBefore(
		stage: number,
		instruction: number,
	): ReadonlyMap<string, string> {
		return instruction === 0
			? this.#global.variables
			: this.#scopesOf(stage)[instruction - 1]!.values;
	}

	/** Stage after stage, from the first that isn't known: ten thousand that stand on each other are no calls in each other. */
	#scopesOf(stage: number): readonly StageScope[] {
		const pending = [stage];
		for (;;) {
			const {base} = this.graph.stages[pending.at(-1)!]!;
			if (base.kind !== 'stage' || this.#scopes.has(base.stage)) {
				break;
			}

			pending.push(base.stage);
		}

		for (const next of pending.toReversed()) {
			this.#scopes.set(next, this.#scopes.get(next) ?? this.#read(next));
		}

		return this.#scopes.get(stage)!;
	}

	#read(stage: number): readonly StageScope[] {
		const [, ...commands] = this.#commands[stage]!;
		let scope = this.#start(stage);
		for (const trigger of this.#untoldTriggers(stage)) {
			scope = scope.with(trigger);
		}

		const scopes = [scope];
		for (const {command, text, lines} of commands) {
			scope = scope.with({command, text, line: lines[0]});
			scopes.push(scope);
		}

		return scopes;
	}

	#start(stage: number): StageScope {
		const {base, platform} = this.graph.stages[stage]!;
		const context = {
			buildArguments: this.options.buildArguments ?? {},
			variables: this.#global.variables,
			escape: this.graph.directives.escape,
			globalArguments: this.graph.globalArguments,
		};
		const ownPlatform =
			platform ??
			this.options.targetPlatform ??
			this.options.buildPlatform ??
			'linux/amd64';

		switch (base.kind) {
			case 'stage': {
				return this.#scopes
					.get(base.stage)!
					.at(-1)!
					.inherit(base.stage, platform);
			}

			case 'scratch': {
				return StageScope.ofScratch(context, ownPlatform);
			}

			case 'image':
			case 'context': {
				return StageScope.ofImage(
					context,
					base.kind === 'image' ? base.reference : base.name,
					this.bases.get(stage) ?? null,
					ownPlatform,
				);
			}
		}
	}

	/** The ONBUILD triggers of a base image that the graph doesn't have, as what the FROM does; none that can't be read. */
	#untoldTriggers(stage: number): readonly LocatedCommand[] {
		const {triggers, isReplaced, base, instructions} =
			this.graph.stages[stage]!;
		if (triggers.length > 0 || isReplaced || base.kind !== 'image') {
			return [];
		}

		const {lines} = instructions[0]!;
		try {
			return readImageTriggers(this.bases.get(stage)?.onBuild ?? [], {
				reference: base.reference,
				lines,
			}).map(({command, trigger: {text}}) => ({
				command,
				text: text.replace(/^ONBUILD /v, ''),
				line: lines[0],
			}));
		} catch (error) {
			if (error instanceof Refusal) {
				return [];
			}

			throw error;
		}
	}
}
