import {Buffer} from 'node:buffer';
import {once} from 'node:events';
import type {ReadStream, WriteStream} from 'node:tty';
import type {Shell} from '../engine/port.js';
import {BorrowedModes} from '../terminal/borrowed-modes.js';
import {hold} from '../terminal/holders.js';
import {untilAborted} from '../until-aborted.js';
import {sizeOf} from './terminal.js';

export type TerminalStreams = {
	readonly stdin: ReadStream;
	readonly stdout: WriteStream;
};

/**
Lends the terminal to a shell until it ends: every byte goes both ways as it is, Ctrl-C included, and the shell learns
of each new size. Ctrl-P Ctrl-Q leaves it whatever runs in it, as it does docker attach.

@param shell - One that was opened with a terminal. Closing it is left to the caller.
@param streams - The terminal. What was typed and not yet taken by the shell stays in `stdin`, which is paused.
@param signal - Takes the terminal back at once.
@returns The shell's exit code, after everything that it printed is on the terminal; `null` when it was left.
@throws {EngineError} The engine was lost.
@throws The reason of the signal.
*/
export async function attachTerminal(
	shell: Shell,
	{stdin, stdout}: TerminalStreams,
	signal?: AbortSignal,
): Promise<number | null> {
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
	let leave!: () => void;
	const left = new Promise<readonly [null]>(resolve => {
		leave = () => {
			resolve([null]);
		};
	});
	const stopFeeding = feed(shell, stdin, leave);
	let hasEnded = false;
	let isLent = true;
	const printed = drain(shell, modes, stdout, () => isLent);
	try {
		const end = Promise.all([shell.exited, printed]);
		const over = Promise.race([end, left]);
		const [code] = await (signal ? untilAborted(over, signal) : over);
		hasEnded = code !== null;
		return code;
	} finally {
		isLent = false;
		stopFeeding();
		stdout.off('resize', resize);
		release();
		letGo();
		if (!hasEnded) {
			// What comes next doesn't go on with the line that the shell was in.
			stdout.write('\r\n');
		}
	}
}

/** Programs that fill the screen draw it anew when its size changes. */
function redraw(shell: Shell, stdout: WriteStream): void {
	const {rows, columns} = sizeOf(stdout);
	shell.resize({rows, columns: Math.max(1, columns - 1)});
	shell.resize({rows, columns});
}

/** What comes once the terminal was taken back would change it again. */
async function drain(
	shell: Shell,
	modes: BorrowedModes,
	stdout: WriteStream,
	isLent: () => boolean,
): Promise<void> {
	for await (const {data} of shell.output) {
		if (!isLent()) {
			return;
		}

		modes.see(data);
		if (!stdout.write(data)) {
			await once(stdout, 'drain');
		}
	}
}

/** How much of what is typed may wait for the engine, in bytes: until then the keys that leave a shell are seen. */
const mostWaiting = 65_536;

/**
No more is read while too much waits for the engine; what waits when this stops is there for the next reader. That writing
fails is told by the shell's end.
*/
function feed(shell: Shell, stdin: ReadStream, leave: () => void): () => void {
	const waiting: Buffer[] = [];
	const keys = new LeaveKeys();
	let isFeeding = true;
	let isSending = false;
	const send = async (): Promise<void> => {
		const data = isFeeding ? waiting.shift() : undefined;
		isSending = data !== undefined;
		if (data !== undefined) {
			await shell.write(data).catch(() => undefined);
			if (isFeeding) {
				stdin.resume();
			}

			void send();
		}
	};

	const onData = (data: Buffer) => {
		if (keys.areIn(data)) {
			leave();
			return;
		}

		waiting.push(data);
		if (lengthOf(waiting) >= mostWaiting) {
			stdin.pause();
		}

		if (!isSending) {
			void send();
		}
	};

	const onEnd = () => {
		shell.endInput();
	};

	stdin.on('data', onData).on('end', onEnd).resume();
	return () => {
		isFeeding = false;
		stdin.pause();
		stdin.off('data', onData).off('end', onEnd);
		if (waiting.length > 0) {
			stdin.unshift(Buffer.concat(waiting.splice(0)));
		}
	};
}

function lengthOf(pieces: readonly Buffer[]): number {
	return pieces.reduce((sum, {length}) => sum + length, 0);
}

/** Ctrl-P and Ctrl-Q as terminals send them: as controls, or as programs can ask for (kitty's protocol, xterm's modifyOtherKeys). */
const leaveKeys = [
	['\u0010', '\u0011'],
	['\u001B[112;5u', '\u001B[113;5u'],
	['\u001B[27;5;112~', '\u001B[27;5;113~'],
] as const;

/** What comes in larger pieces, in bytes, was pasted. */
const typedAtOnce = 64;

/** Sees Ctrl-P Ctrl-Q where it is typed. The shell has had the Ctrl-P, if it came alone. */
class LeaveKeys {
	#before = '';

	areIn(data: Buffer): boolean {
		if (data.length > typedAtOnce) {
			this.#before = '';
			return false;
		}

		const text = this.#before + data.toString('latin1');
		const first = leaveKeys.find(([key]) => text.endsWith(key))?.[0];
		this.#before = first ?? '';
		return leaveKeys.some(keys => text.includes(keys.join('')));
	}
}
