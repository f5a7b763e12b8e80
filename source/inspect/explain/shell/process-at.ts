import {variablesAfterStep} from '../../../debugger/machine/values.js';
import {stageOfPoint} from '../../../debugger/points/point.js';
import type {VariableOptions} from '../../../dockerfile/variables/read.js';
import type {Build, Point, StepProcess} from '../../../engine/port.js';

/**
@param words - What is started there: the program and its arguments.
@param options - What the variables of the Dockerfile depend on besides it.
@returns How it is started: as a shell at that point is.
*/
export function processAt(
	build: Pick<Build, 'program' | 'processOf'>,
	point: Point,
	{
		words,
		options,
	}: {readonly words: readonly string[]; readonly options: VariableOptions},
): StepProcess {
	const step = stepAt(build, point);
	const own = step === null ? null : build.processOf(step);
	if (own) {
		return {...own, arguments: words};
	}

	const {variables, settings} =
		step === null
			? {variables: [], settings: []}
			: variablesAfterStep(build.program, step, options);
	const setting = (name: string): string =>
		settings.find(other => other.name === name)?.value ?? '';
	return {
		arguments: words,
		environment: Object.fromEntries(
			variables.flatMap(({name, value, kind}) =>
				kind === 'environment' && value !== null ? [[name, value]] : [],
			),
		),
		user: setting('user'),
		directory: setting('workdir') || '/',
		network: 'default',
	};
}

/** The step whose variables hold there; `null` of what belongs to no stage. */
function stepAt(
	{program}: Pick<Build, 'program'>,
	point: Point,
): number | null {
	if ('step' in point && point.step !== undefined) {
		return point.step;
	}

	const stage = stageOfPoint(point, program);
	return stage === null ? null : program.stages[stage]!.steps.at(-1)!;
}
