import {PassThrough, Readable} from 'node:stream';
import {expect, test} from 'vitest';
import {attachStreams} from '../../source/commands/attach-streams.js';
import {AsyncQueue} from '../../source/engine/async-queue.js';
import {shellThat} from '../debugger/programs.js';

test('input that can not be read ends the command at once', async () => {
	const shell = {
		...shellThat({code: 0}),
		// It waits for its input.
		output: new AsyncQueue<never>(),
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
