import type {Program} from '../../engine/port.js';
import type {Position} from './state.js';

/**
@returns Every place where the build can stand, in the order in which it gets there: before each step of each stage that
the target needs, in file order, and at the end of each of these stages; not in one whose place a named context takes, unless
it is the target. The target's stage comes last, also when
later stages stand in the file: stages after the target are never needed by it.
*/
export function positionsOf(program: Program): readonly Position[] {
	return program.stages
		.filter(
			({index, needed}) =>
				needed &&
				(!program.graph.stages[index]!.isReplaced || index === program.target),
		)
		.flatMap(stage => [
			...stage.steps.map((step): Position => ({stage: stage.index, step})),
			{stage: stage.index, step: null},
		]);
}

/**
@returns The ids of the steps that lie between two positions: from the one before which `from` stands up to, and
without, the one before which `to` stands.
*/
export function stepsBetween(
	positions: readonly Position[],
	from: number,
	to: number,
): readonly number[] {
	return positions
		.slice(from, to)
		.map(position => position.step)
		.filter(step => step !== null);
}

/**
@param step - A step's id.
@returns The index of the position before it, or -1 when its stage isn't built.
*/
export function positionOfStep(
	positions: readonly Position[],
	step: number,
): number {
	return positions.findIndex(position => position.step === step);
}

/**
@param program - What the line belongs to.
@param line - Counted from 1.
@returns The step whose instruction covers the line; else the first one after it.
*/
export function stepAtLine(program: Program, line: number): number | undefined {
	return program.steps.find(({lines, trigger}) => !trigger && lines[1] >= line)
		?.id;
}
