import {afterEach, beforeEach, describe, expect, test, vi} from 'vitest';
import {Frames} from '../../source/ui/frames.js';
import {startSession} from './session.js';

beforeEach(() => {
	vi.useFakeTimers({
		toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'],
	});
});
afterEach(() => {
	vi.useRealTimers();
});

async function start() {
	const session = await startSession({
		policy: 'stage',
		steps: {FROM: {endless: true}},
	});
	const frames = new Frames(session.store, session.views);
	let count = 0;
	frames.subscribe(() => {
		count++;
	});
	frames.start();
	return {...session, frames, count: () => count};
}

describe('frames', () => {
	test('a change after a while is drawn at once, with the view as it is', async () => {
		const {views, frames, count} = await start();
		vi.advanceTimersByTime(1000);
		views.dispatch({type: 'focus', page: 'log'});
		views.dispatch({type: 'focus', page: 'source'});
		await Promise.resolve();
		expect(count()).toBe(1);
		expect(frames.getFrame().view.focus).toBe('source');
		frames.stop();
	});

	test('many changes are drawn about thirty times a second', async () => {
		const {views, frames, count} = await start();
		for (let step = 0; step < 1000; step++) {
			views.dispatch({type: 'help', top: step});
			// eslint-disable-next-line no-await-in-loop -- each in a turn of its own
			await Promise.resolve();
			vi.advanceTimersByTime(1);
		}

		expect(count()).toBeGreaterThanOrEqual(28);
		expect(count()).toBeLessThanOrEqual(32);
		vi.advanceTimersByTime(100);
		expect(frames.getFrame().view.helpTop).toBe(999);
		frames.stop();
	});

	test('the frame after one that followed a rest is drawn at once, and the next one later', async () => {
		const {views, frames, count} = await start();
		vi.advanceTimersByTime(1000);
		for (const top of [1, 2, 3]) {
			views.dispatch({type: 'help', top});
			// eslint-disable-next-line no-await-in-loop -- each in a turn of its own
			await Promise.resolve();
		}

		expect(count()).toBe(2);
		expect(frames.getFrame().view.helpTop).toBe(2);
		vi.advanceTimersByTime(33);
		expect(count()).toBe(3);
		expect(frames.getFrame().view.helpTop).toBe(3);
		frames.stop();
	});

	test('where drawing is slow, less often', async () => {
		const {views, frames, count} = await start();
		frames.subscribe(() => {
			frames.drawn(60);
			frames.drawn(40);
		});
		for (let step = 0; step < 1000; step++) {
			views.dispatch({type: 'help', top: step});
			// eslint-disable-next-line no-await-in-loop -- each in a turn of its own
			await Promise.resolve();
			vi.advanceTimersByTime(1);
		}

		expect(count()).toBeLessThanOrEqual(6);
		frames.stop();
	});

	test('a step that is done in a moment is drawn once, one that runs on is drawn as running', async () => {
		const {frames, store, count, settled} = await start();
		vi.advanceTimersByTime(1000);
		store.dispatch({type: 'next'});
		await vi.advanceTimersByTimeAsync(10);
		expect(count()).toBe(0);
		store.dispatch({type: 'interrupt'});
		await settled();
		await vi.advanceTimersByTimeAsync(0);
		expect(count()).toBe(1);
		expect(frames.getFrame().session.state.phase.kind).toBe('paused');
		await vi.advanceTimersByTimeAsync(1000);
		store.dispatch({type: 'next'});
		await vi.advanceTimersByTimeAsync(30);
		expect(count()).toBe(2);
		expect(frames.getFrame().session.state.phase.kind).toBe('running');
		store.dispatch({type: 'interrupt'});
		await settled();
		frames.stop();
	});

	test('time goes on while something runs, and stands still otherwise', async () => {
		const {frames, store, count, settled} = await start();
		vi.advanceTimersByTime(5000);
		expect(count()).toBe(0);
		store.dispatch({type: 'next'});
		await vi.advanceTimersByTimeAsync(2000);
		const running = count();
		expect(running).toBeGreaterThanOrEqual(7);
		expect(running).toBeLessThanOrEqual(10);
		await vi.advanceTimersByTimeAsync(10_000);
		const later = count();
		await vi.advanceTimersByTimeAsync(5000);
		expect(count() - later).toBeLessThanOrEqual(6);
		expect(count() - later).toBeGreaterThanOrEqual(4);
		store.dispatch({type: 'interrupt'});
		await settled();
		await vi.advanceTimersByTimeAsync(500);
		const stopped = count();
		vi.advanceTimersByTime(5000);
		expect(count()).toBe(stopped);
		frames.stop();
	});

	test('nothing is drawn any more once they are stopped', async () => {
		const {views, frames, count} = await start();
		views.dispatch({type: 'help', top: 0});
		frames.stop();
		await Promise.resolve();
		vi.advanceTimersByTime(1000);
		expect(count()).toBe(0);
	});
});
