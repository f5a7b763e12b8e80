import {randomUUID} from 'node:crypto';
import type {Retrace} from '../../debugger/machine/explanation.js';
import type {Build, Shell} from '../../engine/port.js';
import {readTrace, tracingOf} from './trace-script.js';

/** How much of what a command prints is kept, in UTF-16 code units; the trace is in it. */
const keptOutput = 4_194_304;

/**
Runs a RUN again, in a container of its own made from what it started from, with its shell telling what it runs.

@param step - Its id.
@param signal - Aborting it ends the command.
@returns Which part of its command it ended in, or why that can't be told.
@throws {UsageError} The container can't be made.
@throws {EngineError} The engine was lost.
*/
export async function retraceStep(
	build: Build,
	step: number,
	signal: AbortSignal,
): Promise<Retrace> {
	const process = build.processOf(step);
	if (!process) {
		return refused('Only a RUN has a command that can be run again.');
	}

	const tracing = tracingOf(
		process.arguments,
		process.environment,
		`mstage-${randomUUID()}`,
	);
	if (!tracing) {
		return refused(
			'The instruction starts one program without a shell that mstage knows, so its command has no parts to tell apart.',
		);
	}

	const snapshot = await build.snapshot({kind: 'before', step});
	const shell = await snapshot.openShell({
		command: tracing.command,
		terminal: null,
	});
	const stop = (): void => {
		void shell.close();
	};

	signal.addEventListener('abort', stop);
	try {
		shell.endInput();
		const output = await outputOf(shell);
		return readTrace(tracing, output, await shell.exited);
	} finally {
		signal.removeEventListener('abort', stop);
		await shell.close();
	}
}

function refused(reason: string): Retrace {
	return {kind: 'refused', reason};
}

async function outputOf({output}: Shell): Promise<string> {
	const decoder = new TextDecoder();
	let text = '';
	for await (const {data} of output) {
		text += decoder.decode(data, {stream: true});
		if (text.length > 2 * keptOutput) {
			text = text.slice(-keptOutput);
		}
	}

	return text;
}
