import {Buffer} from 'node:buffer';
import {once} from 'node:events';
import type {ReadStream, WriteStream} from 'node:tty';
import type {Shell} from '../engine/port.js';
import {toError} from '../errors.js';
import {escape} from '../text/escape.js';
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
	stdin.setRawMode(true);
	const resize = () => {
		shell.resize(sizeOf(stdout));
	};

	stdout.on('resize', resize);
	resize();
	const stopFeeding = feed(shell, stdin);
	const screen = new ScreenSwitch();
	const detached = new AbortController();
	try {
		const end = Promise.all([shell.exited, drain(shell, stdout, screen)]);
		const [code] = await (signal
			? Promise.race([end, aborted(signal, detached.signal)])
			: end);
		return code;
	} finally {
		detached.abort();
		stopFeeding();
		stdout.off('resize', resize);
		stdin.setRawMode(wasRaw);
		if (screen.isAlternate) {
			stdout.write('\u001B[?1049l');
		}
	}
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
	screen: ScreenSwitch,
): Promise<void> {
	for await (const {data} of shell.output) {
		screen.see(data);
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

/** DECSET and DECRST of the modes that switch to the alternate screen (xterm). */
const switches = new RegExp(
	String.raw`${escape}\[\?(?:\d+;)*(?:47|1047|1049)(?:;\d+)*(?<to>[hl])`,
	'gv',
);
const longestSwitch = 32;

/** Watches which of a terminal's two screens a program uses, so that a program that dies in the other can be undone. */
class ScreenSwitch {
	isAlternate = false;
	#tail = '';

	see(data: Uint8Array): void {
		const text =
			this.#tail +
			Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString(
				'latin1',
			);
		for (const match of text.matchAll(switches)) {
			this.isAlternate = match.groups!['to'] === 'h';
		}

		this.#tail = text.slice(-longestSwitch);
	}
}
