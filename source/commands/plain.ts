import {once} from 'node:events';
import {createReadStream} from 'node:fs';
import {stat} from 'node:fs/promises';
import process from 'node:process';
import {Readable} from 'node:stream';
import {exitCodeOf} from '../debugger/machine/exit-code.js';
import {outcomeOf} from '../debugger/machine/outcome.js';
import type {DebuggerStore} from '../debugger/session/store.js';
import {UsageError, exitCodes, toError} from '../errors.js';
import {type JsonConsole, jsonConsole} from '../prompt/json-console.js';
import {jsonPrinter} from '../prompt/json-printer.js';
import {runLinePrompt} from '../prompt/line-prompt.js';
import {textPrinter} from '../prompt/printer.js';
import {Script} from '../prompt/script.js';
import type {CommandUnderWay} from '../prompt/under-way.js';
import {PromptRoom} from '../prompt/prompt-room.js';
import {keptBreakpointsText} from '../report/describe-breakpoints.js';
import {sanitise} from '../text/sanitise.js';
import {attachStreams} from './attach-streams.js';
import {fileOutput, outputStyle, print} from './output.js';
import {readHistory, writeHistory} from './prompt-history.js';

export type PlainOptions = {
	/** Print events as JSON, one per line, instead of text. */
	readonly json: boolean;

	/** What commands come from: `null` is the terminal. */
	readonly script: Script | null;

	/** The name of the file that the script is; `null` of a pipe. */
	readonly commands?: string;

	/** The Dockerfile's path. */
	readonly dockerfile: string;

	/** What Ctrl-C gives up. */
	readonly underWay: CommandUnderWay;

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
	{json, script, commands, dockerfile, underWay, signal}: PlainOptions,
): Promise<number> {
	const {stdin, stdout} = process;
	const room = new PromptRoom();
	const write = (text: string): void => {
		room.above(() => {
			print(text);
		});
	};

	const {engine} = store.state;
	store.onEvent(json ? jsonPrinter(write) : textPrinter(write));
	if (!json) {
		write(
			`mstage  ${sanitise(engine.name)} ${sanitise(engine.version)} · ${engine.builder}\n`,
		);
	}

	await store.start();
	const history = script === null ? await readHistory() : [];
	const console = json ? jsonConsole(write) : textConsole(write);
	if (script === null) {
		const kept = keptBreakpointsText(store.state);
		write(kept === null ? '' : `${kept}\n`);
	}

	const succeeded = await runLinePrompt({
		...console,
		store,
		signal,
		commands:
			script === null
				? {
						kind: 'terminal',
						input: stdin,
						output: stdout,
						history,
						room,
						underWay,
					}
				: {kind: 'script', script, file: commands ?? null},
		style: outputStyle,
		terminal: script === null ? stdout : null,
		async edit(line) {
			const {editorFor, runEditor} = await import('../ui/editor-visit.js');
			const command = editorFor(process.env, dockerfile, line);
			await runEditor(command, {stdin, stdout}, signal);
		},
		async attach(shell, interactive) {
			if (interactive) {
				const {attachTerminal} = await import('../ui/lend.js');
				const code = await attachTerminal(shell, {stdin, stdout}, signal);
				return code ?? exitCodes.interrupted;
			}

			return attachStreams(shell, {
				stdin: null,
				stdout: console.stream('stdout'),
				stderr: console.stream('stderr'),
			});
		},
	});

	if (script === null) {
		await writeHistory(history);
	}

	const outcome = outcomeOf(store.state);
	if (outcome.kind === 'broken') {
		throw outcome.error;
	}

	return (
		exitCodeOf(store.state) ||
		(succeeded ? exitCodes.done : exitCodes.buildFailed)
	);
}

function textConsole(write: (text: string) => void): JsonConsole {
	const {stdout, stderr} = process;
	return {
		begin() {
			// The answer follows what was typed, or is all that is wanted.
		},
		write,
		refuse(message) {
			write(`${sanitise(message)}\n`);
		},
		bytes: fileOutput(),
		stream: name => (name === 'stdout' ? stdout : stderr),
	};
}

/**
@param file - Of `--commands`; without one, the commands come on standard input.
@returns The commands, which are being read from now on. Of a file it is known whether there are any.
@throws {UsageError} The file can't be read.
*/
export async function openScript(
	file: string | undefined,
	signal: AbortSignal,
): Promise<Script> {
	const {stdin} = process;
	if (file === undefined) {
		return new Script(unread(stdin), signal);
	}

	try {
		const input = createReadStream(file);
		await once(input, 'open');
		const found = await stat(file);
		if (found.isDirectory()) {
			input.destroy();
			throw new Error('it is a folder');
		}

		const script = new Script(input, signal);
		await script.begun();
		return script;
	} catch (error) {
		throw new UsageError(
			`The commands in ${file} can't be read: ${toError(error).message}. Name a file of commands, one per line, with --commands.`,
			{cause: error},
		);
	}
}

/** What the Dockerfile or the build context was read from has no commands, and would never end. */
function unread(stdin: Readable): Readable {
	return stdin.readableEnded ? Readable.from([]) : stdin;
}
