import {stepLabel} from '../debugger/points/point.js';
import type {StepState} from '../debugger/machine/state.js';
import type {Program} from '../engine/port.js';
import {sanitise} from '../text/sanitise.js';

/** What is known of a step, as one cell. */
export const stepSigns: Readonly<Record<StepState['kind'], string>> = {
	pending: '○',
	running: '▶',
	cached: '✔',
	done: '✔',
	failed: '✖',
	skipped: '⊘',
};

/**
@param step - A step's id.
@returns `builder:3  RUN go build  Dockerfile:7`, sanitised.
*/
export function describeStep(program: Program, step: number): string {
	const {text, lines} = program.steps[step]!;
	return `${sanitise(stepLabel(program, step))}  ${sanitise(text)}  ${sanitise(program.graph.filename)}:${lines[0]}`;
}
