import {stageLabel} from '../../debugger/points/point.js';
import {positionOfStep} from '../../debugger/machine/positions.js';
import {reachedBeside, stageReadBy} from '../../debugger/machine/travel.js';
import {UsageError} from '../../errors.js';
import {sanitise} from '../../text/sanitise.js';
import {
	type Outcome,
	type PromptCommand,
	type PromptContext,
	parseStep,
	programOf,
	stepMeant,
} from '../command.js';
import {describeStep} from '../../report/describe-step.js';

/** What chooses the step that the other commands are about; nothing is run. */
export const travelCommands: readonly PromptCommand[] = [
	{
		name: 'back',
		key: '[',
		usage: 'back',
		description: 'select what was reached before',
		completions: () => [],
		run: (_words, context) => travel(context, -1),
	},
	{
		name: 'forward',
		key: ']',
		usage: 'forward',
		description: 'select what was reached after it',
		completions: () => [],
		run: (_words, context) => travel(context, 1),
	},
	{
		name: 'into',
		key: 'i',
		usage: 'into [STEP]',
		description: 'select the stage that a step reads, and list its steps',
		run: goInto,
	},
	{
		name: 'select',
		usage: 'select [STEP]',
		description: 'select a step; without one, where the build stands',
		run: select,
	},
];

function travel(context: PromptContext, direction: 1 | -1): Outcome {
	const {store, selection} = context;
	programOf(store);
	const {positions, cursor} = store.state;
	const from =
		selection.step === null
			? cursor
			: positionOfStep(positions, selection.step);
	const step = reachedBeside(store.state, from, direction);
	if (step === null && direction === -1) {
		throw new UsageError('Nothing was reached before this.');
	}

	return choose(step, context);
}

function goInto([text]: readonly string[], context: PromptContext): Outcome {
	const {store, write} = context;
	const program = programOf(store);
	const stage = stageReadBy(program, stepMeant(text, context));
	if (stage === null) {
		throw new UsageError(
			'That step reads no other stage: name a COPY --from, a RUN with a mount of a stage, or a FROM of one.',
		);
	}

	write(`${stage} ${sanitise(stageLabel(program, stage))}\n`);
	for (const step of program.stages[stage]!.steps) {
		write(`  ${describeStep(program, step)}\n`);
	}

	context.selection.step = program.stages[stage]!.steps.at(-1)!;
	return 'done';
}

function select([text]: readonly string[], context: PromptContext): Outcome {
	const program = programOf(context.store);
	return choose(text === undefined ? null : parseStep(text, program), context);
}

function choose(step: number | null, context: PromptContext): Outcome {
	const {store, write, selection} = context;
	selection.step = step;
	write(
		step === null
			? 'selected: where the build stands\n'
			: `selected: ${describeStep(programOf(store), step)}\n`,
	);
	return 'done';
}
