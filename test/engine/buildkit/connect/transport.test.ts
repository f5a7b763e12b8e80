import {
	Code,
	ConnectError,
	type UnaryRequest,
	type UnaryResponse,
} from '@connectrpc/connect';
import {describe, expect, test, vi} from 'vitest';
import {lossOf} from '../../../../source/engine/buildkit/connect/transport.js';
import {withResolvers} from '../../../../source/engine/with-resolvers.js';
import {EngineError} from '../../../../source/errors.js';

/** As Node tells the end of one stream. */
function streamError(code: string): ConnectError {
	const cause = Object.assign(new Error(`Stream closed with ${code}`), {
		code: 'ERR_HTTP2_STREAM_ERROR',
	});
	return new ConnectError(cause.message, Code.Internal, {}, [], cause);
}

/** Ends a call with an error, of a connection that is asked whether it goes on. */
async function call(
	thrown: Error,
	ask: (lose: () => void) => Promise<void>,
): Promise<unknown> {
	const lost = new AbortController();
	const gone = new EngineError('It is gone.');
	const intercept = lossOf({
		lost: lost.signal,
		ask: async () =>
			ask(() => {
				lost.abort();
			}),
		lose: () => gone,
	});
	const next = async (): Promise<UnaryResponse> => {
		throw thrown;
	};

	try {
		return await intercept(next)({
			signal: new AbortController().signal,
		} as UnaryRequest);
	} catch (error) {
		return error;
	}
}

describe('a stream that ends alone', () => {
	test('is an answer where the connection goes on', async () => {
		const thrown = streamError('NGHTTP2_INTERNAL_ERROR');
		expect(await call(thrown, async () => undefined)).toBe(thrown);
	});

	test('is a lost engine where asking it finds that out, however long that takes', async () => {
		vi.useFakeTimers();
		try {
			const asked = withResolvers<void>();
			const answer = withResolvers<void>();
			const ended = call(streamError('NGHTTP2_REFUSED_STREAM'), async lose => {
				asked.resolve();
				await answer.promise;
				lose();
			});
			await vi.advanceTimersByTimeAsync(300);
			await asked.promise;
			await vi.advanceTimersByTimeAsync(800);
			answer.resolve();
			expect(await ended).toBeInstanceOf(EngineError);
		} finally {
			vi.useRealTimers();
		}
	});

	test('is told when the engine doesn’t answer at all', async () => {
		vi.useFakeTimers();
		try {
			const thrown = streamError('NGHTTP2_INTERNAL_ERROR');
			const ended = call(thrown, async () => withResolvers<void>().promise);
			await vi.advanceTimersByTimeAsync(5300);
			expect(await ended).toBe(thrown);
		} finally {
			vi.useRealTimers();
		}
	});
});
