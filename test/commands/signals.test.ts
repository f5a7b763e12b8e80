import process from 'node:process';
import {afterEach, beforeEach, describe, expect, test, vi} from 'vitest';
import {endInOrder, untilSignal} from '../../source/commands/signals.js';

const before = new Map<NodeJS.Signals, readonly NodeJS.SignalsListener[]>();

/** The names of the signals that are listened for. */
function heard(): readonly NodeJS.Signals[] {
	return process
		.eventNames()
		.filter((name): name is NodeJS.Signals => String(name).startsWith('SIG'));
}

beforeEach(() => {
	for (const name of heard()) {
		before.set(name, process.listeners(name));
	}
});
afterEach(() => {
	vi.restoreAllMocks();
	// It listens for as long as a process runs.
	for (const name of heard()) {
		for (const listener of process.listeners(name)) {
			if (!before.get(name)?.includes(listener)) {
				process.off(name, listener);
			}
		}
	}
});

/** Work that takes a moment to end once it is told to. */
async function cleaned(signal: AbortSignal, done: string[]): Promise<number> {
	await new Promise(resolve => {
		signal.addEventListener('abort', resolve);
	});
	await new Promise(resolve => {
		setImmediate(resolve);
	});
	done.push('cleaned');
	return 0;
}

describe('what a signal ends', () => {
	test('may clean up though a terminal that goes tells it twice', async () => {
		const exit = vi.spyOn(process, 'exit').mockImplementation(() => {
			throw new Error('ended at once');
		});
		const done: string[] = [];
		const code = untilSignal(async signal => cleaned(signal, done));
		process.emit('SIGHUP', 'SIGHUP');
		process.emit('SIGHUP', 'SIGHUP');
		expect(await code).toBe(129);
		expect(done).toEqual(['cleaned']);
		expect(exit).not.toHaveBeenCalled();
	});

	test('keeps its code when another signal comes once it is over, and nobody has the code yet', async () => {
		const exit = vi.spyOn(process, 'exit').mockImplementation(() => {
			throw new Error('ended at once');
		});
		const code = untilSignal(async signal => cleaned(signal, []));
		process.emit('SIGTERM', 'SIGTERM');
		expect(await code).toBe(143);
		expect(() => process.emit('SIGTERM', 'SIGTERM')).toThrow('ended at once');
		expect(exit).toHaveBeenCalledWith(143);
	});

	test('ends in order when nobody reads its output any more, with the code that is asked for', async () => {
		expect(endInOrder(0)).toBe(false);
		const done: string[] = [];
		const code = untilSignal(async signal => cleaned(signal, done));
		expect(endInOrder(0)).toBe(true);
		expect(endInOrder(0)).toBe(true);
		expect(await code).toBe(0);
		expect(done).toEqual(['cleaned']);
		expect(endInOrder(0)).toBe(false);
	});
});
