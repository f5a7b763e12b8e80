import {once} from 'node:events';

/**
Waits for something that may end only with what is closed behind the prompt.

@param signal - Of the session, or of what is given up before its end.
@returns What it came to, or `instead` as soon as that is told to end.
*/
export async function untilOver<T>(
	work: T | Promise<T>,
	signal: AbortSignal,
	instead: T,
): Promise<T> {
	const done = new AbortController();
	const over = async (): Promise<T> => {
		if (!signal.aborted) {
			await once(signal, 'abort', {signal: done.signal});
		}

		return instead;
	};

	try {
		return await Promise.race([work, over()]);
	} finally {
		done.abort();
	}
}
