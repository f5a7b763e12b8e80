import type {StageGraph} from '../../../dockerfile/types.js';
import type {Step} from '../../port.js';
import type {Vertex} from './definition.js';
import {instructionOf, isImage, isWithin} from './vertex-place.js';

/**
Which step of a stage an operation belongs to, by the places in the Dockerfile, the names and the kinds that the frontend gives
it: it tells the stage itself nowhere.
*/
export class StepPlaces {
	readonly #graph: StageGraph;
	readonly #stepsOfStage: ReadonlyArray<readonly Step[]>;

	/** By line of the Dockerfile: what is no trigger. */
	readonly #instructionAt = new Map<number, Step>();

	/** By vertex digest: the instructions of any stage that it lies in. */
	readonly #holders = new Map<string, ReadonlySet<Step>>();

	/** By vertex digest, by stage: see `#isOfBase`. */
	readonly #ofBases = new Map<string, Map<number, boolean>>();

	constructor(graph: StageGraph, steps: readonly Step[]) {
		this.#graph = graph;
		this.#stepsOfStage = graph.stages.map(({index}) =>
			steps.filter(step => step.stage === index),
		);
		for (const step of steps.filter(({trigger}) => !trigger)) {
			for (let line = step.lines[0]; line <= step.lines[1]; line++) {
				this.#instructionAt.set(line, step);
			}
		}
	}

	/** @returns The steps of a stage, in their order. */
	stepsOf(stage: number): readonly Step[] {
		return this.#stepsOfStage[stage]!;
	}

	/** @returns Which of the stages that the step reads from an input is the end of. */
	sourceStage(vertex: Vertex, step: Step): number | undefined {
		const candidates = this.#graph.stages[step.stage]!.dependencies.flatMap(
			dependency =>
				dependency.instruction === step.index &&
				dependency.kind === 'stage' &&
				dependency.via !== 'FROM'
					? [dependency.stage]
					: [],
		);
		return (
			candidates.find(stage => this.#isContextOf(vertex, stage)) ??
			candidates.find(stage => this.stepAt(vertex, stage) !== undefined) ??
			candidates.find(stage =>
				this.#lineage(stage).some(
					ancestor => this.stepAt(vertex, ancestor) !== undefined,
				),
			) ??
			candidates.find(stage =>
				[stage, ...this.#lineage(stage)].some(
					ancestor => this.twin(vertex, ancestor) !== undefined,
				),
			) ??
			candidates.find(stage => isImage(vertex) && this.isOnlyBase(stage)) ??
			candidates.find(
				stage => this.#triggerAt(vertex, stage, Infinity) !== undefined,
			)
		);
	}

	/** @returns Whether the stage, and what it starts from, adds nothing to an image. */
	isOnlyBase(stage: number): boolean {
		return [stage, ...this.#lineage(stage)].every(
			ancestor =>
				!this.#graph.stages[ancestor]!.isReplaced &&
				this.#addsNothing(ancestor),
		);
	}

	/**
	@returns The FROM of the stage, when the vertex comes from an ONBUILD of its base that isn't known yet: whatever belongs to no other
	instruction on the way to the base.
	*/
	untold(vertex: Vertex, stage: number): Step | undefined {
		return this.#isOfBase(vertex, stage) && !this.#isNamedAfter(vertex, stage)
			? undefined
			: this.#stepsOfStage[stage]![0];
	}

	/**
	@returns The step of the stage, before another, that shares the vertex with an instruction of another stage: the frontend of
	engine 20.10 tells only the place of one of them.
	*/
	twin(
		vertex: Vertex,
		stage: number,
		before = Number.POSITIVE_INFINITY,
	): Step | undefined {
		const holders = this.#holdersOf(vertex);
		if (holders.size === 0) {
			return undefined;
		}

		return this.#stepsOfStage[stage]!.findLast(
			step =>
				step.id < before &&
				step.index > 0 &&
				[...holders].some(
					// Chains of stages may be thousands long: they are followed for what reads the same alone.
					({text, stage: other}) =>
						text === step.text &&
						other !== stage &&
						!this.#lineage(stage).includes(other),
				),
		);
	}

	/**
	@param before - Of the steps after this one, only those in the stage's own lines count.
	@returns The step of the stage that the vertex belongs to.
	*/
	stepAt(vertex: Vertex, stage: number, before?: number): Step | undefined {
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

	/** Whether the vertex gets the named context that takes the stage's place, or that of a stage that it starts from. */
	#isContextOf(vertex: Vertex, stage: number): boolean {
		const {name, op, lines} = vertex;
		const {isReplaced, base} = this.#graph.stages[stage]!;
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
		let {base} = this.#graph.stages[stage]!;
		while (base.kind === 'stage') {
			lineage.push(base.stage);
			({base} = this.#graph.stages[base.stage]!);
		}

		return lineage;
	}

	/** Whether something in a stage that the stage starts from, or its image, is what the vertex belongs to. */
	#isOfBase(vertex: Vertex, stage: number): boolean {
		const known =
			this.#ofBases.get(vertex.digest) ?? new Map<number, boolean>();
		this.#ofBases.set(vertex.digest, known);
		// The farthest first, so that each is asked about once: chains of stages may be thousands long.
		for (const descendant of [stage, ...this.#lineage(stage)].toReversed()) {
			const {base} = this.#graph.stages[descendant]!;
			const isOfBase =
				known.get(descendant) ??
				(base.kind === 'stage' &&
					(known.get(base.stage)! ||
						vertex.op.op.case === 'source' ||
						this.stepAt(vertex, base.stage) !== undefined ||
						this.twin(vertex, base.stage) !== undefined));
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
		if (this.twin(vertex, stage, before) !== undefined) {
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

	/** The frontend names a vertex `[stage i/n] …`; a stage without a name is `stage-0`. */
	#isNamedAfter({name}: Vertex, stage: number): boolean {
		const label = this.#graph.stages[stage]!.name ?? `stage-${stage}`;
		return name
			.slice(0, name.indexOf(']'))
			.split(/[\s\[]/v)
			.includes(label);
	}
}
