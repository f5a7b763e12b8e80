import {
	copyFile,
	mkdir,
	mkdtemp,
	readdir,
	rm,
	writeFile,
} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {afterAll, beforeAll, expect, onTestFinished, test, vi} from 'vitest';
import {startKeyAgent} from '../../../source/engine/buildkit/session/key-agent.js';
import type {Build} from '../../../source/engine/port.js';
import {run} from '../process.js';
import {
	failureOf,
	logOf,
	openBuild,
	runAt,
	runSteps,
	unique,
} from './builds.js';

/** Lists the keys of the agent, with the `ssh-add` of this machine: the images of the tests have none. */
const list = '/ssh/run -L; /ssh/run -D 2>&1; true';
let context: string;
let key: string;
let fingerprint: string;

beforeAll(async () => {
	context = await mkdtemp(path.join(tmpdir(), 'mstage-ssh-build-'));
	await mkdir(path.join(context, 'ssh'));
	const program = await run('sh', ['-c', 'command -v ssh-add']);
	const sshAdd = program.trim();
	const libraries = await run('ldd', [sshAdd]);
	const files = [
		sshAdd,
		...[...libraries.matchAll(/\/\S+/gv)].map(([file]) => file),
	];
	for (const file of files) {
		// eslint-disable-next-line no-await-in-loop -- a few files
		await copyFile(file, path.join(context, 'ssh', path.basename(file)));
	}

	const loader = files.find(file => path.basename(file).startsWith('ld-'))!;
	await writeFile(
		path.join(context, 'ssh/run'),
		`#!/bin/sh\nexec /ssh/${path.basename(loader)} --library-path /ssh /ssh/ssh-add "$@"\n`,
		{mode: 0o755},
	);
	key = path.join(context, 'key');
	await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key]);
	const publicKey = await run('cat', [`${key}.pub`]);
	fingerprint = publicKey.split(' ')[1]!;
});

afterAll(async () => {
	await rm(context, {recursive: true, force: true});
});

async function open(
	mount: string,
	ssh: ReadonlyArray<{readonly id: string; readonly paths: readonly string[]}>,
): Promise<Build> {
	const dockerfile = path.join(context, 'Dockerfile');
	await writeFile(
		dockerfile,
		`FROM busybox\nCOPY ssh /ssh\nRUN --mount=type=ssh${mount} ${list} # ${unique()}\n`,
	);
	return openBuild([], {context, dockerfile, ssh});
}

test('a step and its shell list the keys of an agent, and can’t take them away', async () => {
	const agent = await startKeyAgent([key]);
	try {
		const build = await open(',id=work,required=true', [
			{id: 'work', paths: [agent.socket]},
		]);
		const events = await runSteps(build);
		expect(events.at(-1)).toEqual({type: 'reached'});
		expect(logOf(events, 2)).toContain(fingerprint);
		expect(logOf(events, 2)).toMatch(/failed|refused/iv);
		const shell = ['sh', '-c', list] as const;
		const {stdout} = await runAt(build, {kind: 'before', step: 2}, ...shell);
		expect(stdout).toContain(fingerprint);
		const again = await runAt(build, {kind: 'after', step: 2}, ...shell);
		expect(again.stdout).toContain(fingerprint);
	} finally {
		await agent.close();
	}
});

test('a key gets an agent of its own, which ends with the build', async () => {
	const temporary = path.join(context, 'tmp');
	await mkdir(temporary);
	vi.stubEnv('TMPDIR', temporary);
	onTestFinished(() => {
		vi.unstubAllEnvs();
	});
	const build = await open('', [{id: 'default', paths: [key]}]);
	expect(await readdir(temporary)).toHaveLength(2);
	const events = await runSteps(build);
	expect(logOf(events, 2)).toContain(fingerprint);
	await build.close();
	expect(await readdir(temporary)).toEqual([
		expect.stringMatching(/^mstage-build-/v),
	]);
});

test('without an agent, a step that requires one says what to do; its shell opens', async () => {
	const build = await open(',id=work,required=true', []);
	expect(await failureOf(build)).toMatchObject({
		step: 2,
		kind: 'secret',
		message: 'There is no SSH agent work.',
		advice: 'Start mstage again with --ssh work.',
	});
	const {code} = await runAt(build, {kind: 'before', step: 2}, 'true');
	expect(code).toBe(0);
});

test('what isn’t there is told before the build', async () => {
	await expect(
		open('', [{id: 'default', paths: ['/nowhere/agent.sock']}]),
	).rejects.toThrow(
		/^--ssh default=\/nowhere\/agent\.sock can't be read: .*; name the socket of an agent or a private key\.$/v,
	);
	await expect(
		open('', [{id: 'default', paths: [path.join(context, 'Dockerfile')]}]),
	).rejects.toThrow(/Dockerfile can't be used \(.*run ssh-add, then/v);
});
