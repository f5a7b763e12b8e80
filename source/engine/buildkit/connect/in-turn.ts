import type {Interceptor} from '@connectrpc/connect';
import pLimit from 'p-limit';
import {LLBBridge} from '../proto/generated/gateway_pb.js';

const {readDir, readFile, statFile} = LLBBridge.method;
const methods = new Set<unknown>([readDir, readFile, statFile]);

/**
@returns Makes the calls that read files of results one after the other. For each of them the engine mounts the result,
and writes the options of the mount into what all of them share, without a lock: two at once can end it, with every container
and build on it (moby/buildkit cache/refs.go, `readOnlyMounter`; moby/moby builder/builder-next/adapters/snapshot, `mountable`;
seen on 26.1.5).
*/
export function inTurn(): Interceptor {
	const limit = pLimit(1);
	return next => async request =>
		methods.has(request.method)
			? limit(async () => {
					request.signal.throwIfAborted();
					return next(request);
				})
			: next(request);
}
