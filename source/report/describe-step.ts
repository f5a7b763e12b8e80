import {placeLabel, stepLabel} from '../debugger/points/point.js';
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
@returns `builder:3  RUN go build  Dockerfile:7`, sanitised; of an image's trigger `ONBUILD of bugs:onb` in place of the line.
*/
export function describeStep(program: Program, step: number): string {
	const {text} = program.steps[step]!;
	const place = placeLabel(program, step, program.graph.filename);
	return `${sanitise(stepLabel(program, step))}  ${sanitise(text)}  ${sanitise(place)}`;
}
