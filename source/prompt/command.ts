import type {Writable} from 'node:stream';
import {parsePoint, stageLabel} from '../debugger/points/point.js';
import type {DebuggerStore} from '../debugger/session/store.js';
import type {Program, Shell} from '../engine/port.js';
import {UsageError} from '../errors.js';
import type {OutputStyle} from '../report/output-style.js';

/** What a command of the line prompt works with. */
export type PromptContext = {
	readonly store: DebuggerStore;

	/** Takes text that ends with a newline. */
	readonly write: (text: string) => void;

	/** Connects a shell with the user until it ends; returns its exit code. */
	readonly attach: (shell: Shell, interactive: boolean) => Promise<number>;

	/**
	Opens the Dockerfile in the user's editor at a line, counted from 1, and returns when it ended well; throws a
	`UsageError` otherwise.
	*/
	readonly edit: (line: number) => Promise<void>;

	/** The user's terminal, as large as it is now, or `null` on a pipe. */
	readonly terminal: {readonly rows: number; readonly columns: number} | null;

	/** Ends the session: whatever a command waits for, it waits no longer. */
	readonly signal: AbortSignal;

	/**
	Does what Ctrl-C gives up on a terminal: the signal of the context that it gets aborts then, and what it still writes isn't
	told. Returns `null` when it was given up, without waiting for it.
	*/
	readonly cancelable: <T>(
		work: (within: PromptContext) => Promise<T>,
	) => Promise<T | null>;

	/** Takes the bytes of files as they are. */
	readonly bytes: Writable;

	/** How what is printed looks, as the terminal is now. */
	readonly style: () => OutputStyle;

	/** What the commands are about when they name no step; it moves with `back`, `forward`, `into` and `select`. */
	readonly selection: Selection;
};

/** A step's id, or `null`: where the build stands. */
export type Selection = {step: number | null};

export type PromptCommand = {
	readonly name: string;

	/** The screen's key for the same, which works here too. */
	readonly key?: string;
	readonly usage: string;
	readonly description: string;

	/** Whether it prepares the build: one that hasn't begun doesn't begin for it. */
	readonly preparesBuild?: true;

	/** Whether its words are paths of the build, in which escapes of names stay as they are. */
	readonly takesPaths?: true;

	/** Whether it only looks at something, and may be given up. */
	readonly looks?: true;

	/** What its words can be, for completion; without it, they are points. */
	readonly completions?: (store: DebuggerStore) => readonly string[];

	/** @throws {UsageError} What was asked for can't be done. */
	readonly run: (
		words: readonly string[],
		context: PromptContext,
	) => Promise<Outcome> | Outcome;
};

/** How a command ended: `failed` is what a program in a shell did. */
export type Outcome = 'done' | 'failed' | 'quit';

/**
@returns The program of the session.
@throws {UsageError} None is loaded.
*/
export function programOf(store: DebuggerStore): Program {
	const {program} = store.state;
	if (!program) {
		throw new UsageError('No program is loaded.');
	}

	return program;
}

/**
@param text - A point that is a step: `builder:3`, `Dockerfile:14`, or a stage for its last one.
@returns The step's id.
@throws {UsageError} It names no step.
*/
export function parseStep(text: string, program: Program): number {
	const point = parsePoint(text, program);
	switch (point.kind) {
		case 'after':
		case 'before': {
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

/**
@param text - As `parseStep` takes it.
@returns Its step; without a text the selected one, or else the one before which the build stands (at the end of a stage:
its last one).
*/
export function stepMeant(
	text: string | undefined,
	{store, selection}: PromptContext,
): number {
	const program = programOf(store);
	if (text !== undefined) {
		return parseStep(text, program);
	}

	const {positions, cursor} = store.state;
	const {stage, step} = positions[cursor]!;
	return selection.step ?? step ?? program.stages[stage]!.steps.at(-1)!;
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
