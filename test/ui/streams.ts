import {Buffer} from 'node:buffer';
import {PassThrough, Writable} from 'node:stream';
import type {ReadStream, WriteStream} from 'node:tty';

/** The two streams of a terminal without one, and what became of them. */
export type FakeStreams = {
	readonly stdin: ReadStream;
	readonly stdout: WriteStream;

	/** What was written so far. */
	written(): string;

	/** What is typed. */
	type(text: string): void;

	/** Gives it another size, and tells so. */
	resize(columns: number, rows: number): void;
};

/** @returns Streams with everything that is asked of a terminal's. */
export function fakeStreams(columns = 80, rows = 24): FakeStreams {
	let written = '';
	const input = Object.assign(new PassThrough(), {
		isRaw: false,
		setRawMode(isRaw: boolean) {
			input.isRaw = isRaw;
			return input;
		},
	});
	const output = Object.assign(
		new Writable({
			highWaterMark: 16,
			write(chunk: Uint8Array, _, callback) {
				written += Buffer.from(chunk).toString();
				setImmediate(callback);
			},
		}),
		{columns, rows},
	);
	return {
		stdin: input as unknown as ReadStream,
		stdout: output as unknown as WriteStream,

		written: () => written,
		type(text) {
			input.write(text);
		},
		resize(newColumns, newRows) {
			Object.assign(output, {columns: newColumns, rows: newRows});
			output.emit('resize');
		},
	};
}
