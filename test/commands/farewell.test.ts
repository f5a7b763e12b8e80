import {once} from 'node:events';
import {mkdtemp, rm} from 'node:fs/promises';
import {type Socket, createServer} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {expect, onTestFinished, test} from 'vitest';
import {farewell} from '../../source/commands/farewell.js';
import {dial} from '../../source/engine/docker/dial.js';

const never = new Promise<never>(() => {
	// Never.
});

test('what has ended is not waited for, however it ended', async () => {
	await expect(farewell(Promise.resolve())).resolves.toBe(true);
	await expect(farewell(Promise.reject(new Error('lost')))).resolves.toBe(true);
});

test('an engine that says nothing is left after 2 seconds', async () => {
	const before = performance.now();
	await expect(farewell(never)).resolves.toBe(false);
	expect(performance.now() - before).toBeGreaterThanOrEqual(1700);
});

test('an engine that says something is waited for longer, but not for ever', async () => {
	const folder = await mkdtemp(join(tmpdir(), 'mstage-farewell-'));
	onTestFinished(async () => rm(folder, {recursive: true}));
	const path = join(folder, 'engine.sock');
	const server = createServer().listen(path);
	const connected = once(server, 'connection') as Promise<[Socket]>;
	const client = dial({kind: 'unix', path, text: `unix://${path}`});
	client.resume();
	const [socket] = await connected;
	const timer = setInterval(() => {
		socket.write('.');
	}, 500);
	onTestFinished(() => {
		clearInterval(timer);
		client.destroy();
		server.close();
	});

	const before = performance.now();
	await expect(farewell(never)).resolves.toBe(false);
	expect(performance.now() - before).toBeGreaterThanOrEqual(4500);
});
