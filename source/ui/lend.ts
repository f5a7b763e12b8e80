import {type Buffer} from 'node:buffer';
import {once} from 'node:events';
import type {ReadStream, WriteStream} from 'node:tty';
import type {Shell} from '../engine/port.js';
import {toError} from '../errors.js';
import {BorrowedModes} from '../terminal/borrowed-modes.js';
import {hold} from '../terminal/holders.js';
import {sizeOf} from './terminal.js';

export type TerminalStreams = {
	readonly stdin: ReadStream;
	readonly stdout: WriteStream;
};

/**
Lends the terminal to a shell until it ends: every byte goes both ways as it is, Ctrl-C included, and the shell learns
of each new size.

@param shell - One that was opened with a terminal. Closing it is left to the caller.
@param streams - The terminal. What was typed and not yet taken by the shell stays in `stdin`, which is paused.
@param signal - Takes the terminal back at once.
@returns The shell's exit code, after everything that it printed is on the terminal.
@throws {EngineError} The engine was lost.
@throws The reason of the signal.
*/
export async function attachTerminal(
	shell: Shell,
	{stdin, stdout}: TerminalStreams,
	signal?: AbortSignal,
): Promise<number> {
	const wasRaw = stdin.isRaw;
	const modes = new BorrowedModes();
	let isTaken = false;
	const take = (): void => {
		if (!isTaken) {
			isTaken = true;
			stdin.setRawMode(true);
		}
	};

	const release = (): void => {
		if (isTaken) {
			isTaken = false;
			stdout.write(modes.undo());
			stdin.setRawMode(wasRaw);
		}
	};

	const letGo = hold({
		release,
		retake() {
			take();
			stdout.write(modes.redo());
			redraw(shell, stdout);
		},
	});
	take();
	stdout.write(modes.begin);
	const resize = () => {
		shell.resize(sizeOf(stdout));
	};

	stdout.on('resize', resize);
	resize();
	const stopFeeding = feed(shell, stdin);
	const detached = new AbortController();
	try {
		const end = Promise.all([shell.exited, drain(shell, stdout, modes)]);
		const [code] = await (signal
			? Promise.race([end, aborted(signal, detached.signal)])
			: end);
		return code;
	} finally {
		detached.abort();
		stopFeeding();
		stdout.off('resize', resize);
		release();
		letGo();
	}
}

/** Programs that fill the screen draw it anew when its size changes. */
function redraw(shell: Shell, stdout: WriteStream): void {
	const {rows, columns} = sizeOf(stdout);
	shell.resize({rows, columns: Math.max(1, columns - 1)});
	shell.resize({rows, columns});
}

async function aborted(
	signal: AbortSignal,
	detached: AbortSignal,
): Promise<never> {
	if (!signal.aborted) {
		await once(signal, 'abort', {signal: detached});
	}

	throw toError(signal.reason);
}

async function drain(
	shell: Shell,
	stdout: WriteStream,
	modes: BorrowedModes,
): Promise<void> {
	for await (const {data} of shell.output) {
		modes.see(data);
		if (!stdout.write(data)) {
			await once(stdout, 'drain');
		}
	}
}

/** No more is read while the engine hasn't taken what was typed. That writing fails is told by the shell's end. */
function feed(shell: Shell, stdin: ReadStream): () => void {
	let isFeeding = true;
	const send = async (data: Buffer) => {
		stdin.pause();
		await shell.write(data).catch(() => undefined);
		if (isFeeding) {
			stdin.resume();
		}
	};

	const onData = (data: Buffer) => {
		void send(data);
	};

	const onEnd = () => {
		shell.endInput();
	};

	stdin.on('data', onData).on('end', onEnd).resume();
	return () => {
		isFeeding = false;
		stdin.pause();
		stdin.off('data', onData).off('end', onEnd);
	};
}
