import {UsageError} from '../errors.js';
import {findStage} from '../dockerfile/stage-graph.js';
import type {Point, Program} from '../engine/port.js';

/**
@param text - As a point is spelled on the command line: `builder`, `0`, `builder:3` (after that instruction of the
stage, FROM being 0), `Dockerfile:14` or `:14` (after the instruction on that line), `final`, `failed`.
@param program - What the point belongs to.
@throws {UsageError} The text names nothing in the program.
*/
export function parsePoint(text: string, program: Program): Point {
	if (text === 'final' || text === 'failed') {
		return {kind: text};
	}

	const [name, index] = splitAtColon(text);
	const stage = findStage(program.graph, name);
	if (index === null) {
		if (stage !== undefined) {
			return {kind: 'stage', stage};
		}
	} else if (stage === undefined) {
		const step =
			name === '' || name === 'Dockerfile' || name === program.graph.filename
				? program.steps.find(
						({lines}) => lines[0] <= index && index <= lines[1],
					)
				: undefined;
		if (step !== undefined) {
			return {kind: 'after', step: step.id};
		}
	} else {
		const step = program.stages[stage]!.steps[index];
		if (step !== undefined) {
			return {kind: 'after', step};
		}
	}

	throw new UsageError(
		`There is no point '${text}' in ${program.graph.filename}: give a stage (${stageNames(program)}), an instruction of a stage (${stageLabel(program, 0)}:1), a line (Dockerfile:14), final or failed.`,
	);
}

/**
@returns The point as `parsePoint` reads it, or, for the point before a step, in words.
*/
export function formatPoint(point: Point, program: Program): string {
	switch (point.kind) {
		case 'final':
		case 'failed': {
			return point.kind;
		}

		case 'stage': {
			const label = stageLabel(program, point.stage);
			return label === 'final' || label === 'failed'
				? String(point.stage)
				: label;
		}

		case 'after': {
			return stepLabel(program, point.step);
		}

		case 'before': {
			const {index} = program.steps[point.step]!;
			return index === 0
				? `the base of ${stepLabel(program, point.step).split(':', 1)[0]}`
				: `before ${stepLabel(program, point.step)}`;
		}
	}
}

/**
@param stage - A stage's index.
@returns Its name, or its number where it has none or a later stage has the same.
*/
export function stageLabel(program: Program, stage: number): string {
	const {name} = program.stages[stage]!;
	return name !== null && findStage(program.graph, name) === stage
		? name
		: String(stage);
}

/**
@param step - A step's id.
@returns `builder:3`
*/
export function stepLabel(program: Program, step: number): string {
	const {stage, index} = program.steps[step]!;
	return `${stageLabel(program, stage)}:${index}`;
}

function splitAtColon(
	text: string,
): readonly [name: string, index: number | null] {
	const match = /^(?<name>.*):(?<index>\d+)$/v.exec(text);
	return match
		? [match.groups!['name']!, Number(match.groups!['index'])]
		: [text, null];
}

function stageNames(program: Program): string {
	return program.stages.map(({index}) => stageLabel(program, index)).join(', ');
}
