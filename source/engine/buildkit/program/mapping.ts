import type {StageGraph} from '../../../dockerfile/types.js';
import type {Program, ProgramStage, Step} from '../../port.js';
import {
	type LoadedDefinition,
	type Result,
	type Vertex,
	parentOf,
} from './definition.js';
import {isWithin} from './vertex-place.js';
import {listSteps} from './list-steps.js';
import {StepPlaces} from './step-places.js';

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

	readonly #places: StepPlaces;

	/** What the stage that is being walked leads to, in its order. */
	#met: Ending[] = [];

	constructor(
		graph: StageGraph,
		steps: readonly Step[],
		loaded: LoadedDefinition,
	) {
		this.graph = graph;
		this.loaded = loaded;
		this.#places = new StepPlaces(graph, steps);
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
		const [from] = this.#places.stepsOf(stage);
		if (this.graph.stages[stage]!.isReplaced && end) {
			this.#replace(from!, end, reader);
			return;
		}

		let at = end;
		let before = Number.POSITIVE_INFINITY;
		while (at) {
			const vertex = this.loaded.vertices.get(at.digest)!;
			const step =
				this.#places.stepAt(vertex, stage, before) ??
				this.#places.twin(vertex, stage, before) ??
				this.#places.untold(vertex, stage);
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

			const source = this.#places.sourceStage(other, step);
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
			this.#places.sourceStage(this.loaded.vertices.get(parent.digest)!, step);
		if (source !== undefined && source !== null) {
			this.#met.push({stage: source, end: parent, reader: step});
		}

		return parent;
	}

	/**
	A stage that adds nothing to the empty filesystem has no operation that leads to it. One that only a trigger reads engine
	20.10 may not build at all: it reads the stage's base instead.
	*/
	#dependencies(stage: number): void {
		for (const dependency of this.graph.stages[stage]!.dependencies) {
			if (
				dependency.kind === 'stage' &&
				(!dependency.isTrigger || this.#places.isOnlyBase(dependency.stage))
			) {
				this.#met.push({stage: dependency.stage, end: null});
			}
		}
	}
}
