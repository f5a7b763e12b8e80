import {execFileSync, spawn} from 'node:child_process';
import {once} from 'node:events';
import {createReadStream} from 'node:fs';
import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {buffer} from 'node:stream/consumers';
import {expect, onTestFinished, test, vi} from 'vitest';
import {dialSsh} from '../../../source/engine/docker/ssh.js';

test('what came before the other side ended can still be read', async () => {
	const folder = await mkdtemp(path.join(tmpdir(), 'mstage-ssh-stream-'));
	onTestFinished(async () => rm(folder, {recursive: true}));
	const lives = path.join(folder, 'lives');
	execFileSync('mkfifo', [lives]);
	await writeFile(
		path.join(folder, 'ssh'),
		`#!/bin/sh\nexec 9>'${lives}'\nprintf answer\n`,
		{mode: 0o755},
	);
	vi.stubEnv('PATH', `${folder}:${process.env['PATH']}`);
	onTestFinished(() => {
		vi.unstubAllEnvs();
	});
	const stream = dialSsh({
		kind: 'ssh',
		text: 'ssh://host',
		destination: 'host',
		port: null,
		socket: null,
	});
	await buffer(createReadStream(lives));
	// Its end is told to us before that of a later process.
	await once(spawn('true'), 'close');

	const read = await buffer(stream);
	expect(read.toString()).toBe('answer');
	expect(stream.destroyed).toBe(true);
});
