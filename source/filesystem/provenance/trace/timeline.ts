import type {BuildGraph, GraphBase, GraphStep, Place} from '../provenance.js';

/** A filesystem that a stage had. */
export type State = {
	readonly place: Place;

	/** What made it of the state before; `null` for what the stage starts from. */
	readonly step: GraphStep | null;
};

/** All filesystems that a stage had up to some point, those of the stages that it starts from included. */
export type Timeline = {
	/** In their order; the first is the base itself. */
	readonly states: readonly State[];

	/** What the first state is. */
	readonly base: Exclude<GraphBase, {kind: 'stage'}>;

	/** The FROM that names the base. */
	readonly from: number;
};

/** Where a timeline is to end. */
export type TimelineEnd = {
	/** How many of the stage's steps, FROM included; default: all. */
	readonly steps?: number;

	/** The step that failed then, whose remains are the last state; default: none. */
	readonly failed?: number | null;
};

/** @returns What a stage was, step by step. */
export function timelineOf(
	graph: BuildGraph,
	stage: number,
	{steps: count, failed = null}: TimelineEnd = {},
): Timeline {
	const {base, steps} = graph.stages[stage]!;
	const own = steps
		.slice(1, count)
		.filter(({executes}) => executes)
		.map((step): State => ({place: {kind: 'after', step: step.id}, step}));
	const remains = steps
		.filter(({id}) => id === failed)
		.map((step): State => ({place: {kind: 'failed', step: step.id}, step}));
	if (base.kind === 'stage') {
		const below = timelineOf(graph, base.stage);
		return {...below, states: [...below.states, ...own, ...remains]};
	}

	const from = steps[0]!.id;
	const start: State = {place: {kind: 'before', step: from}, step: null};
	return {base, from, states: [start, ...own, ...remains]};
}
