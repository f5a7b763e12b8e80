import {createConnection, createServer, type Socket} from 'node:net';
import {pipeline} from 'node:stream';
import type {EngineAddress} from '../test/engine/engine.js';

/** A way to an engine on which what comes from it is counted. */
export type ByteCounter = {
	readonly engine: EngineAddress;

	/** @returns How many bytes came from the engine since the last time. */
	take(): number;
	close(): void;
};

/**
@param engine - At a socket of this machine.
@param socket - The path of the new one.
*/
export async function countBytes(
	{dockerHost}: EngineAddress,
	socket: string,
): Promise<ByteCounter> {
	let bytes = 0;
	const open = new Set<Socket>();
	const server = createServer({allowHalfOpen: true}, client => {
		const upstream = createConnection({
			path: dockerHost.replace('unix://', ''),
			allowHalfOpen: true,
		});
		for (const end of [client, upstream]) {
			open.add(end);
			end.on('close', () => {
				open.delete(end);
			});
		}

		upstream.on('data', chunk => {
			bytes += chunk.length;
		});
		pipeline(client, upstream, () => undefined);
		pipeline(upstream, client, () => undefined);
	});
	await new Promise<void>(resolve => {
		server.listen(socket, resolve);
	});
	return {
		engine: {dockerHost: `unix://${socket}`},
		take() {
			const taken = bytes;
			bytes = 0;
			return taken;
		},
		close() {
			server.close();
			for (const end of open) {
				end.destroy();
			}
		},
	};
}
