import process from 'node:process';
import {PassThrough} from 'node:stream';
import type {ReadStream, WriteStream} from 'node:tty';
import xterm from '@xterm/headless';
import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {Painter} from '../../source/ui/painter.js';
import {Terminal} from '../../source/ui/terminal.js';

/** A terminal emulator as the streams of a terminal. */
function emulated(columns: number, rows: number) {
	const emulator = new xterm.Terminal({
		cols: columns,
		rows,
		allowProposedApi: true,
	});
	const written: string[] = [];
	const stdout = Object.assign(new PassThrough(), {
		columns,
		rows,
		write(text: string) {
			written.push(text);
			emulator.write(text);
			return true;
		},
	});
	const raw: boolean[] = [];
	const stdin = Object.assign(new PassThrough(), {
		setRawMode(mode: boolean) {
			raw.push(mode);
			return stdin;
		},
	});

	const terminal = new Terminal(
		stdin as unknown as ReadStream,
		stdout as unknown as WriteStream,
	);

	return {
		terminal,
		written,
		raw,
		async screen() {
			await new Promise<void>(resolve => {
				emulator.write('', resolve);
			});
			const {active} = emulator.buffer;
			return Array.from({length: rows}, (_, row) =>
				active.getLine(row)!.translateToString().trimEnd(),
			);
		},
		isAlternate: () => emulator.buffer.active.type === 'alternate',
	};
}

describe('the painter', () => {
	test('writes only the lines that changed, each at its place', async () => {
		const {terminal, written, screen} = emulated(10, 3);
		terminal.enter();
		const painter = new Painter(terminal);
		painter.write('one\ntwo\nthree');
		written.length = 0;
		painter.write('one\nTWO\nthree');
		expect(written).toEqual([
			'\u001B[?2026h\u001B[2;1HTWO\u001B[K\u001B[?2026l',
		]);
		expect(await screen()).toEqual(['one', 'TWO', 'three']);
		written.length = 0;
		painter.write('one\nTWO\nthree');
		expect(written).toEqual([]);
		terminal.restore();
	});

	test('leaves a full line as it is: nothing is erased behind its last column', () => {
		const {terminal, written} = emulated(5, 2);
		terminal.enter();
		const painter = new Painter(terminal);
		written.length = 0;
		painter.write('\u001B[1m12345\u001B[22m\n1234');
		expect(written.join('')).toBe(
			'\u001B[?2026h\u001B[2J\u001B[1;1H\u001B[1m12345\u001B[22m\u001B[2;1H1234\u001B[K\u001B[?2026l',
		);
		terminal.restore();
	});

	test('whatever the frames are, the terminal shows the last one', async () => {
		const line = fc.constantFrom(
			'',
			'a',
			'abcdefgh',
			'12345678',
			'文件文件',
			'x  y',
		);
		await fc.assert(
			fc.asyncProperty(
				fc.array(
					fc.record({
						frame: fc.array(line, {minLength: 1, maxLength: 6}),
						repaint: fc.boolean(),
					}),
					{minLength: 1, maxLength: 8},
				),
				async updates => {
					const {terminal, screen} = emulated(8, 4);
					terminal.enter();
					const painter = new Painter(terminal);
					for (const {frame, repaint} of updates) {
						painter.write(frame.join('\n'));
						if (repaint) {
							painter.repaint();
						}
					}

					const expected = [...updates.at(-1)!.frame, '', '', '', ''].slice(
						0,
						4,
					);
					expect(await screen()).toEqual(expected);
					terminal.restore();
				},
			),
			{numRuns: 50},
		);
	});

	test('paints nothing once the terminal was given back', () => {
		const {terminal, written} = emulated(8, 4);
		terminal.enter();
		const painter = new Painter(terminal);
		terminal.restore();
		written.length = 0;
		painter.write('late');
		painter.repaint();
		expect(written).toEqual([]);
	});
});

describe('the terminal', () => {
	test('is given back once, however often that is asked for', () => {
		const {terminal, written, raw, isAlternate} = emulated(8, 4);
		terminal.restore();
		expect(written).toEqual([]);
		terminal.enter();
		terminal.restore();
		const count = written.length;
		terminal.restore();
		expect(written).toHaveLength(count);
		expect(raw).toEqual([true, false]);
		expect(isAlternate()).toBe(false);
	});

	test('does not keep the process from exiting, nor listen to it afterwards', () => {
		const {terminal} = emulated(8, 4);
		const before = process.listenerCount('exit');
		terminal.enter();
		terminal.leave();
		terminal.enter();
		expect(process.listenerCount('exit')).toBe(before + 1);
		terminal.restore();
		expect(process.listenerCount('exit')).toBe(before);
	});
});
