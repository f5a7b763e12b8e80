import {parsePoint, stageLabel} from '../../debugger/point.js';
import type {DebuggerStore} from '../../debugger/store.js';
import type {Program} from '../../engine/port.js';
import {UsageError} from '../../errors.js';
import {sanitise} from '../../text/sanitise.js';
import {
	type Outcome,
	type PromptCommand,
	type PromptContext,
	programOf,
} from '../command.js';
import {describePosition, describeStep} from '../printer.js';

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
		description: 'say where the build stands',
		completions: () => [],
		run(_words, {store, write}) {
			write(describePosition(store.state));
			return 'done';
		},
	},
	{
		name: 'log',
		key: 'l',
		usage: 'log [POINT]',
		description:
			'print the output of a step; without a point, of the one that failed or ran last',
		run: printLog,
	},
];

function listStages(
	_words: readonly string[],
	{store, write}: PromptContext,
): Outcome {
	const program = programOf(store);
	const {steps, positions, cursor} = store.state;
	const signs = {
		pending: '○',
		running: '▶',
		cached: '✔',
		done: '✔',
		failed: '✖',
		skipped: '⊘',
	} as const;
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
				` ${here} ${signs[steps[step]!.kind]} ${describeStep(program, step)}\n`,
			);
		}
	}

	return 'done';
}

function printLog(
	[text]: readonly string[],
	{store, write}: PromptContext,
): Outcome {
	const program = programOf(store);
	const step = text === undefined ? latestStep(store) : stepOf(text, program);
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

function stepOf(text: string, program: Program): number {
	const point = parsePoint(text, program);
	switch (point.kind) {
		case 'after': {
			return point.step;
		}

		case 'stage': {
			return program.stages[point.stage]!.steps.at(-1)!;
		}

		default: {
			throw new UsageError(
				`'${text}' is no step: name one, like ${stageLabel(program, 0)}:1.`,
			);
		}
	}
}
