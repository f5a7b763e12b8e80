import type {DebuggerStore} from '../debugger/store.js';
import type {Program, Shell} from '../engine/port.js';
import {UsageError} from '../errors.js';

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

	/** What its words can be, for completion; without it, they are points. */
	readonly completions?: (store: DebuggerStore) => readonly string[];

	/** @throws {UsageError} What was asked for can't be done. */
	readonly run: (
		words: readonly string[],
		context: PromptContext,
	) => Promise<Outcome> | Outcome;
};

/** How a command ended: `failed` is what a program in a shell did, `over` is the end of the session. */
export type Outcome = 'done' | 'failed' | 'over';

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
