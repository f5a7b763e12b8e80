import {once} from 'node:events';
import {toError} from './errors.js';

/**
Waits for something until a signal ends the waiting. What it comes to after that is dropped, an error too.

@param work - What may go on for ever, such as a call to an engine that doesn't answer.
@param instead - What it comes to then; by default it throws.
@returns What the work came to, or what stands for it.
@throws What the work throws before that.
@throws The signal's reason, as an error.
*/
export async function untilAborted<T>(
	work: T | Promise<T>,
	signal: AbortSignal,
	instead: () => T = () => {
		throw toError(signal.reason);
	},
): Promise<T> {
	const done = new AbortController();
	const aborted = async (): Promise<T> => {
		if (!signal.aborted) {
			await once(signal, 'abort', {signal: done.signal});
		}

		return instead();
	};

	try {
		return await Promise.race([work, aborted()]);
	} finally {
		done.abort();
	}
}
