import {expect, test} from 'vitest';
import {Task} from '../../../source/ui/files/task.js';

test('what is given up is not waited for, and is given up once', async () => {
	const task = new Task();
	const end = task.run(
		async () =>
			new Promise(() => {
				// An engine that doesn't answer.
			}),
	);
	expect(task.cancel()).toBe(true);
	expect(task.cancel()).toBe(false);
	expect(await end).toEqual({kind: 'canceled'});
	expect(task.cancel()).toBe(false);
});

test('what is asked for later ends what is under way', async () => {
	const task = new Task();
	let late!: (error: Error) => void;
	const first = task.run(
		async () =>
			new Promise((_, reject) => {
				late = reject;
			}),
	);
	const second = task.run(async () => undefined);
	expect(await first).toEqual({kind: 'superseded'});
	late(new Error('Nobody hears of it.'));
	expect(await second).toEqual({kind: 'done'});
	expect(
		await task.run(async () => {
			throw new Error('gone');
		}),
	).toEqual({kind: 'failed', reason: 'gone'});
});
