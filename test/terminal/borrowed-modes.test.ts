import {Buffer} from 'node:buffer';
import xterm from '@xterm/headless';
import {describe, expect, test} from 'vitest';
import {BorrowedModes} from '../../source/terminal/borrowed-modes.js';
import {randomOf} from '../oracle/random.js';

const escape = '\u001B';

/** What programs switch, as they write it. */
const deeds = [
	...[
		1, 5, 6, 7, 9, 12, 25, 45, 47, 66, 69, 1000, 1002, 1003, 1004, 1005, 1006,
		1015, 1016, 1047, 1049, 2004, 2026, 2031, 2048,
	].flatMap(mode => [`${escape}[?${mode}h`, `${escape}[?${mode}l`]),
	`${escape}[?1049;1;25l`,
	`${escape}=`,
	`${escape}>`,
	`${escape}[4h`,
	`${escape}[2;5r`,
	`${escape}[1;31;44m`,
	`${escape}(0`,
	'\u000E',
	`${escape}[>1u`,
	`${escape}[<u`,
	`${escape}[5 q`,
	`${escape}]0;a title\u0007`,
	`${escape}]4;1;#123456\u0007`,
	`${escape}]11;#123456\u0007`,
	`${escape}]8;;https://example.com\u0007`,
	`${escape}]0;cut o`,
	`${escape}P1;2`,
	`${escape}[?`,
	'text',
];

async function written(
	terminal: xterm.Terminal,
	data: string | Uint8Array,
): Promise<void> {
	return new Promise(resolve => {
		terminal.write(data, resolve);
	});
}

describe('modes that a program had switched', () => {
	test('are as they were, whatever it did and wherever it was cut off', async () => {
		for (let seed = 0; seed < 100; seed++) {
			const random = randomOf(seed);
			const text = Array.from(
				{length: 1 + Math.floor(random() * 12)},
				() => deeds[Math.floor(random() * deeds.length)],
			).join('');
			const bytes = Buffer.from(text);
			const terminal = new xterm.Terminal({
				allowProposedApi: true,
				cols: 20,
				rows: 8,
			});
			const modes = new BorrowedModes();
			const before = {...terminal.modes};
			for (let at = 0; at < bytes.length;) {
				const piece = bytes.subarray(at, at + 1 + Math.floor(random() * 9));
				modes.see(piece);
				// eslint-disable-next-line no-await-in-loop -- in order
				await written(terminal, piece);
				at += piece.length;
			}

			// eslint-disable-next-line no-await-in-loop
			await written(terminal, `${modes.undo()}\r\n\nq[lx`);
			const {active} = terminal.buffer;
			expect(active.type, JSON.stringify(text)).toBe('normal');
			expect({...terminal.modes}, JSON.stringify(text)).toEqual(before);
			const line = active.getLine(active.baseY + active.cursorY)!;
			expect(line.translateToString().trimEnd(), JSON.stringify(text)).toBe(
				'q[lx',
			);
			expect(line.getCell(0)!.isAttributeDefault()).toBe(true);
			terminal.dispose();
		}
	});

	test('what few programs touch is undone only where one did', () => {
		const modes = new BorrowedModes();
		modes.see(Buffer.from(`${escape}]11;?\u0007${escape}]4;2;?\u0007text`));
		expect(modes.undo()).not.toMatch(/\]1[01]|\[<|\[>| q/v);
		modes.see(
			Buffer.from(
				`${escape}[>1u${escape}[>5u${escape}[?1049h${escape}[>1u${escape}[<u${escape}]10;red\u0007${escape}[>4;2m${escape}[2 q${escape}]8;;x:y\u0007${escape}]4;1;red\u0007${escape}%@`,
			),
		);
		const undone = modes.undo();
		for (const wanted of [
			'[<2u',
			'[?1049l',
			']110',
			']104',
			'[>4m',
			'[0 q',
			']8;;',
			'%G',
		]) {
			expect(undone).toContain(`${escape}${wanted}`);
		}
	});

	test('are there again for the program that goes on', () => {
		const modes = new BorrowedModes();
		modes.see(Buffer.from(`${escape}[?1049h${escape}[?25l${escape}[?2004h`));
		expect(modes.redo()).toContain(
			`${escape}[?1049h${escape}[?25l${escape}[?2004h`,
		);
	});
});
