import {constants} from 'node:os';
import {parsePoint} from '../../debugger/points/point.js';
import type {Point} from '../../engine/port.js';
import {UsageError} from '../../errors.js';
import {
	type Outcome,
	type PromptCommand,
	type PromptContext,
	programOf,
} from '../command.js';

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
	const shell = await store.openShell(point, {
		...(command.length > 0 && {command}),
		terminal: command.length > 0 ? null : terminal,
		fresh: before.includes('fresh'),
	});
	try {
		const code = await Promise.race([
			attach(shell, command.length === 0),
			aborted(signal),
		]);
		if (code === 0) {
			return 'done';
		}

		write(`exited with code ${code}\n`);
		return 'failed';
	} finally {
		await store.closeShell(shell);
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

/** Ends, with what a program that is killed exits with, when the session is told to end. */
async function aborted(signal: AbortSignal): Promise<number> {
	return new Promise(resolve => {
		signal.addEventListener('abort', () => {
			resolve(128 + constants.signals.SIGKILL);
		});
	});
}
