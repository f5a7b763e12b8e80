import {setImmediate} from 'node:timers/promises';
import {expect, test} from 'vitest';
import {AsyncQueue} from '../../source/engine/async-queue.js';

/** Returns a queue with more in it than may wait, and whether it has made room. */
function fullQueue(): {
	readonly queue: AsyncQueue<number>;
	hasRoom(): Promise<boolean>;
} {
	const queue = new AsyncQueue<number>();
	for (let item = 0; item < 1000; item++) {
		queue.push(item);
	}

	const room = queue.room().then(() => true);
	return {
		queue,
		async hasRoom() {
			return Promise.race([room, setImmediate(false)]);
		},
	};
}

test('there is room for a few', async () => {
	const queue = new AsyncQueue<number>();
	queue.push(1);
	await expect(queue.room()).resolves.toBeUndefined();
});

test('for many there is room once they are taken', async () => {
	const {queue, hasRoom} = fullQueue();
	expect(await hasRoom()).toBe(false);
	await queue[Symbol.asyncIterator]().next();
	expect(await hasRoom()).toBe(true);
});

test('nobody waits for room at the end, or for whoever has left', async () => {
	const ended = fullQueue();
	ended.queue.end();
	expect(await ended.hasRoom()).toBe(true);

	const {queue} = fullQueue();
	const items = queue[Symbol.asyncIterator]();
	await items.next();
	for (let item = 0; item < 1000; item++) {
		queue.push(item);
	}

	const room = queue.room();
	await items.return();
	await expect(room).resolves.toBeUndefined();
	await expect(queue.room()).resolves.toBeUndefined();
});

test('what was pushed comes out before the end, and before what it fails with', async () => {
	const {queue} = fullQueue();
	queue.fail(new Error('lost'));
	queue.push(1000);
	const taken: number[] = [];
	const take = async (): Promise<void> => {
		for await (const item of queue) {
			taken.push(item);
		}
	};

	await expect(take()).rejects.toThrow('lost');
	expect(taken).toHaveLength(1001);
});
