import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {expect, test} from 'vitest';
import {untilReady} from '../../../source/engine/private/launch.js';

test('an engine that a signal ended as it started is waited for no longer', async () => {
	const child = spawn('sleep', ['60']);
	child.kill('SIGKILL');
	await once(child, 'exit');
	await expect(
		untilReady(
			{
				child,
				process: async () => ({pid: child.pid!, started: '0'}),
				logEnd: async () => 'the end of its log',
			},
			'/nowhere/docker.sock',
			async () => undefined,
		),
	).rejects.toThrow('the end of its log');
}, 10_000);
