import {setImmediate} from 'node:timers/promises';
import {createClient, createRouterTransport} from '@connectrpc/connect';
import {expect, test} from 'vitest';
import {inTurn} from '../../../../source/engine/buildkit/connect/in-turn.js';
import {LLBBridge} from '../../../../source/engine/buildkit/proto/generated/gateway_pb.js';

/** An engine that counts how many calls it answers at once. */
function engine() {
	const counts = {now: 0, most: 0, answered: 0};
	const answer = async () => {
		counts.now++;
		counts.most = Math.max(counts.most, counts.now);
		await setImmediate();
		counts.now--;
		counts.answered++;
		return {};
	};

	const transport = createRouterTransport(
		({service}) => {
			service(LLBBridge, {
				readDir: answer,
				readFile: answer,
				statFile: answer,
				ping: answer,
			});
		},
		{transport: {interceptors: [inTurn()]}},
	);
	return {counts, bridge: createClient(LLBBridge, transport)};
}

test('files are read one after the other', async () => {
	const {bridge, counts} = engine();
	await Promise.all(
		Array.from({length: 5}, async () => [
			await bridge.readDir({}),
			await bridge.readFile({}),
			await bridge.statFile({}),
		]),
	);
	expect(counts).toEqual({now: 0, most: 1, answered: 15});
});

test('other calls wait for nothing', async () => {
	const {bridge, counts} = engine();
	await Promise.all([bridge.readDir({}), bridge.ping({}), bridge.ping({})]);
	expect(counts.most).toBe(3);
});

test('a call that is given up while it waits never reaches the engine', async () => {
	const {bridge, counts} = engine();
	const controller = new AbortController();
	const first = bridge.readDir({});
	const second = bridge.readDir({}, {signal: controller.signal});
	const refused = expect(second).rejects.toThrow('canceled');
	controller.abort();
	await Promise.all([first, refused, bridge.statFile({})]);
	expect(counts.answered).toBe(2);
});
