import type {DebuggerState} from '../../debugger/machine/state.js';
import {stageOfPoint} from '../../debugger/points/point.js';
import {isPointReached} from '../../debugger/points/reached.js';
import type {Failure, Point, Program} from '../../engine/port.js';

/** How far a build is. */
export type Progress = {
	readonly isDone: (stage: number) => boolean;

	/** @param step - A step's id. */
	readonly isReached: (step: number) => boolean;

	/** The id of the step that failed; `null` when none has. */
	readonly failedStep: number | null;
};

/** Of a build that was run to its end. */
export const wholeBuild: Progress = {
	isDone: () => true,
	isReached: () => true,
	failedStep: null,
};

/** @returns How far a session's build is. */
export function progressOf(state: DebuggerState): Progress {
	const {phase} = state;
	return {
		isDone: stage => isPointReached(state, {kind: 'stage', stage}),
		isReached: step => isPointReached(state, {kind: 'after', step}),
		failedStep: phase.kind === 'failed' ? phase.failure.step : null,
	};
}

/**
@param stopped - What ended the build, and the steps of which the engine reported that they are done.
@returns How far a build is that failed.
*/
export function progressOfStopped(
	{steps, stages, graph}: Program,
	{
		failure,
		done,
	}: {readonly failure: Failure; readonly done: ReadonlySet<number>},
): Progress {
	const isDoneUpTo = (stage: number, index: number): boolean => {
		const {base} = graph.stages[stage]!;
		const own = stages[stage]!.steps.filter(id => steps[id]!.executes);
		const last = own.findLast(id => steps[id]!.index <= index);
		// What is in front of a step that is done may not have been reported: nobody needed it.
		return (
			own.some(id => id >= (last ?? id) && done.has(id)) ||
			(last === undefined && (base.kind !== 'stage' || isDone(base.stage)))
		);
	};

	const isDone = (stage: number): boolean =>
		isDoneUpTo(stage, Number.POSITIVE_INFINITY);
	return {
		isDone,
		isReached: id => isDoneUpTo(steps[id]!.stage, steps[id]!.index),
		failedStep: failure.step,
	};
}

/** @returns Whether all that a point of a stage is made of is done; what a failure left is there too. */
export function isPointDone(
	program: Program,
	{isDone, isReached, failedStep}: Progress,
	point: Point,
): boolean {
	switch (point.kind) {
		case 'failed': {
			return failedStep !== null && (point.step ?? failedStep) === failedStep;
		}

		case 'after': {
			return isReached(point.step);
		}

		case 'before': {
			const {stage, index} = program.steps[point.step]!;
			const before = program.stages[stage]!.steps[index - 1];
			return before === undefined || isReached(before);
		}

		default: {
			const stage = stageOfPoint(point, program);
			return stage === null || isDone(stage);
		}
	}
}
