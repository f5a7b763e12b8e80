import type {Command} from '../instructions/command.js';
import type {
	FromCommand,
	PlacedCommand,
	StageCommands,
} from '../instructions/read.js';
import {parsePlatform} from '../instructions/platform.js';
import {inFile, Refusal} from '../refusal.js';
import {expandWord} from '../shell/lexer.js';
import {StageEnvironment} from '../variables/stage-environment.js';
import type {
	Base,
	Dependency,
	GraphOptions,
	Stage,
	StageFault,
} from '../types.js';
import {readTriggers, type Trigger} from './triggers.js';
import {type FaultOptions, findFault} from './stage-faults.js';
import {type Link, readingsOf, refuseCycles} from './links.js';
import {KnownSources} from './known-sources.js';

/** A stage as far as it is resolved: without its instructions and its place. */
export type ResolvedStage = Pick<
	Stage,
	'name' | 'platform' | 'base' | 'triggers' | 'dependencies'
>;

type Draft = {
	readonly name: string | null;
	readonly platform: string | null;
	readonly base: Base;

	/** Whether a named context takes the place of the whole stage. */
	readonly isReplaced: boolean;

	readonly line: number;
	readonly links: Link[];
	triggers: readonly Trigger[];
};

/** Resolves what the stages of a file start from and read from. */
export class StageResolver {
	readonly #drafts: Draft[] = [];
	readonly #faults: StageFault[] = [];
	readonly #sources: KnownSources;

	constructor(
		readonly stages: readonly StageCommands[],
		readonly settings: FaultOptions,
		readonly options: GraphOptions,
	) {
		this.#sources = new KnownSources(
			options.namedContexts ?? [],
			settings.escape,
		);
	}

	resolve(): {
		readonly stages: readonly ResolvedStage[];
		readonly faults: readonly StageFault[];
	} {
		for (const [from] of this.stages) {
			this.#drafts.push(this.#readAt(from.lines[0], () => this.#draft(from)));
			this.#sources.addStage(from.command.name);
		}

		for (const [stage, commands] of this.stages.entries()) {
			this.#link(stage, commands);
		}

		const describe = (stage: number): string => this.#describe(stage);
		refuseCycles(
			this.#drafts.map(({links}) => links),
			describe,
			this.options.filename,
		);

		const environments: StageEnvironment[] = [];
		for (const stage of this.stages.keys()) {
			this.#addTriggers(stage);
			environments.push(this.#findFaults(stage, environments));
		}

		return {
			stages: this.#drafts.map((draft, stage) => this.#finish(draft, stage)),
			faults: this.#faults.toSorted(
				(left, right) => left.stage - right.stage || left.line - right.line,
			),
		};
	}

	#readAt<T>(line: number, read: () => T): T {
		return inFile(this.options.filename, line, read);
	}

	#draft({
		command: {base: written, name, platform},
		lines,
	}: FromCommand): Draft {
		const base = this.#sources.findBase(
			this.#expand(written, `FROM ${written}`),
		);
		const replacement =
			name === null ? undefined : this.#sources.replacementOf(name);

		return {
			name,
			platform: platform === null ? null : this.#expandPlatform(platform),
			base:
				replacement === undefined ? base : {kind: 'context', name: replacement},
			isReplaced: replacement !== undefined,
			line: lines[0],
			links: [],
			triggers: [],
		};
	}

	#expand(text: string, shown: string): string {
		const expanded = expandWord(text, this.settings.variables, {
			escape: this.settings.escape,
		});
		if (expanded === '') {
			throw new Refusal(
				`${shown} is empty once its variables are expanded: give the ARG before the first FROM a default, or use --build-arg`,
			);
		}

		return expanded;
	}

	#expandPlatform(platform: string): string {
		const expanded = this.#expand(platform, `--platform=${platform}`);
		parsePlatform(expanded);
		return expanded;
	}

	#link(stage: number, commands: readonly PlacedCommand[]): void {
		for (const [instruction, {command, lines}] of commands.entries()) {
			this.#readAt(lines[0], () => {
				this.#addLinks(stage, command, {line: lines[0], instruction});
			});
		}
	}

	#addLinks(
		stage: number,
		command: Command,
		place: Pick<Link, 'line' | 'instruction'>,
	): void {
		for (const reading of readingsOf(command)) {
			const target = this.#sources.lookUp(reading.from, reading.via);
			this.#drafts[stage]!.links.push({...reading, ...place, target});
		}
	}

	#describe(stage: number): string {
		return this.#drafts[stage]!.name ?? `stage ${stage}`;
	}

	/** The ONBUILD instructions of the base run in this stage, right after FROM; BuildKit reads them only when it is needed. */
	#addTriggers(stage: number): void {
		const draft = this.#drafts[stage]!;
		const {base, line} = draft;
		if (base.kind !== 'stage') {
			return;
		}

		try {
			draft.triggers = readTriggers(this.stages[base.stage]!);
			for (const {command} of draft.triggers) {
				this.#addLinks(stage, command, {line, instruction: 0});
			}
		} catch (error) {
			if (!(error instanceof Refusal)) {
				throw error;
			}

			const reason = `an ONBUILD of ${this.#describe(base.stage)}, which runs here, is wrong: ${error.message}`;
			this.#faults.push({stage, line, reason});
		}
	}

	/** @returns The environment at the end of the stage. */
	#findFaults(
		stage: number,
		environments: readonly StageEnvironment[],
	): StageEnvironment {
		const {base, isReplaced, line, triggers} = this.#drafts[stage]!;
		const environment =
			base.kind === 'stage'
				? environments[base.stage]!.forChild()
				: base.kind === 'scratch'
					? StageEnvironment.ofScratch()
					: StageEnvironment.ofImage();

		if (!isReplaced) {
			const commands = [
				...triggers.map(({command}) => ({command, line})),
				...this.stages[stage]!.map(({command, lines}) => ({
					command,
					line: lines[0],
				})),
			];
			const fault = findFault(commands, environment, this.settings);
			this.#faults.push(
				...(fault === undefined ? [] : [{stage, ...fault}]),
				...this.#forwardFaults(stage),
			);
		}

		return environment;
	}

	#forwardFaults(stage: number): readonly StageFault[] {
		return this.#drafts
			[stage]!.links.filter(
				({target, mustBeEarlier}) =>
					mustBeEarlier &&
					'stage' in target &&
					target.stage > stage &&
					!this.#drafts[target.stage]!.isReplaced,
			)
			.map(({line, from, via}) => ({
				stage,
				line,
				reason: `${this.#describe(stage)} reads from ${from}, a later stage (${via}): move that one up`,
			}));
	}

	#finish(
		{name, platform, base, line, links, triggers, isReplaced}: Draft,
		stage: number,
	): ResolvedStage {
		const fromBase: readonly Dependency[] =
			base.kind === 'scratch'
				? []
				: [{...base, via: 'FROM', line, instruction: 0}];
		const inFileOrder = links.toSorted(
			(left, right) => left.instruction - right.instruction,
		);

		return {
			name,
			platform,
			base,
			triggers: isReplaced ? [] : triggers.map(({instruction}) => instruction),
			dependencies: isReplaced
				? fromBase
				: [
						...fromBase,
						...inFileOrder.flatMap(link => this.#dependencies(link, stage)),
					],
		};
	}

	/** A stage that a trigger makes read from itself sees what it has so far: that depends on nothing. */
	#dependencies(
		{target, via, line, instruction, isRead}: Link,
		stage: number,
	): readonly Dependency[] {
		if (!isRead || ('stage' in target && target.stage === stage)) {
			return [];
		}

		const source =
			'stage' in target
				? {kind: 'stage' as const, stage: target.stage}
				: this.#sources.resolveOutside(target.outside);

		return source.kind === 'scratch'
			? []
			: [{...source, via, line, instruction}];
	}
}
