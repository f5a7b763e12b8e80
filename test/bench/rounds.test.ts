import {expect, test} from 'vitest';
import {alternate, repeat} from '../../bench/rounds.js';

function recorder() {
	const order: string[] = [];
	const measure = (name: string) => async () => {
		order.push(name);
		return order.length;
	};

	return {order, measure};
}

test('alternate swaps who goes first in each round', async () => {
	const {order, measure} = recorder();
	const [first, second] = await alternate(measure('a'), measure('b'), {
		rounds: 4,
		milliseconds: 60_000,
	});
	expect(order.join('')).toBe('abbaabba');
	expect(first).toEqual([1, 4, 5, 8]);
	expect(second).toEqual([2, 3, 6, 7]);
});

test('alternate stops at the first run that fails', async () => {
	const {order, measure} = recorder();
	const effort = {rounds: 3, milliseconds: 60_000};
	const broken = async () => {
		throw new Error('broken');
	};

	await expect(alternate(measure('a'), broken, effort)).rejects.toThrow(
		'broken',
	);
	expect(order).toEqual(['a']);
});

test('repeat keeps the order', async () => {
	const {measure} = recorder();
	expect(await repeat(measure('a'), 3)).toEqual([1, 2, 3]);
});

test('alternate makes do with two rounds when its time is up', async () => {
	const {order, measure} = recorder();
	await alternate(measure('a'), measure('b'), {rounds: 10, milliseconds: -1});
	expect(order.join('')).toBe('abba');
});
