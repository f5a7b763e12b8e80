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
	Lines,
	Stage,
	StageFault,
} from '../types.js';
import {
	readImageTriggers,
	readTriggers,
	type TriggerCommand,
} from './triggers.js';
import {type FaultOptions, findFault} from './stage-faults.js';
import {type Link, readingsOf, refuseCycles} from './links.js';
import {KnownSources} from './known-sources.js';

/** A stage as far as it is resolved: without its instructions and its place. */
export type ResolvedStage = Pick<
	Stage,
	'name' | 'platform' | 'base' | 'isReplaced' | 'triggers' | 'dependencies'
>;

type Draft = {
	readonly name: string | null;
	readonly platform: string | null;
	readonly base: Base;

	/** Whether a named context takes the place of the whole stage. */
	readonly isReplaced: boolean;

	readonly lines: Lines;
	readonly links: Link[];
	triggers: readonly TriggerCommand[];
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
			lines,
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
				this.#addLinks(stage, command, {
					line: lines[0],
					instruction,
					isTrigger: false,
				});
			});
		}
	}

	#addLinks(
		stage: number,
		command: Command,
		place: Pick<Link, 'line' | 'instruction' | 'isTrigger'>,
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
		const {base, lines} = draft;
		try {
			draft.triggers = this.#readTriggers(stage, draft);
			for (const [index, {command, trigger}] of draft.triggers.entries()) {
				this.#addLinks(stage, command, {
					line: trigger.lines[0],
					instruction: index + 1,
					isTrigger: true,
				});
			}
		} catch (error) {
			if (!(error instanceof Refusal)) {
				throw error;
			}

			// What an image has in it, the builder has read before us.
			draft.triggers = base.kind === 'stage' ? draft.triggers : [];
			if (base.kind === 'stage') {
				const reason = `an ONBUILD of ${this.#describe(base.stage)}, which runs here, is wrong: ${error.message}`;
				this.#faults.push({stage, line: lines[0], reason});
			}
		}
	}

	#readTriggers(
		stage: number,
		{base, isReplaced, lines}: Draft,
	): readonly TriggerCommand[] {
		if (base.kind === 'stage') {
			return readTriggers(this.stages[base.stage]!, base.stage);
		}

		const written = this.options.imageTriggers?.get(stage) ?? [];
		return isReplaced || base.kind === 'scratch'
			? []
			: readImageTriggers(written, {
					reference: base.kind === 'image' ? base.reference : base.name,
					lines,
				});
	}

	/** @returns The environment at the end of the stage. */
	#findFaults(
		stage: number,
		environments: readonly StageEnvironment[],
	): StageEnvironment {
		const {base, isReplaced, lines, triggers} = this.#drafts[stage]!;
		const [line] = lines;
		const environment =
			base.kind === 'stage'
				? environments[base.stage]!.forChild()
				: base.kind === 'scratch'
					? StageEnvironment.ofScratch()
					: StageEnvironment.ofImage();

		if (!isReplaced) {
			const ofTriggers = triggers.map(({command}) => ({command, line}));
			const isOfImage = base.kind !== 'stage';
			if (isOfImage) {
				// The builder has read them before us: here they only change what holds.
				findFault(ofTriggers, environment, this.settings);
			}

			const commands = [
				...(isOfImage ? [] : ofTriggers),
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
				({target, mustBeEarlier, isTrigger}) =>
					mustBeEarlier &&
					!(isTrigger && this.#drafts[stage]!.base.kind !== 'stage') &&
					'stage' in target &&
					target.stage > stage &&
					!this.#drafts[target.stage]!.isReplaced,
			)
			.map(({line, from, via, isTrigger}) => ({
				stage,
				line: isTrigger ? this.#drafts[stage]!.lines[0] : line,
				reason: `${this.#describe(stage)} reads from ${from}, a later stage (${via}): move that one up`,
			}));
	}

	#finish(
		{name, platform, base, lines, links, triggers, isReplaced}: Draft,
		stage: number,
	): ResolvedStage {
		const fromBase: readonly Dependency[] =
			base.kind === 'scratch'
				? []
				: [{...base, via: 'FROM', line: lines[0], instruction: 0}];
		const inOrder = links
			.map(link => ({
				...link,
				instruction:
					link.isTrigger || link.instruction === 0
						? link.instruction
						: link.instruction + triggers.length,
			}))
			.toSorted((left, right) => left.instruction - right.instruction);

		return {
			name,
			platform,
			base,
			isReplaced,
			triggers: isReplaced ? [] : triggers.map(({trigger}) => trigger),
			dependencies: isReplaced
				? fromBase
				: [
						...fromBase,
						...inOrder.flatMap(link => this.#dependencies(link, stage)),
					],
		};
	}

	/** A stage that a trigger makes read from itself sees what it has so far: that depends on nothing. */
	#dependencies(
		{target, via, line, instruction, isTrigger, isRead}: Link,
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
			: [{...source, via, line, instruction, ...(isTrigger && {isTrigger})}];
	}
}
