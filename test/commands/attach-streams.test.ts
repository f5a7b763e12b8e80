import {PassThrough, Readable} from 'node:stream';
import {expect, test} from 'vitest';
import {attachStreams} from '../../source/commands/attach-streams.js';
import {AsyncQueue} from '../../source/engine/async-queue.js';
import type {Shell} from '../../source/engine/port.js';

test('input that can not be read ends the command at once', async () => {
	const shell: Shell = {
		command: ['cat'],
		isOfToolbox: false,
		// It waits for its input.
		output: new AsyncQueue(),
		exited: new Promise(() => {
			// Never.
		}),
		async write() {
			return undefined;
		},
		endInput() {
			return undefined;
		},
		resize() {
			return undefined;
		},
		signal() {
			return undefined;
		},
		async close() {
			return undefined;
		},
	};
	const stdin = new Readable({
		read() {
			this.destroy(new Error('EIO: i/o error, read'));
		},
	});
	await expect(
		attachStreams(shell, {
			stdin,
			stdout: new PassThrough(),
			stderr: new PassThrough(),
		}),
	).rejects.toThrow('EIO');
});
