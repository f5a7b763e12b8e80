import type {StageGraph} from '../../../dockerfile/types.js';
import type {Program, ProgramStage, Step} from '../../port.js';
import {
	type LoadedDefinition,
	type Result,
	type Vertex,
	parentOf,
} from './definition.js';
import {instructionOf, isImage, isWithin} from './vertex-place.js';
import {listSteps} from './list-steps.js';

/** Which of the build's operations belong to which step of the Dockerfile. */
export type Mapping = {
	readonly program: Program;

	/** By vertex digest: the ids of the steps it runs for; several when stages hold the same instructions. */
	readonly stepsOf: ReadonlyMap<string, readonly number[]>;

	/** By step id: the step's own result; absent when it has no operation of its own. */
	readonly ownResults: ReadonlyMap<number, Result>;

	/** By the digest of a vertex that is no step's, such as the build context's: the first step that reads from it. */
	readonly readersOf: ReadonlyMap<string, number>;
};

/**
Finds each step's operations by walking from the build's result back to the bases, stage by stage. The line ranges say
which step an operation belongs to; because two stages with the same instructions share their operations, with the line
ranges of both, it is the stage being walked that decides which of them is meant.

@param graph - Our own reading of the Dockerfile.
@param target - The index of the stage that was loaded.
*/
export function mapProgram(
	graph: StageGraph,
	target: number,
	loaded: LoadedDefinition,
): Mapping {
	const steps = listSteps(graph);
	const walk = new Walk(graph, steps, loaded);
	walk.from(target, loaded.head);

	const isRun = (step: Step): boolean =>
		walk.ownResults.has(step.id) &&
		(!graph.stages[step.stage]!.isReplaced || step.stage === target);
	const program: Program = {
		graph,
		target,
		stages: graph.stages.map((stage): ProgramStage => ({
			index: stage.index,
			name: stage.name,
			needed: walk.visited.has(stage.index),
			used: walk.visited.has(stage.index),
			steps: steps
				.filter(step => step.stage === stage.index)
				.map(step => step.id),
			baseConfiguration: null,
		})),
		steps: steps.map(step =>
			walk.visited.has(step.stage) ? {...step, executes: isRun(step)} : step,
		),
	};
	const {stepsOf, ownResults, readersOf} = walk;
	return {program, stepsOf, ownResults, readersOf};
}

/**
@param step - A step's id.
@returns The filesystem after the step: its own result, or else the last one before it in its stage, or else its base
stage's end; `null` is the empty filesystem.
*/
export function resultAfter(mapping: Mapping, step: number): Result | null {
	const {program, ownResults} = mapping;
	let last = step;
	for (;;) {
		const {stage} = program.steps[last]!;
		const first = program.stages[stage]!.steps[0]!;
		for (let id = last; id >= first; id--) {
			const result = ownResults.get(id);
			if (result) {
				return result;
			}
		}

		const {base} = program.graph.stages[stage]!;
		if (base.kind !== 'stage') {
			return null;
		}

		last = program.stages[base.stage]!.steps.at(-1)!;
	}
}

/** A stage to be walked, from where it ends. */
type Ending = {
	readonly stage: number;
	readonly end: Result | null;

	/** The step that reads it; left out for the target. */
	readonly reader?: Step | undefined;
};

class Walk {
	readonly graph: StageGraph;
	readonly loaded: LoadedDefinition;
	readonly visited = new Set<number>();
	readonly stepsOf = new Map<string, number[]>();
	readonly ownResults = new Map<number, Result>();
	readonly readersOf = new Map<string, number>();

	readonly #stepsOfStage: ReadonlyArray<readonly Step[]>;

	/** By line of the Dockerfile: what is no trigger. */
	readonly #instructionAt = new Map<number, Step>();

	/** What the stage that is being walked leads to, in its order. */
	#met: Ending[] = [];

	/** By vertex digest: the instructions of any stage that it lies in. */
	readonly #holders = new Map<string, ReadonlySet<Step>>();

	/** By vertex digest, by stage: see `#isOfBase`. */
	readonly #ofBases = new Map<string, Map<number, boolean>>();

	constructor(
		graph: StageGraph,
		steps: readonly Step[],
		loaded: LoadedDefinition,
	) {
		this.graph = graph;
		this.loaded = loaded;
		this.#stepsOfStage = graph.stages.map(({index}) =>
			steps.filter(step => step.stage === index),
		);
		for (const step of steps.filter(({trigger}) => !trigger)) {
			for (let line = step.lines[0]; line <= step.lines[1]; line++) {
				this.#instructionAt.set(line, step);
			}
		}
	}

	/** Walks a stage and all that it needs, each before the next that the same stage needs: chains may be thousands long. */
	from(target: number, end: Result | null): void {
		const ahead: Ending[] = [{stage: target, end}];
		for (let next = ahead.pop(); next; next = ahead.pop()) {
			this.#met = [];
			this.#walk(next);
			ahead.push(...this.#met.toReversed());
		}
	}

	#walk({stage, end, reader}: Ending): void {
		if (this.visited.has(stage)) {
			return;
		}

		this.visited.add(stage);
		const [from] = this.#stepsOfStage[stage]!;
		if (this.graph.stages[stage]!.isReplaced && end) {
			this.#replace(from!, end, reader);
			return;
		}

		let at = end;
		let before = Number.POSITIVE_INFINITY;
		while (at) {
			const vertex = this.loaded.vertices.get(at.digest)!;
			const step =
				this.#stepAt(vertex, stage, before) ??
				this.#twin(vertex, stage, before) ??
				this.#untold(vertex, stage);
			if (step === undefined) {
				break;
			}

			before = step.id;

			if (!this.ownResults.has(step.id)) {
				this.ownResults.set(step.id, at);
			}

			at = this.#claim(vertex, step);
		}

		const {base} = this.graph.stages[stage]!;
		if (base.kind === 'stage') {
			this.#met.push({stage: base.stage, end: at, reader: from});
		}

		this.#dependencies(stage);
	}

	/** A context that takes a stage's place is a result that no step makes: whoever reads it loads it. */
	#replace(from: Step, {digest, index}: Result, reader?: Step): void {
		this.ownResults.set(from.id, {digest, index});
		if (reader) {
			const known = this.readersOf.get(digest) ?? reader.id;
			this.readersOf.set(digest, Math.min(known, reader.id));
		} else {
			this.stepsOf.set(digest, [from.id]);
		}
	}

	/** Gives the vertex, and what it merges, to the step; returns what the step starts from. */
	#claim(vertex: Vertex, step: Step): Result | null {
		const owners = this.stepsOf.get(vertex.digest) ?? [];
		this.stepsOf.set(
			vertex.digest,
			[...new Set([...owners, step.id])].toSorted((a, b) => a - b),
		);

		const parent = parentOf(vertex);
		for (const input of vertex.inputs) {
			const other = this.loaded.vertices.get(input.digest)!;
			if (input.digest === parent?.digest) {
				continue;
			}

			const source = this.#sourceStage(other, step);
			if (source !== undefined) {
				this.#met.push({stage: source, end: input, reader: step});
			} else if (
				step.trigger ? other.op.op.case !== 'source' : isWithin(other, step)
			) {
				this.#claim(other, step);
			} else {
				const reader = this.readersOf.get(other.digest) ?? step.id;
				this.readersOf.set(other.digest, Math.min(reader, step.id));
			}
		}

		// A stage that is read from may end with the very thing that the step starts from.
		const source =
			parent &&
			this.#sourceStage(this.loaded.vertices.get(parent.digest)!, step);
		if (source !== undefined && source !== null) {
			this.#met.push({stage: source, end: parent, reader: step});
		}

		return parent;
	}

	/** Which of the stages that the step reads from an input is the end of. */
	#sourceStage(vertex: Vertex, step: Step): number | undefined {
		const candidates = this.graph.stages[step.stage]!.dependencies.flatMap(
			dependency =>
				dependency.instruction === step.index &&
				dependency.kind === 'stage' &&
				dependency.via !== 'FROM'
					? [dependency.stage]
					: [],
		);
		return (
			candidates.find(stage => this.#isContextOf(vertex, stage)) ??
			candidates.find(stage => this.#stepAt(vertex, stage) !== undefined) ??
			candidates.find(stage =>
				this.#lineage(stage).some(
					ancestor => this.#stepAt(vertex, ancestor) !== undefined,
				),
			) ??
			candidates.find(stage =>
				[stage, ...this.#lineage(stage)].some(
					ancestor => this.#twin(vertex, ancestor) !== undefined,
				),
			) ??
			candidates.find(stage => isImage(vertex) && this.#isOnlyBase(stage)) ??
			candidates.find(
				stage => this.#triggerAt(vertex, stage, Infinity) !== undefined,
			)
		);
	}

	/** Whether the stage, and what it starts from, adds nothing to an image. */
	#isOnlyBase(stage: number): boolean {
		return [stage, ...this.#lineage(stage)].every(
			ancestor =>
				!this.graph.stages[ancestor]!.isReplaced && this.#addsNothing(ancestor),
		);
	}

	/** Whether the vertex gets the named context that takes the stage's place, or that of a stage that it starts from. */
	#isContextOf(vertex: Vertex, stage: number): boolean {
		const {name, op, lines} = vertex;
		const {isReplaced, base} = this.graph.stages[stage]!;
		if (!isReplaced || base.kind !== 'context') {
			return (
				base.kind === 'stage' &&
				this.#addsNothing(stage) &&
				this.#isContextOf(vertex, base.stage)
			);
		}

		// Only a Git repository or an address doesn't say which context it is.
		return (
			op.op.case === 'source' &&
			(name.startsWith('[context ')
				? name.startsWith(`[context ${base.name}]`)
				: lines.length === 0 && op.op.value.identifier !== 'local://context')
		);
	}

	/** Whether the stage itself adds nothing to what it starts from. */
	#addsNothing(stage: number): boolean {
		return this.#stepsOfStage[stage]!.every(
			step => step.index === 0 || !step.executes,
		);
	}

	/** The stages that a stage starts from, nearest first. */
	#lineage(stage: number): readonly number[] {
		const lineage: number[] = [];
		let {base} = this.graph.stages[stage]!;
		while (base.kind === 'stage') {
			lineage.push(base.stage);
			({base} = this.graph.stages[base.stage]!);
		}

		return lineage;
	}

	/**
	A stage that adds nothing to the empty filesystem has no operation that leads to it. One that only a trigger reads engine
	20.10 may not build at all: it reads the stage's base instead.
	*/
	#dependencies(stage: number): void {
		for (const dependency of this.graph.stages[stage]!.dependencies) {
			if (
				dependency.kind === 'stage' &&
				(!dependency.isTrigger || this.#isOnlyBase(dependency.stage))
			) {
				this.#met.push({stage: dependency.stage, end: null});
			}
		}
	}

	/**
	The FROM of the stage, when the vertex comes from an ONBUILD of its base that isn't known yet: whatever belongs to no other
	instruction on the way to the base.
	*/
	#untold(vertex: Vertex, stage: number): Step | undefined {
		return this.#isOfBase(vertex, stage) && !this.#isNamedAfter(vertex, stage)
			? undefined
			: this.#stepsOfStage[stage]![0];
	}

	/** Whether something in a stage that the stage starts from, or its image, is what the vertex belongs to. */
	#isOfBase(vertex: Vertex, stage: number): boolean {
		const known =
			this.#ofBases.get(vertex.digest) ?? new Map<number, boolean>();
		this.#ofBases.set(vertex.digest, known);
		// The farthest first, so that each is asked about once: chains of stages may be thousands long.
		for (const descendant of [stage, ...this.#lineage(stage)].toReversed()) {
			const {base} = this.graph.stages[descendant]!;
			const isOfBase =
				known.get(descendant) ??
				(base.kind === 'stage' &&
					(known.get(base.stage)! ||
						vertex.op.op.case === 'source' ||
						this.#stepAt(vertex, base.stage) !== undefined ||
						this.#twin(vertex, base.stage) !== undefined));
			known.set(descendant, isOfBase);
		}

		return known.get(stage)!;
	}

	/** The instructions of any stage that the vertex lies in. */
	#holdersOf(vertex: Vertex): ReadonlySet<Step> {
		const known = this.#holders.get(vertex.digest);
		if (known) {
			return known;
		}

		const holders = new Set<Step>();
		for (const [first, last] of vertex.lines) {
			for (let line = first; line <= last; line++) {
				const step = this.#instructionAt.get(line);
				if (step) {
					holders.add(step);
				}
			}
		}

		this.#holders.set(vertex.digest, holders);
		return holders;
	}

	/**
	The ONBUILD trigger of the stage, before another step, that the vertex belongs to. Frontends give it the place within the
	ONBUILD, or newer ones that of the FROM, and stages that share it one name: it is known by its kind, as each trigger that
	has an operation has one, in their order.

	@param isCertain - Whether the vertex must show by its name or its text that it is the stage's.
	*/
	#triggerAt(
		vertex: Vertex,
		stage: number,
		before: number,
		isCertain = false,
	): Step | undefined {
		// It may carry the stage's name and be what the stage shares with an instruction of another.
		if (this.#twin(vertex, stage, before) !== undefined) {
			return undefined;
		}

		const text = instructionOf(vertex);
		const alike = this.#stepsOfStage[stage]!.filter(
			({id, trigger, keyword}) =>
				trigger !== undefined &&
				id < before &&
				text.startsWith(`${keyword} `) &&
				vertex.op.op.case !== 'source',
		);
		const same = alike.findLast(step => step.text === `ONBUILD ${text}`);
		return (
			same ??
			(this.#isNamedAfter(vertex, stage) ||
			(!isCertain && alike.length > 0 && !this.#isOfBase(vertex, stage))
				? alike.at(-1)
				: undefined)
		);
	}

	/**
	The step of the stage, before another, that shares the vertex with an instruction of another stage: the frontend of
	engine 20.10 tells only the place of one of them.
	*/
	#twin(
		vertex: Vertex,
		stage: number,
		before = Number.POSITIVE_INFINITY,
	): Step | undefined {
		const holders = this.#holdersOf(vertex);
		if (holders.size === 0) {
			return undefined;
		}

		const family = new Set([stage, ...this.#lineage(stage)]);
		const texts = new Set(
			[...holders]
				.filter(step => !family.has(step.stage))
				.map(step => step.text),
		);
		return this.#stepsOfStage[stage]!.findLast(
			step => step.id < before && step.index > 0 && texts.has(step.text),
		);
	}

	/** @param before - Of the steps after this one, only those in the stage's own lines count. */
	#stepAt(vertex: Vertex, stage: number, before?: number): Step | undefined {
		const steps = this.#stepsOfStage[stage]!;
		const isSource = vertex.op.op.case === 'source';
		return (
			steps.find(
				step =>
					// An image also has the places of the instructions that copy from it.
					!isSource &&
					step.index > 0 &&
					!step.trigger &&
					isWithin(vertex, step),
			) ??
			this.#triggerAt(
				vertex,
				stage,
				before ?? Infinity,
				before === undefined,
			) ??
			steps.find(
				step =>
					step.index === 0 &&
					isWithin(vertex, step) &&
					(isSource || this.#isNamedAfter(vertex, stage)),
			)
		);
	}

	/** The frontend names a vertex `[stage i/n] …`; a stage without a name is `stage-0`. */
	#isNamedAfter({name}: Vertex, stage: number): boolean {
		const label = this.graph.stages[stage]!.name ?? `stage-${stage}`;
		return name
			.slice(0, name.indexOf(']'))
			.split(/[\s\[]/v)
			.includes(label);
	}
}
