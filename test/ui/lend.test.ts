import {Buffer} from 'node:buffer';
import process from 'node:process';
import {setImmediate as turn} from 'node:timers/promises';
import {PassThrough} from 'node:stream';
import {describe, expect, test, vi} from 'vitest';
import {EngineError} from '../../source/errors.js';
import type {Shell, TerminalSize} from '../../source/engine/port.js';
import {attachTerminal} from '../../source/ui/lend.js';
import {fakeStreams} from './streams.js';

/** A shell whose end and output are in the test's hands. */
function fakeShell() {
	const printed = new PassThrough();
	const taken: string[] = [];
	const sizes: TerminalSize[] = [];
	let take: (() => void) | undefined;
	let isSlow = false;
	let ended = false;
	let exit!: (code: number) => void;
	let lose!: (error: Error) => void;
	const shell: Shell = {
		command: ['sh'],
		isOfToolbox: false,
		output: outputOf(printed),
		exited: new Promise((resolve, reject) => {
			exit = resolve;
			lose = reject;
		}),
		async write(data) {
			taken.push(Buffer.from(data).toString());
			if (isSlow) {
				await new Promise<void>(resolve => {
					take = resolve;
				});
			}
		},
		endInput() {
			ended = true;
		},
		resize(size) {
			sizes.push(size);
		},
		signal: () => undefined,
		close: async () => undefined,
	};
	return {
		shell,
		taken,
		sizes,
		print: (text: string) => printed.write(text),
		end: () => printed.end(),
		exit(code: number) {
			exit(code);
		},
		lose(error: Error) {
			lose(error);
		},
		beSlow() {
			isSlow = true;
		},
		take: () => take?.(),
		hasEnded: () => ended,
	};
}

/** A terminal that was lent, and taken back at once. */
async function takenBack() {
	const streams = fakeStreams();
	const shell = fakeShell();
	const over = new AbortController();
	const attached = attachTerminal(shell.shell, streams, over.signal);
	over.abort(new Error('over'));
	await expect(attached).rejects.toThrow('over');
	return {streams, shell, over};
}

async function* outputOf(printed: AsyncIterable<Uint8Array>): Shell['output'] {
	for await (const data of printed) {
		yield {stream: 1, data};
	}
}

async function turns(count = 10): Promise<void> {
	for (let index = 0; index < count; index++) {
		// eslint-disable-next-line no-await-in-loop -- each a turn of the event loop
		await turn();
	}
}

describe('lending the terminal', () => {
	test('every byte goes both ways, and everything printed is there when it ends', async () => {
		const streams = fakeStreams(100, 30);
		const shell = fakeShell();
		const attached = attachTerminal(shell.shell, streams);
		expect(streams.stdin.isRaw).toBe(true);
		shell.print('prompt> ');
		streams.type('ls\u0003\r');
		await turns();
		expect(shell.taken.join('')).toBe('ls\u0003\r');
		shell.exit(7);
		shell.print('the last words, longer than what the stream takes at once');
		shell.end();
		expect(await attached).toBe(7);
		expect(streams.written()).toContain(
			'prompt> the last words, longer than what the stream takes at once',
		);
		expect(streams.stdin.isRaw).toBe(false);
		expect(streams.stdin.isPaused()).toBe(true);
		expect(streams.stdin.listenerCount('data')).toBe(0);
		expect(streams.stdout.listenerCount('resize')).toBe(0);
	});

	test('no more is read than the shell takes; what is left stays for the next reader', async () => {
		const streams = fakeStreams();
		const shell = fakeShell();
		shell.beSlow();
		const attached = attachTerminal(shell.shell, streams);
		streams.type('first');
		await turns();
		streams.type('second');
		await turns();
		expect(shell.taken).toEqual(['first']);
		shell.take();
		await turns();
		expect(shell.taken).toEqual(['first', 'second']);
		streams.type('third');
		await turns();
		shell.exit(0);
		shell.end();
		await attached;
		shell.take();
		await turns();
		expect(shell.taken).toEqual(['first', 'second']);
		expect(String(streams.stdin.read())).toBe('third');
	});

	test('Ctrl-P Ctrl-Q leaves it, however they are sent and whatever waits for the shell; not so in a paste', async () => {
		for (const keys of [
			['\u0010', '\u0011'],
			['\u0003\u0010\u0011'],
			['\u001B[112;5u', '\u001B[113;5u'],
		]) {
			const streams = fakeStreams();
			const shell = fakeShell();
			shell.beSlow();
			const attached = attachTerminal(shell.shell, streams);
			streams.type('sleep 1000\r');
			// eslint-disable-next-line no-await-in-loop -- one after the other
			await turns();
			streams.type(`paste ${'x'.repeat(100)}\u0010\u0011 \u0010`);
			// eslint-disable-next-line no-await-in-loop
			await turns();
			streams.type('\u0011');
			// eslint-disable-next-line no-await-in-loop
			await turns();
			for (const key of keys) {
				streams.type(key);
				// eslint-disable-next-line no-await-in-loop
				await turns();
			}

			// eslint-disable-next-line no-await-in-loop
			expect(await attached).toBeNull();
			expect(streams.stdin.isRaw).toBe(false);
		}
	});

	test('sizes are told, the first one too', async () => {
		const streams = fakeStreams(100, 30);
		const shell = fakeShell();
		const attached = attachTerminal(shell.shell, streams);
		streams.resize(120, 40);
		shell.exit(0);
		shell.end();
		await attached;
		streams.resize(10, 10);
		expect(shell.sizes).toEqual([
			{rows: 30, columns: 100},
			{rows: 40, columns: 120},
		]);
	});

	test('a terminal that does not know its size passes for 80×24', async () => {
		const shell = fakeShell();
		const attached = attachTerminal(shell.shell, fakeStreams(0, 0));
		shell.exit(0);
		shell.end();
		await attached;
		expect(shell.sizes).toEqual([{rows: 24, columns: 80}]);
	});

	test('the end of the input is told', async () => {
		const streams = fakeStreams();
		const shell = fakeShell();
		const attached = attachTerminal(shell.shell, streams);
		streams.stdin.push(null);
		await turns();
		expect(shell.hasEnded()).toBe(true);
		shell.exit(0);
		shell.end();
		await attached;
	});

	test('a lost engine ends it with its sentence', async () => {
		const streams = fakeStreams();
		const shell = fakeShell();
		const attached = attachTerminal(shell.shell, streams);
		shell.lose(new EngineError('The engine was lost.'));
		await expect(attached).rejects.toThrow('The engine was lost.');
		expect(streams.stdin.isRaw).toBe(false);
	});

	test('the terminal can be taken back at once', async () => {
		const {streams, over} = await takenBack();
		expect(streams.stdin.isRaw).toBe(false);
		await expect(
			attachTerminal(fakeShell().shell, streams, over.signal),
		).rejects.toThrow('over');
	});

	test('what is printed after that stays away from it', async () => {
		const {streams, shell} = await takenBack();
		await turns();
		const before = streams.written();
		shell.print('\u001B[?1049h\u001B[?25llate');
		await turns();
		expect(streams.written()).toBe(before);
	});

	test.each([
		[
			'a program that died on the other screen is undone',
			['\u001B[?10', '49htext'],
			true,
		],
		[
			'one that went back is left alone',
			['\u001B[?1049h', '\u001B[?1049l'],
			false,
		],
		['one that never went there too', ['text\u001B[?25l'], false],
		['several modes in one sequence', ['\u001B[?1;47h'], true],
	])('%s', async (_, output, isUndone) => {
		const streams = fakeStreams();
		const shell = fakeShell();
		const attached = attachTerminal(shell.shell, streams);
		for (const text of output) {
			shell.print(text);
			// eslint-disable-next-line no-await-in-loop -- in pieces
			await turns();
		}

		shell.exit(137);
		shell.end();
		expect(await attached).toBe(137);
		await turns();
		const [, after = ''] = streams.written().split(output.join(''));
		expect(after.includes('\u001B[?1049l')).toBe(isUndone);
	});

	test('what is told to stop gives the terminal back, and takes it again when it goes on', async () => {
		const streams = fakeStreams();
		const shell = fakeShell();
		const kill = vi.spyOn(process, 'kill').mockReturnValue(true);
		try {
			const attached = attachTerminal(shell.shell, streams);
			shell.print('\u001B[?1049h\u001B[?1h');
			await turns();
			kill.mockImplementation((pid, signal) => {
				expect([pid, signal]).toEqual([process.pid, 'SIGTSTP']);
				expect(streams.stdin.isRaw).toBe(false);
				return true;
			});
			process.emit('SIGTSTP', 'SIGTSTP');
			expect(kill).toHaveBeenCalledOnce();
			expect(streams.stdin.isRaw).toBe(true);
			await turns();
			const [, again = ''] = streams.written().split('\u001B[?1049l');
			expect(again).toContain('\u001B[?1049h\u001B[?1h');
			expect(shell.sizes.slice(-2)).toEqual([
				{rows: 24, columns: 79},
				{rows: 24, columns: 80},
			]);
			shell.exit(0);
			shell.end();
			await attached;
			expect(process.listenerCount('SIGTSTP')).toBe(0);
		} finally {
			kill.mockRestore();
		}
	});

	test('many shells, one after the other, leave no listener behind', async () => {
		const streams = fakeStreams();
		const over = new AbortController();
		const warnings: Error[] = [];
		const warn = (warning: Error) => {
			warnings.push(warning);
		};

		process.on('warning', warn);
		for (let index = 0; index < 30; index++) {
			const shell = fakeShell();
			const attached = attachTerminal(shell.shell, streams, over.signal);
			shell.exit(0);
			shell.end();
			// eslint-disable-next-line no-await-in-loop -- one after the other
			await attached;
		}

		await turns();
		process.off('warning', warn);
		expect(warnings).toEqual([]);
	});
});
