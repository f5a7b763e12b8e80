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
		const part = new Painter(terminal).part();
		part.write('one\ntwo\nthree');
		await Promise.resolve();
		written.length = 0;
		part.write('one\nTWO\nthree');
		await Promise.resolve();
		expect(written).toEqual([
			'\u001B[?2026h\u001B[2;1HTWO\u001B[K\u001B[?2026l',
		]);
		expect(await screen()).toEqual(['one', 'TWO', 'three']);
		written.length = 0;
		part.write('one\nTWO\nthree');
		await Promise.resolve();
		expect(written).toEqual([]);
		terminal.restore();
	});

	test('puts the parts below each other, and paints them at once', async () => {
		const {terminal, written, screen} = emulated(10, 4);
		terminal.enter();
		const painter = new Painter(terminal);
		const parts = [painter.part(), painter.part(), painter.part()] as const;
		parts[0].write('head');
		parts[1].write('body 1\nbody 2');
		parts[2].write('foot');
		await Promise.resolve();
		expect(await screen()).toEqual(['head', 'body 1', 'body 2', 'foot']);
		written.length = 0;
		parts[1].write('body');
		parts[2].write('foot 1\nfoot 2');
		await Promise.resolve();
		expect(written).toHaveLength(1);
		expect(await screen()).toEqual(['head', 'body', 'foot 1', 'foot 2']);
		terminal.restore();
	});

	test('leaves a full line as it is: nothing is erased behind its last column', async () => {
		const {terminal, written} = emulated(5, 2);
		terminal.enter();
		written.length = 0;
		new Painter(terminal).part().write('\u001B[1m12345\u001B[22m\n1234');
		await Promise.resolve();
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
					const part = painter.part();
					for (const {frame, repaint} of updates) {
						part.write(frame.join('\n'));
						// eslint-disable-next-line no-await-in-loop -- one frame after the other
						await Promise.resolve();
						if (repaint) {
							painter.repaint();
						}
					}

					await Promise.resolve();
					const expected = [...updates.at(-1)!.frame, '', '', '', ''];
					expect(await screen()).toEqual(expected.slice(0, 4));
					terminal.restore();
				},
			),
			{numRuns: 50},
		);
	});

	test('paints nothing once the terminal was given back', async () => {
		const {terminal, written} = emulated(8, 4);
		terminal.enter();
		const painter = new Painter(terminal);
		const part = painter.part();
		part.write('due');
		terminal.restore();
		written.length = 0;
		part.write('late');
		painter.repaint();
		await Promise.resolve();
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
