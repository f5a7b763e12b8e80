import {expect, test} from 'vitest';
import type {BuildEvent} from '../../../../source/engine/port.js';
import {withResolvers} from '../../../../source/engine/with-resolvers.js';
import {sendingProgress} from '../../../../source/engine/legacy/run/sending-progress.js';

async function toldOf(
	sending: AsyncGenerator<BuildEvent, unknown, void>,
	onEvent: () => void,
): Promise<readonly unknown[]> {
	const told: unknown[] = [];
	for (;;) {
		// eslint-disable-next-line no-await-in-loop
		const next = await sending.next();
		if (next.done) {
			return [...told, next.value];
		}

		const event = next.value;
		told.push(
			event.type === 'progress'
				? [event.progress.current, event.progress.finished]
				: event,
		);
		onEvent();
	}
}

test('how much of a context is sent is told until the engine has it', async () => {
	let sent = 5;
	const {promise: answered, resolve: answer} = withResolvers<string>();
	const told = await toldOf(
		sendingProgress(() => sent, answered),
		() => {
			if (sent < 7) {
				sent++;
			} else {
				answer('answer');
			}
		},
	);
	expect(told).toEqual([
		[5, false],
		[6, false],
		[7, false],
		[7, true],
		'answer',
	]);
});

test('nothing is told of what is sent at once, or fails', async () => {
	const told = sendingProgress(() => 5, Promise.resolve('answer'));
	expect(await told.next()).toEqual({done: true, value: 'answer'});
	const failing = sendingProgress(() => 5, Promise.reject(new Error('no')));
	await expect(failing.next()).rejects.toThrow('no');
});
