import process from 'node:process';
import {type DebuggerStore, exitCodeOf} from '../debugger/store.js';
import {jsonPrinter} from '../prompt/json-printer.js';
import {runLinePrompt} from '../prompt/line-prompt.js';
import {textPrinter} from '../prompt/printer.js';
import {sanitise} from '../text/sanitise.js';
import {attachStreams} from './attach-streams.js';

/**
A debug session at the line prompt, on standard input and output.

@param json - Print events as JSON, one per line, instead of text.
@param signal - Ends the session.
@returns The exit code.
*/
export async function runPlain(
	store: DebuggerStore,
	json: boolean,
	signal: AbortSignal,
): Promise<number> {
	const {stdin, stdout, stderr} = process;
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
	const onTerminal = Boolean(stdin.isTTY && stdout.isTTY) && !json;
	await runLinePrompt({
		store,
		signal,
		write,
		input: stdin,
		output: onTerminal ? stdout : null,
		terminal: onTerminal ? {rows: stdout.rows, columns: stdout.columns} : null,
		async attach(shell, interactive) {
			if (interactive) {
				const {attachTerminal} = await import('../ui/lend.js');
				return attachTerminal(shell, {stdin, stdout}, signal);
			}

			return attachStreams(shell, {stdin: null, stdout, stderr});
		},
	});

	const {phase} = store.state;
	if (phase.kind === 'broken') {
		throw phase.error;
	}

	return exitCodeOf(store.state);
}
