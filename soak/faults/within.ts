import {setTimeout as delay} from 'node:timers/promises';
import {toError} from '../../source/errors.js';

/**
@param milliseconds - How long it may take; it isn't waited for any longer.
@returns What is wrong, as the end of a sentence: that it took longer, or why it failed.
*/
export async function within(
	milliseconds: number,
	work: Promise<void>,
): Promise<string | null> {
	const done = new AbortController();
	try {
		return await Promise.race([
			work.then(() => null),
			delay(milliseconds, `took longer than ${milliseconds / 1000} s`, {
				signal: done.signal,
			}),
		]);
	} catch (error) {
		return `failed: ${toError(error).message}`;
	} finally {
		done.abort();
	}
}
