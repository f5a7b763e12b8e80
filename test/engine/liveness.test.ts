import {afterEach, beforeEach, expect, test, vi} from 'vitest';
import {Liveness} from '../../source/engine/liveness.js';

beforeEach(() => {
	vi.useFakeTimers();
});
afterEach(() => {
	vi.useRealTimers();
});

function watchedLiveness() {
	const liveness = new Liveness();
	const told: boolean[] = [];
	liveness.onChange(isSilent => {
		told.push(isSilent);
	});
	return {liveness, told};
}

async function never(): Promise<never> {
	return new Promise(() => {
		// As an engine that was stopped.
	});
}

test('an engine that does not answer is told after ten seconds, until nothing is asked any more', async () => {
	const {liveness, told} = watchedLiveness();
	const stop = liveness.watch(never);
	await vi.advanceTimersByTimeAsync(14_000);
	expect(told).toEqual([]);
	await vi.advanceTimersByTimeAsync(1000);
	expect(told).toEqual([true]);
	stop();
	expect(told).toEqual([true, false]);
});

test('a question that is given up is no answer', async () => {
	const {liveness, told} = watchedLiveness();
	let isStopped = true;
	const stop = liveness.watch(async () => {
		if (isStopped) {
			await new Promise((_resolve, reject) => {
				setTimeout(() => {
					reject(new Error('no answer in 20 seconds'));
				}, 20_000);
			});
		}
	});
	await vi.advanceTimersByTimeAsync(120_000);
	expect(told).toEqual([true]);
	isStopped = false;
	await vi.advanceTimersByTimeAsync(25_000);
	expect(told).toEqual([true, false]);
	stop();
});

test('an engine from which something comes is none that does not answer: its answer is behind that', async () => {
	const {liveness, told} = watchedLiveness();
	let heard = 0;
	let comes = true;
	const stop = liveness.watch(never, () => (comes ? ++heard : heard));
	await vi.advanceTimersByTimeAsync(60_000);
	expect(told).toEqual([]);
	comes = false;
	await vi.advanceTimersByTimeAsync(11_000);
	expect(told).toEqual([true]);
	comes = true;
	await vi.advanceTimersByTimeAsync(1000);
	expect(told).toEqual([true, false]);
	stop();
});

test('what comes over one connection answers for no other', async () => {
	const {liveness, told} = watchedLiveness();
	let heard = 0;
	const stops = [
		liveness.watch(never, () => ++heard),
		liveness.watch(never, () => 0),
	];
	await vi.advanceTimersByTimeAsync(15_000);
	expect(told).toEqual([true]);
	for (const stop of stops) {
		stop();
	}
});
