import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {
	mkdir,
	mkdtemp,
	readFile,
	readdir,
	rm,
	writeFile,
} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {expect, onTestFinished, test} from 'vitest';
import {prepareCli} from '../e2e/cli.js';
import {watchFor} from '../engine/process.js';

test('a signal while a Git repository is fetched ends that too, and leaves nothing of it', async () => {
	const cli = await prepareCli();
	onTestFinished(cli.remove);
	const folder = await mkdtemp(path.join(tmpdir(), 'mstage-fetching-'));
	onTestFinished(async () => rm(folder, {recursive: true}));
	const temporary = path.join(folder, 'temporary');
	await mkdir(temporary);
	const git = path.join(folder, 'git');
	const script =
		'#!/bin/sh\necho $$ > "$0.started"\nmv "$0.started" "$0.pid"\nexec sleep 600\n';
	await writeFile(git, script, {mode: 0o755});
	const child = spawn(
		process.execPath,
		[cli.path, 'debug', '--plain', 'https://127.0.0.1:1/never.git'],
		{
			env: {
				...process.env,
				PATH: `${folder}:${process.env['PATH'] ?? ''}`,
				TMPDIR: temporary,
			},
			stdio: 'ignore',
		},
	);
	const ended = once(child, 'exit');
	const pid = await watchFor(
		async () => readFile(`${git}.pid`, 'utf8').catch(() => undefined),
		20_000,
	);
	expect(await readdir(temporary)).toHaveLength(1);
	child.kill('SIGTERM');
	expect(await ended).toEqual([143, null]);
	expect(await readdir(temporary)).toEqual([]);
	expect(() => process.kill(Number(pid), 0)).toThrow('ESRCH');
});
