import {getEventListeners} from 'node:events';
import {expect, test} from 'vitest';
import {EngineError} from '../source/errors.js';
import {untilAborted} from '../source/until-aborted.js';

const {signal} = new AbortController();

const forEver = new Promise<never>(() => {
	// Nothing comes of it.
});

test('what ends by itself is what it came to, and nothing listens any more', async () => {
	expect(await untilAborted(Promise.resolve(7), signal)).toBe(7);
	expect(await untilAborted(7, signal)).toBe(7);
	await expect(
		untilAborted(Promise.reject(new EngineError('It is gone.')), signal),
	).rejects.toThrow('It is gone.');
	expect(getEventListeners(signal, 'abort')).toEqual([]);
});

test('what doesn’t end throws the reason of the signal as an error', async () => {
	const controller = new AbortController();
	const waiting = untilAborted(forEver, controller.signal);
	controller.abort('SIGTERM');
	await expect(waiting).rejects.toEqual(new Error('SIGTERM'));
	await expect(untilAborted(forEver, controller.signal)).rejects.toEqual(
		new Error('SIGTERM'),
	);
	const reason = new EngineError('It is gone.');
	await expect(untilAborted(forEver, AbortSignal.abort(reason))).rejects.toBe(
		reason,
	);
});

test('what doesn’t end comes to what stands for it', async () => {
	const controller = new AbortController();
	const waiting = untilAborted<string>(
		forEver,
		controller.signal,
		() => 'quit',
	);
	controller.abort();
	expect(await waiting).toBe('quit');
});

test('what fails after the signal is dropped', async () => {
	const controller = new AbortController();
	let fail!: (error: Error) => void;
	const work = new Promise<string>((_resolve, reject) => {
		fail = reject;
	});
	const waiting = untilAborted(work, controller.signal, () => 'quit');
	controller.abort();
	expect(await waiting).toBe('quit');
	fail(new Error('too late'));
});
