import type {DebuggerStore} from '../../debugger/session/store.js';
import {stageLabel} from '../../debugger/points/point.js';
import {UsageError} from '../../errors.js';
import {sanitise} from '../../text/sanitise.js';
import {
	type Outcome,
	type PromptCommand,
	type PromptContext,
	parseStep,
	programOf,
} from '../command.js';
import {explanationOf} from '../../report/failure/explained.js';
import {describeFailure} from '../../report/failure/describe-failure.js';
import {describeStep, stepSigns} from '../../report/describe-step.js';
import {byLine, describeWarning} from '../../report/warnings/text.js';
import {describePosition} from '../printer.js';
import {printBuilders} from './builders.js';
import {printSource} from './source.js';
import {printVariables} from './variables.js';

/** What only looks at the build. */
export const lookCommands: readonly PromptCommand[] = [
	{
		name: 'stages',
		usage: 'stages',
		description: 'list the stages and their steps, with what is done',
		completions: () => [],
		run: listStages,
	},
	{
		name: 'where',
		usage: 'where',
		description: 'say where the build stands, and what is selected',
		completions: () => [],
		run: sayWhere,
	},
	{
		name: 'list',
		usage: 'list [STEP | all]',
		description: 'print the Dockerfile around a step, with what is done',
		run: printSource,
	},
	{
		name: 'variables',
		key: 'v',
		usage: 'variables [STEP]',
		description:
			'print the environment, build arguments and settings after a step, and where each came from',
		run: printVariables,
	},
	{
		name: 'builders',
		key: 'V',
		usage: 'builders',
		description:
			'print what each of the two builders runs for the target, why, and how long it took last',
		completions: () => [],
		run: printBuilders,
	},
	{
		name: 'log',
		key: 'l',
		usage: 'log [STEP]',
		description:
			'print the output of a step; without one, of the one that failed or ran last',
		run: printLog,
	},
	{
		name: 'warnings',
		key: 'W',
		usage: 'warnings',
		description:
			'list what the builder and mstage warn of, with the rule and where it is described',
		completions: () => [],
		run: listWarnings,
	},
	{
		name: 'failures',
		usage: 'failures [NUMBER]',
		description: 'list what failed, or look at another of them',
		completions: () => [],
		run: listFailures,
	},
];

function listStages(
	_words: readonly string[],
	{store, write}: PromptContext,
): Outcome {
	const program = programOf(store);
	const {steps, positions, cursor} = store.state;
	for (const stage of program.stages) {
		const remark = stage.used
			? ''
			: stage.needed
				? '  built, not needed'
				: '  not needed';
		write(
			`${stage.index} ${sanitise(stageLabel(program, stage.index))}${remark}\n`,
		);
		for (const step of stage.steps) {
			const here = positions[cursor]?.step === step ? '▶' : ' ';
			write(
				` ${here} ${stepSigns[steps[step]!.kind]} ${describeStep(program, step)}\n`,
			);
		}
	}

	return 'done';
}

function printLog(
	[text]: readonly string[],
	{store, write, selection}: PromptContext,
): Outcome {
	const program = programOf(store);
	const step =
		text === undefined
			? (selection.step ?? latestStep(store))
			: parseStep(text, program);
	const log = store.log(step);
	for (let line = 0; line < log.lineCount; line++) {
		const content = log.line(line);
		if (content !== undefined) {
			write(
				`${content
					.split('\t')
					.map(part => sanitise(part))
					.join('\t')}\n`,
			);
		} else if (log.line(line - 1) !== undefined) {
			write(`… ${log.droppedCount} lines were let go …\n`);
		}
	}

	return 'done';
}

function latestStep(store: DebuggerStore): number {
	const {phase, positions, cursor, steps, program} = store.state;
	if (phase.kind === 'failed' && phase.failure.step !== null) {
		return phase.failure.step;
	}

	const ran = positions
		.slice(0, cursor + 1)
		.findLast(
			({step}) =>
				step !== null &&
				program!.steps[step]!.executes &&
				steps[step]!.kind === 'done',
		);
	if (ran?.step === undefined || ran.step === null) {
		throw new UsageError('No step has run yet, so there is no log.');
	}

	return ran.step;
}

function sayWhere(
	_words: readonly string[],
	{store, write, selection}: PromptContext,
): Outcome {
	write(describePosition(store.state));
	if (selection.step !== null) {
		write(
			`  selected: ${describeStep(store.state.program!, selection.step)}\n`,
		);
	}

	return 'done';
}

async function listWarnings(
	_words: readonly string[],
	{store, write}: PromptContext,
): Promise<Outcome> {
	const {graph} = programOf(store);
	await store.loadingToldOf();
	const {warnings} = store.state;
	write(
		warnings.length === 0
			? 'no warnings\n'
			: byLine(warnings)
					.map(warning => describeWarning(warning, graph.filename))
					.join(''),
	);
	return 'done';
}

function listFailures(
	[text]: readonly string[],
	{store, write}: PromptContext,
): Outcome {
	const {failures} = store.state;
	if (failures.length === 0) {
		throw new UsageError('Nothing has failed.');
	}

	if (text !== undefined) {
		const index = /^\d+$/v.test(text) ? Number(text) - 1 : -1;
		if (!failures[index]) {
			throw new UsageError(
				`There is no failure ${text}: give a number from 1 to ${failures.length}.`,
			);
		}

		store.dispatch({type: 'select-failure', index});
		return 'done';
	}

	for (const [index, failure] of failures.entries()) {
		write(
			`${index + 1} ${describeFailure(failure, store.state.program!, explanationOf(store.state, failure))}`,
		);
	}

	return 'done';
}
