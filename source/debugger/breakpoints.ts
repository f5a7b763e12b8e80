import {UsageError} from '../errors.js';
import {findStage} from '../dockerfile/stage-graph.js';
import type {Program} from '../engine/port.js';
import {positionOfStep, stepAtLine} from './positions.js';
import type {Position} from './state.js';

/**
@param texts - As `--break` and the line prompt take them: `14` (a line), `builder` (a stage by its name), `builder:3`
or `0:3` (before an instruction of a stage, FROM being 0).
@returns Indices in `positions`, ascending. A line without an instruction moves to the next that has one.
@throws {UsageError} One of them names nothing that this build can stop at; the message says why.
*/
export function resolveBreakpoints(
	texts: readonly string[],
	program: Program,
	positions: readonly Position[],
): readonly number[] {
	const found = texts.map(text => resolveBreakpoint(text, program, positions));
	return [...new Set(found)].toSorted((a, b) => a - b);
}

function resolveBreakpoint(
	text: string,
	program: Program,
	positions: readonly Position[],
): number {
	const step = findStep(text, program);
	if (step === undefined) {
		throw new UsageError(
			`There is no place '${text}' to break at: give a line of the Dockerfile (14), a stage (builder) or an instruction of a stage (builder:3).`,
		);
	}

	const position = positionOfStep(positions, step);
	if (position === -1) {
		throw new UsageError(
			`The breakpoint '${text}' can never be hit: the target doesn't need that stage, so it isn't built. Name another with --target.`,
		);
	}

	return position;
}

function findStep(text: string, program: Program): number | undefined {
	if (/^\d+$/v.test(text)) {
		return stepAtLine(program, Number(text));
	}

	const [, name, index] =
		/^(?<name>[^:]+)(?::(?<index>\d+))?$/v.exec(text) ?? [];
	const stage = name === undefined ? undefined : findStage(program.graph, name);
	return stage === undefined
		? undefined
		: program.stages[stage]!.steps[Number(index ?? 0)];
}
