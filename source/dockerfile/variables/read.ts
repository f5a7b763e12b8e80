import {DockerfileError} from '../../errors.js';
import {type Instructions, readInstructions} from '../instructions/read.js';
import {readTriggers} from '../stages/triggers.js';
import type {StageGraph} from '../types.js';
import {Refusal} from '../refusal.js';
import type {ImageConfiguration} from './image-configuration.js';
import {readGlobalScope} from './global-arguments.js';
import {type LocatedCommand, StageScope} from './stage-scope.js';
import type {VariableOptions, Variables} from './types.js';

export type * from './types.js';

/** Reads what holds at each point of the stages of a Dockerfile, each stage once. */
export class VariableReader {
	readonly #instructions: Instructions;
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
		this.#global = readGlobalScope(
			this.#instructions.globals,
			{...options, filename},
			this.#instructions.stages.at(-1)![0].command.name,
			directives.escape,
		);
	}

	/**
	@param stage - A stage's index.
	@param instruction - Which of the stage's instructions; 0 is FROM.
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

	#scopesOf(stage: number): readonly StageScope[] {
		const known = this.#scopes.get(stage);
		if (known) {
			return known;
		}

		const [from, ...commands] = this.#instructions.stages[stage]!;
		let scope = this.#start(stage);
		for (const trigger of this.#triggers(stage, from.lines[0])) {
			scope = scope.with(trigger);
		}

		const scopes = [scope];
		for (const {command, text, lines} of commands) {
			scope = scope.with({command, text, line: lines[0]});
			scopes.push(scope);
		}

		this.#scopes.set(stage, scopes);
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
			platform ?? this.#global.variables.get('TARGETPLATFORM')!;

		switch (base.kind) {
			case 'stage': {
				return this.#scopesOf(base.stage).at(-1)!.inherit(base.stage, platform);
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

	/** What ONBUILD of the base makes the stage run, at the line of its FROM; one that can't be read is left out. */
	#triggers(stage: number, line: number): readonly LocatedCommand[] {
		const {base} = this.graph.stages[stage]!;
		try {
			if (base.kind === 'stage') {
				return readTriggers(this.#instructions.stages[base.stage]!).map(
					({command, instruction: {text}}) => ({command, text, line}),
				);
			}

			const written = this.bases.get(stage)?.onBuild ?? [];
			return readInstructions(
				['FROM scratch', ...written].join('\n'),
				this.graph.filename,
			)
				.stages[0]!.slice(1)
				.map(({command, text}) => ({command, text, line}));
		} catch (error) {
			if (error instanceof Refusal || error instanceof DockerfileError) {
				return [];
			}

			throw error;
		}
	}
}
