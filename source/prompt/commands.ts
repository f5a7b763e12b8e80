import {constants} from 'node:os';
import {UsageError} from '../errors.js';
import {resolveBreakpoints} from '../debugger/breakpoints.js';
import {parsePoint, stageLabel} from '../debugger/point.js';
import type {DebuggerStore} from '../debugger/store.js';
import {isAtEnd} from '../debugger/transition.js';
import type {Point, Program, Shell} from '../engine/port.js';
import {sanitise} from '../text/sanitise.js';
import {describePosition, describeStep} from './printer.js';

/** What a command of the line prompt works with. */
export type PromptContext = {
	readonly store: DebuggerStore;

	/** Takes text that ends with a newline. */
	readonly write: (text: string) => void;

	/** Connects a shell with the user until it ends; returns its exit code. */
	readonly attach: (shell: Shell, interactive: boolean) => Promise<number>;

	/** The user's terminal, or `null` on a pipe. */
	readonly terminal: {readonly rows: number; readonly columns: number} | null;

	/** Ends the session: whatever a command waits for, it waits no longer. */
	readonly signal: AbortSignal;
};

export type PromptCommand = {
	readonly name: string;

	/** The screen's key for the same, which works here too. */
	readonly key?: string;
	readonly usage: string;
	readonly description: string;

	/** @returns Whether the session goes on. */
	readonly run: (
		words: readonly string[],
		context: PromptContext,
	) => Promise<boolean> | boolean;
};

/** The commands of the line prompt: the names of the screen's keys. */
export const promptCommands: readonly PromptCommand[] = [
	{
		name: 'continue',
		key: 'c',
		usage: 'continue',
		description: 'run to the next pause; at the end, finish the build',
		run: async (_words, context) => proceed(context, 'continue'),
	},
	{
		name: 'next',
		key: 'n',
		usage: 'next',
		description: 'run one instruction',
		run: async (_words, context) => proceed(context, 'next'),
	},
	{
		name: 'end',
		key: 'e',
		usage: 'end',
		description: 'run to the end of this stage',
		run: async (_words, context) => proceed(context, 'end-of-stage'),
	},
	{
		name: 'break',
		key: 'b',
		usage: 'break [PLACE]',
		description:
			'set or clear a breakpoint (14, builder, builder:3); without a place, list them',
		run: breakAt,
	},
	{
		name: 'stages',
		usage: 'stages',
		description: 'list the stages and their steps, with what is done',
		run: listStages,
	},
	{
		name: 'where',
		usage: 'where',
		description: 'say where the build stands',
		run(_words, {store, write}) {
			write(describePosition(store.state));
			return true;
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
	{
		name: 'shell',
		key: 's',
		usage: 'shell [POINT] [-- COMMAND…]',
		description: 'open a shell, or run a command, at a point',
		run: openShell,
	},
	{
		name: 'help',
		key: '?',
		usage: 'help',
		description: 'list these commands',
		run(_words, {write}) {
			for (const {usage, key, description} of promptCommands) {
				write(
					`  ${usage.padEnd(30)} ${(key ?? '').padEnd(3)} ${description}\n`,
				);
			}

			return true;
		},
	},
	{
		name: 'quit',
		key: 'q',
		usage: 'quit',
		description: 'end the session',
		run: () => false,
	},
];

/**
@param word - A command's name or key.
@throws {UsageError} There is no such command.
*/
export function findCommand(word: string): PromptCommand {
	const command = promptCommands.find(
		({name, key}) => name === word || key === word,
	);
	if (!command) {
		throw new UsageError(`There is no command '${word}': help lists them.`);
	}

	return command;
}

/**
@param signal - Ends the waiting.
@returns When the build stands still again.
*/
export async function settled(
	store: DebuggerStore,
	signal: AbortSignal,
): Promise<void> {
	const moving = new Set(['loading', 'running', 'finishing']);
	if (signal.aborted || !moving.has(store.state.phase.kind)) {
		return;
	}

	await new Promise<void>(resolve => {
		const end = (): void => {
			stop();
			signal.removeEventListener('abort', end);
			resolve();
		};

		const stop = store.onEvent((_event, state) => {
			if (!moving.has(state.phase.kind)) {
				end();
			}
		});
		signal.addEventListener('abort', end);
	});
}

async function proceed(
	{store, signal}: PromptContext,
	type: 'continue' | 'next' | 'end-of-stage',
): Promise<boolean> {
	const {phase} = store.state;
	if (phase.kind === 'failed') {
		throw new UsageError(
			'The build has failed and can’t go on: look into it with shell failed, then quit.',
		);
	}

	if (type !== 'continue' && isAtEnd(store.state)) {
		throw new UsageError('Everything is built: continue finishes the build.');
	}

	store.dispatch({type});
	await settled(store, signal);
	return (
		store.state.phase.kind !== 'finished' && store.state.phase.kind !== 'broken'
	);
}

function programOf(store: DebuggerStore): Program {
	const {program} = store.state;
	if (!program) {
		throw new UsageError('No program is loaded.');
	}

	return program;
}

function breakAt(
	words: readonly string[],
	{store, write}: PromptContext,
): boolean {
	const program = programOf(store);
	if (words.length > 0) {
		for (const position of resolveBreakpoints(
			words,
			program,
			store.state.positions,
		)) {
			store.dispatch({type: 'toggle-breakpoint', position});
		}
	}

	const {breakpoints, positions} = store.state;
	write(
		breakpoints.length === 0
			? 'no breakpoints\n'
			: breakpoints
					.map(index => `● ${describeStep(program, positions[index]!.step!)}\n`)
					.join(''),
	);
	return true;
}

function listStages(
	_words: readonly string[],
	{store, write}: PromptContext,
): boolean {
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
		write(
			`${stage.index} ${sanitise(stageLabel(program, stage.index))}${stage.needed ? '' : '  not needed'}\n`,
		);
		for (const step of stage.steps) {
			const here = positions[cursor]?.step === step ? '▶' : ' ';
			write(
				` ${here} ${signs[steps[step]!.kind]} ${describeStep(program, step)}\n`,
			);
		}
	}

	return true;
}

function printLog(
	[text]: readonly string[],
	{store, write}: PromptContext,
): boolean {
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

	return true;
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

async function openShell(
	words: readonly string[],
	context: PromptContext,
): Promise<boolean> {
	const {store, write, terminal, attach, signal} = context;
	const program = programOf(store);
	const separator = words.indexOf('--');
	const [text] = separator === -1 ? words : words.slice(0, separator);
	const command = separator === -1 ? [] : words.slice(separator + 1);
	if (command.length === 0 && !terminal) {
		throw new UsageError(
			'Without a terminal, a shell needs a command: shell POINT -- COMMAND.',
		);
	}

	const point = text === undefined ? here(store) : parsePoint(text, program);
	const shell = await store.openShell(point, {
		...(command.length > 0 && {command}),
		terminal: command.length > 0 ? null : terminal,
	});
	try {
		const code = await Promise.race([
			attach(shell, command.length === 0),
			aborted(signal),
		]);
		if (code !== 0) {
			write(`exited with code ${code}\n`);
		}
	} finally {
		await store.closeShell(shell);
	}

	return true;
}

/** Where the build stands. */
function here({state}: DebuggerStore): Point {
	const {phase, positions, cursor} = state;
	if (phase.kind === 'failed' && phase.failure.state.kept) {
		return {kind: 'failed'};
	}

	const {stage, step} = positions[cursor]!;
	return step === null ? {kind: 'stage', stage} : {kind: 'before', step};
}

/** Ends, with what a program that is killed exits with, when the session is told to end. */
async function aborted(signal: AbortSignal): Promise<number> {
	return new Promise(resolve => {
		signal.addEventListener('abort', () => {
			resolve(128 + constants.signals.SIGKILL);
		});
	});
}
