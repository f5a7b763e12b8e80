import {constants} from 'node:os';
import {parsePoint} from '../../debugger/points/point.js';
import {exactPoint} from '../../debugger/points/reached.js';
import type {Point} from '../../engine/port.js';
import {UsageError} from '../../errors.js';
import {hear} from '../../inspect/explain/shell/heard-shell.js';
import {processAt} from '../../inspect/explain/shell/process-at.js';
import {whyNotStarted} from '../../inspect/explain/shell/why-not-started.js';
import {cannotStart, notStartedText} from '../../report/failure/not-started.js';
import {
	type Outcome,
	type PromptCommand,
	type PromptContext,
	programOf,
} from '../command.js';
import {untilAborted} from '../../until-aborted.js';

/** What a program exits with that is killed, as the session is told to end. */
const killed = (): number => 128 + constants.signals.SIGKILL;

/** What runs something in the filesystem of a point. */
export const shellCommands: readonly PromptCommand[] = [
	{
		name: 'shell',
		key: 's',
		usage: 'shell [POINT] [fresh] [-- COMMAND…]',
		description:
			'open a shell, or run a command, at a point; fresh, without the changes of the last shell there',
		run: openShell,
	},
];

async function openShell(
	words: readonly string[],
	context: PromptContext,
): Promise<Outcome> {
	const {store, write, terminal, attach, signal} = context;
	const program = programOf(store);
	const separator = words.indexOf('--');
	const before = separator === -1 ? words : words.slice(0, separator);
	const text = before.find(word => word !== 'fresh');
	const command = separator === -1 ? [] : words.slice(separator + 1);
	if (command.length === 0 && !terminal) {
		throw new UsageError(
			'Without a terminal, a shell needs a command: shell POINT -- COMMAND.',
		);
	}

	const point = text === undefined ? here(context) : parsePoint(text, program);
	const fresh = before.includes('fresh');
	if (command.length > 0) {
		const outcome = await context.cancelable(async within =>
			runCommand(within, point, {command, fresh}),
		);
		return outcome ?? 'done';
	}

	// What it prints, and the keys, are its own once it is there.
	const shell = await context.cancelable(async within => {
		const opened = await store.openShell(point, {terminal, fresh});
		if (within.signal.aborted) {
			await store.closeShell(opened);
		}

		return opened;
	});
	if (!shell) {
		return 'done';
	}

	try {
		return told(await untilAborted(attach(shell, true), signal, killed), write);
	} finally {
		await store.closeShell(shell);
	}
}

async function runCommand(
	context: PromptContext,
	point: Point,
	{
		command,
		fresh,
	}: {readonly command: readonly string[]; readonly fresh: boolean},
): Promise<Outcome> {
	const {store, write, attach, signal} = context;
	const why = async (
		output: string,
		exitCode: number | null,
	): Promise<string | null> =>
		reasonOf(context, point, {command, output, exitCode});
	try {
		const shell = await store.openShell(point, {
			command,
			terminal: null,
			fresh,
		});
		try {
			const {shell: listened, heard} = hear(shell);
			const code = await untilAborted(attach(listened, false), signal, killed);
			const outcome = told(code, write);
			const reason =
				code === 0 || signal.aborted ? null : await why(heard(), code);
			if (reason !== null) {
				write(`${reason}\n`);
			}

			return outcome;
		} finally {
			await store.closeShell(shell);
		}
	} catch (error) {
		// BuildKit tells only once the process was to run that it can't.
		const reason =
			error instanceof UsageError ? await why(error.message, null) : null;
		throw reason === null
			? error
			: new UsageError(cannotStart(command[0]!, reason), {cause: error});
	}
}

function told(code: number, write: PromptContext['write']): Outcome {
	if (code === 0) {
		return 'done';
	}

	write(`exited with code ${code}\n`);
	return 'failed';
}

/** Why a command couldn't be started there, as its files tell it. */
async function reasonOf(
	{store, signal}: PromptContext,
	point: Point,
	{
		command,
		output,
		exitCode,
	}: {
		readonly command: readonly string[];
		readonly output: string;
		readonly exitCode: number | null;
	},
): Promise<string | null> {
	const {buildFiles, state} = store;
	if (!buildFiles) {
		return null;
	}

	try {
		const process = processAt(buildFiles, exactPoint(point, state), {
			words: command,
			options: state.variableOptions,
		});
		return notStartedText(
			await whyNotStarted(await store.snapshot(point), process, {
				output,
				exitCode,
				platform: state.engine.platform,
				signal,
			}),
		);
	} catch (error) {
		// What isn't there yet tells nothing.
		if (error instanceof UsageError) {
			return null;
		}

		throw error;
	}
}

/** What is selected, or where the build stands. */
function here({store, selection}: PromptContext): Point {
	const {phase, positions, cursor} = store.state;
	if (selection.step !== null) {
		return {kind: 'after', step: selection.step};
	}

	if (phase.kind === 'failed' && phase.failure.state.kept) {
		return {kind: 'failed'};
	}

	const {stage, step} = positions[cursor]!;
	return step === null ? {kind: 'stage', stage} : {kind: 'before', step};
}
