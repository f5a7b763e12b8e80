import process from 'node:process';
import {setImmediate as turn} from 'node:timers/promises';
import {describe, expect, test, vi} from 'vitest';
import type {Paste} from '../../source/terminal/pastes.js';
import {Keyboard} from '../../source/ui/keyboard.js';
import {fakeStreams} from './streams.js';

function start(
	onKey: (key: string, keyboard: Keyboard) => void = () => undefined,
) {
	const streams = fakeStreams();
	const keys: string[] = [];
	const pastes: Paste[] = [];
	const keyboard: Keyboard = new Keyboard(
		streams.stdin,
		key => {
			keys.push(key);
			onKey(key, keyboard);
		},
		paste => {
			pastes.push(paste);
		},
	);
	return {
		...streams,
		keys,
		pastes,
		keyboard,
		async typed(text: string) {
			streams.type(text);
			await turn();
			await turn();
		},
	};
}

describe('the keyboard', () => {
	test('gives keys', async () => {
		const {keyboard, keys, typed} = start();
		keyboard.listen();
		await typed('nc\u001B[A');
		expect(keys).toEqual(['n', 'c', 'up']);
		keyboard.stop();
		await typed('q');
		expect(keys).toHaveLength(3);
	});

	test('Escape is a key when nothing follows it', async () => {
		vi.useFakeTimers({toFake: ['setTimeout', 'clearTimeout']});
		try {
			const {keyboard, keys, typed} = start();
			keyboard.listen();
			await typed('\u001B');
			expect(keys).toEqual([]);
			vi.advanceTimersByTime(100);
			expect(keys).toEqual(['escape']);
			await typed('\u001B');
			await typed('[B');
			vi.advanceTimersByTime(100);
			expect(keys).toEqual(['escape', 'down']);
			keyboard.stop();
		} finally {
			vi.useRealTimers();
		}
	});

	test('what is typed for a shell is kept for it, in order, and is no key', async () => {
		const {keyboard, keys, typed, stdin} = start();
		let interrupts = 0;
		keyboard.hold(() => {
			interrupts++;
		});
		await typed('ls');
		await typed(' -l\r');
		await typed('\u0003');
		expect(interrupts).toBe(1);
		keyboard.release();
		await typed('later');
		expect(String(stdin.read())).toBe('ls -l\r\u0003later');
		expect(keys).toEqual([]);
	});

	test('what comes behind the key that opens a shell is already for the shell', async () => {
		const {keyboard, keys, typed, stdin} = start((key, it) => {
			if (key === 's') {
				it.hold(() => undefined);
			}
		});
		keyboard.listen();
		await typed('jsquit\r');
		await typed('more');
		expect(keys).toEqual(['j', 's']);
		keyboard.release();
		expect(String(stdin.read())).toBe('quit\rmore');
	});

	test('what was kept is gone when no shell opened', async () => {
		const {keyboard, keys, typed} = start();
		keyboard.hold(() => undefined);
		await typed('rm -rf q');
		keyboard.drop();
		keyboard.listen();
		await typed('n');
		expect(keys).toEqual(['n']);
		keyboard.stop();
	});

	test('a paste is no keys, wherever it is cut', async () => {
		const text = 'j\u001B[200~qc\r\u001B[201~k';
		for (let at = 1; at < text.length; at++) {
			const {keyboard, keys, pastes, typed} = start();
			keyboard.listen();
			// eslint-disable-next-line no-await-in-loop -- each cut for itself
			await typed(text.slice(0, at));
			// eslint-disable-next-line no-await-in-loop
			await typed(text.slice(at));
			expect([keys, pastes]).toEqual([
				['j', 'k'],
				[{text: 'qc\r', isCut: false}],
			]);
			keyboard.stop();
		}
	});

	test('an end of a paste within it is a part of it', async () => {
		const {keyboard, keys, pastes, typed} = start();
		keyboard.listen();
		await typed('\u001B[200~a\u001B[201~qq\u001B[201~j');
		expect([keys, pastes]).toEqual([['j'], [{text: 'aqq', isCut: false}]]);
		keyboard.stop();
	});

	test('ten megabytes at once are a paste, marked or not, and cost next to nothing', async () => {
		vi.useFakeTimers({toFake: ['setTimeout', 'clearTimeout']});
		try {
			for (const [before, after] of [
				['', ''],
				['\u001B[200~', '\u001B[201~'],
			] as const) {
				const {keyboard, keys, pastes, typed} = start();
				keyboard.listen();
				const piece = 'q\rc'.repeat(1365);
				const began = process.cpuUsage();
				// eslint-disable-next-line no-await-in-loop -- as a terminal sends it
				await typed(before + piece);
				for (let index = 0; index < 2560; index++) {
					// eslint-disable-next-line no-await-in-loop
					await typed(piece);
				}

				// eslint-disable-next-line no-await-in-loop
				await typed(after);
				const {user, system} = process.cpuUsage(began);
				vi.advanceTimersByTime(300);
				expect(keys).toEqual([]);
				expect(pastes).toHaveLength(1);
				expect(pastes[0]).toMatchObject({isCut: true});
				expect(pastes[0]!.text.length).toBeLessThan(100_000);
				expect((user + system) / 1e6).toBeLessThan(2);
				// eslint-disable-next-line no-await-in-loop
				await typed('n');
				expect(keys).toEqual(['n']);
				keyboard.stop();
			}
		} finally {
			vi.useRealTimers();
		}
	});

	test('Ctrl-C is a key though the end of a paste does not come', async () => {
		const {keyboard, keys, typed} = start();
		keyboard.listen();
		await typed('\u001B[200~rest');
		await typed('\u0003');
		expect(keys).toEqual(['ctrl-c']);
		keyboard.stop();
	});

	test('of more than a megabyte that is typed ahead for a shell nothing is kept', async () => {
		const {keyboard, typed, stdin} = start();
		keyboard.hold(() => undefined);
		for (let index = 0; index < 300; index++) {
			// eslint-disable-next-line no-await-in-loop -- as a terminal sends it
			await typed('x'.repeat(4096));
		}

		keyboard.release();
		await typed('later');
		expect(String(stdin.read())).toBe('later');
	});
});
