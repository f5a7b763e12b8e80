import {setTimeout as delay} from 'node:timers/promises';
import type {BuildEvent} from '../../port.js';

/** How often it is told, in milliseconds. */
const interval = 200;

/**
Tells how much of a stream was taken, until there is an answer to it.

@param sent - How many bytes of a build context were taken by now.
@param answer - Settles when the engine has all of it.
@returns The answer, after a last event that says that the sending is over, if there was any.
@throws What the answer fails with.
*/
export async function* sendingProgress<T>(
	sent: () => number,
	answer: Promise<T>,
): AsyncGenerator<BuildEvent, T, void> {
	let told = 0;
	const event = (finished: boolean): BuildEvent => ({
		type: 'progress',
		step: null,
		progress: {
			id: 'sending build context',
			label: 'sending build context',
			current: sent(),
			total: 0,
			finished,
		},
	});
	const ended = answer.then(
		() => true,
		() => true,
	);
	const timers = new AbortController();
	try {
		for (;;) {
			// eslint-disable-next-line no-await-in-loop -- one look after the other
			const isOver = await Promise.race([
				ended,
				delay(interval, false, {signal: timers.signal}).catch(() => false),
			]);
			if (isOver) {
				break;
			}

			if (sent() > told) {
				told = sent();
				yield event(false);
			}
		}
	} finally {
		timers.abort();
	}

	if (told > 0) {
		yield event(true);
	}

	return answer;
}
