import {setImmediate as turn} from 'node:timers/promises';
import {describe, expect, test, vi} from 'vitest';
import {Keyboard} from '../../source/ui/keyboard.js';
import {fakeStreams} from './streams.js';

function start(
	onKey: (key: string, keyboard: Keyboard) => void = () => undefined,
) {
	const streams = fakeStreams();
	const keys: string[] = [];
	const keyboard: Keyboard = new Keyboard(streams.stdin, key => {
		keys.push(key);
		onKey(key, keyboard);
	});
	return {
		...streams,
		keys,
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
});
