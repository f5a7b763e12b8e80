import type {Readable, Writable} from 'node:stream';
import type {Shell} from '../engine/port.js';

/**
Connects a shell with plain streams, bytes unchanged, no faster than either side takes them.

@param streams - `stdin` is `null` when nothing is to be read.
@returns The shell's exit code.
@throws {EngineError} The engine was lost.
@throws What the input ends with when it can't be read.
*/
export async function attachStreams(
	shell: Shell,
	streams: {
		readonly stdin: Readable | null;
		readonly stdout: Writable;
		readonly stderr: Writable;
	},
): Promise<number> {
	const input = feed(shell, streams.stdin);
	const output = print(shell, streams);
	await Promise.race([output, input.then(async () => output)]);
	const code = await shell.exited;
	streams.stdin?.destroy();
	await input;
	return code;
}

async function print(
	shell: Shell,
	{stdout, stderr}: {readonly stdout: Writable; readonly stderr: Writable},
): Promise<void> {
	for await (const {stream, data} of shell.output) {
		const target = stream === 2 ? stderr : stdout;
		if (!target.write(data)) {
			await new Promise<void>(resolve => {
				target.once('drain', resolve);
			});
		}
	}
}

async function feed(shell: Shell, stdin: Readable | null): Promise<void> {
	if (stdin) {
		try {
			for await (const chunk of stdin) {
				await shell.write(chunk as Uint8Array);
			}
		} catch (error) {
			if (
				(error as NodeJS.ErrnoException).code !== 'ERR_STREAM_PREMATURE_CLOSE'
			) {
				throw error;
			}
		}
	}

	shell.endInput();
}
