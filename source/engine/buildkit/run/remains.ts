import type {Result, Vertex} from '../program/definition.js';
import type {LoadedBuild} from '../program/loading.js';
import type {FailedState, FailureDetails} from './error-details.js';

/** What is left of a failure besides what is told of it. */
export type Remains = {
	/** The operation that failed: one of ours. */
	readonly digest: string | null;

	/** Whether another build runs it, too, so that the engine keeps its failure for as long as that lasts. */
	readonly isShared: boolean;

	/** What a RUN left behind, when the engine kept it. */
	readonly state: FailedState | null;

	/** What the state is of, when it was run once more for it. */
	readonly ownRun: OwnRun | null;

	/** The RUN that can only be looked into by running it again. */
	readonly again: Vertex | null;

	/** What a COPY looked in. */
	readonly source: Result | null;
};

/** A RUN in a definition that no other build has. */
export type OwnRun = {
	readonly load: LoadedBuild;
	readonly vertex: Vertex;
};

/**
@param details - Of a failure.
@param vertex - Our operation, if it is known: it says what it is.
@returns What a RUN left behind, or `null` when the engine kept nothing.
*/
export function keptState(
	{state}: FailureDetails,
	vertex: Vertex | undefined,
): FailedState | null {
	if (state?.op.op.case !== 'exec' || state.mounts.length === 0) {
		return null;
	}

	const own = runOf(vertex)?.op;
	return own?.op.case === 'exec' &&
		own.op.value.mounts.length === state.mounts.length
		? {...state, op: own}
		: state;
}

/** @returns The operation, if it is a RUN. */
export function runOf(vertex: Vertex | undefined): Vertex | null {
	return vertex?.op.op.case === 'exec' ? vertex : null;
}
