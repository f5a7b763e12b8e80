import {open} from 'node:fs/promises';
import process from 'node:process';
import {Readable} from 'node:stream';
import {exitCodeOf} from '../debugger/machine/exit-code.js';
import type {DebuggerStore} from '../debugger/session/store.js';
import {UsageError, exitCodes, toError} from '../errors.js';
import {jsonPrinter} from '../prompt/json-printer.js';
import {runLinePrompt} from '../prompt/line-prompt.js';
import {textPrinter} from '../prompt/printer.js';
import {sanitise} from '../text/sanitise.js';
import {attachStreams} from './attach-streams.js';
import {outputStyle} from './output.js';
import {readHistory, writeHistory} from './prompt-history.js';

export type PlainOptions = {
	/** Print events as JSON, one per line, instead of text. */
	readonly json: boolean;

	/** A file of commands to run instead of those on standard input; the first that fails ends the session. */
	readonly commands?: string;

	/** The Dockerfile's path. */
	readonly dockerfile: string;

	/** Ends the session. */
	readonly signal: AbortSignal;
};

/**
A debug session at the line prompt, on standard input and output.

@returns The exit code.
@throws {UsageError} The file of commands can't be read.
*/
export async function runPlain(
	store: DebuggerStore,
	{json, commands, dockerfile, signal}: PlainOptions,
): Promise<number> {
	const {stdin, stdout, stderr} = process;
	const input =
		commands === undefined ? unread(stdin) : await openScript(commands);
	const write = (text: string): void => {
		stdout.write(text);
	};

	const {engine} = store.state;
	store.onEvent(json ? jsonPrinter(write) : textPrinter(write));
	if (!json) {
		write(
			`mstage  ${sanitise(engine.name)} ${sanitise(engine.version)} · ${engine.builder}\n`,
		);
	}

	await store.start();
	const onTerminal =
		Boolean(stdin.isTTY && stdout.isTTY) && !json && commands === undefined;
	const history = onTerminal ? await readHistory() : [];
	const succeeded = await runLinePrompt({
		store,
		signal,
		write,
		input,
		history,
		strict: commands !== undefined,
		bytes: stdout,
		style: outputStyle,
		output: onTerminal ? stdout : null,
		terminal: onTerminal ? stdout : null,
		async edit(line) {
			const {editorFor, runEditor} = await import('../ui/editor-visit.js');
			const command = editorFor(process.env, dockerfile, line);
			await runEditor(command, stdin, signal);
		},
		async attach(shell, interactive) {
			if (interactive) {
				const {attachTerminal} = await import('../ui/lend.js');
				return attachTerminal(shell, {stdin, stdout}, signal);
			}

			return attachStreams(shell, {stdin: null, stdout, stderr});
		},
	});

	if (onTerminal) {
		await writeHistory(history);
	}

	const {phase} = store.state;
	if (phase.kind === 'broken') {
		throw phase.error;
	}

	return succeeded ? exitCodeOf(store.state) : exitCodes.buildFailed;
}

/** What the Dockerfile or the build context was read from has no commands, and would never end. */
function unread(stdin: Readable): Readable {
	return stdin.readableEnded ? Readable.from([]) : stdin;
}

/** Opens the file before the build is loaded, so that a wrong name is told at once. */
async function openScript(file: string): Promise<Readable> {
	try {
		const handle = await open(file);
		const found = await handle.stat();
		if (found.isDirectory()) {
			await handle.close();
			throw new Error('it is a folder');
		}

		return handle.createReadStream();
	} catch (error) {
		throw new UsageError(
			`The commands in ${file} can't be read: ${toError(error).message}. Name a file of commands, one per line, with --commands.`,
			{cause: error},
		);
	}
}
