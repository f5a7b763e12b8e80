import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {appendFile, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {createInterface} from 'node:readline';
import {setTimeout as delay} from 'node:timers/promises';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {
	dockerClient,
	seedBusybox,
	startEngine,
	type TestEngine,
} from '../engine/engine.js';
import {callEngine} from '../engine/http.js';
import {casesForTests} from './case.js';

const open = casesForTests();

/** One of its own: what is tried here once ended engine 26.1.5 with everything on it. */
let engine: TestEngine;
beforeAll(async () => {
	engine = await startEngine({version: '26.1.5'});
	await seedBusybox(engine);
});
afterAll(async () => {
	await engine.stop();
});

const session = ['debug', '--plain', '--pause', 'error', '.'];

test('two sessions at the same failed RUN both look into it', async () => {
	await using it = await open('two-sessions');
	const {dockerHost} = engine;
	await appendFile(path.join(it.folder, 'Dockerfile'), `# ${Date.now()}\n`);
	const input =
		'where\nls failed:/state.txt\nshell failed -- cat /state.txt\nshell failed -- sleep 3\nquit\n';
	const first = it.mstage(session, {input, engine: dockerHost});
	await delay(1500);
	const [one, other] = await Promise.all([
		first,
		it.mstage(session, {input, engine: dockerHost}),
	]);
	for (const {stdout, code} of [one, other]) {
		expect(stdout).toContain('✔ prep:1');
		expect(stdout).toContain('✖ failed in prep:2  RUN echo "attempt"');
		expect(stdout).toContain('exited with code 9');
		expect(stdout).toMatch(/^attempt$/mv);
		expect(stdout).toMatch(/state\.txt$/mv);
		expect(code).toBe(1);
	}

	const {status} = await callEngine(engine, 'GET', '/_ping');
	expect(status).toBe(200);
});

test('a session beside a docker build that runs the same RUN, which fails, looks into it', async () => {
	await using it = await open('two-sessions');
	await writeFile(
		path.join(it.folder, 'Dockerfile'),
		`FROM busybox AS prep\nCOPY note.txt /note.txt\nRUN echo begun; sleep 3; echo "attempt" > /state.txt; exit 9 # ${Date.now()}\n`,
	);
	const docker = await dockerClient(engine);
	const build = spawn(
		docker.command,
		['build', '--progress', 'plain', it.folder],
		{env: docker.env, stdio: ['ignore', 'ignore', 'pipe']},
	);
	const ended = once(build, 'close');
	for await (const line of createInterface(build.stderr)) {
		if (line.endsWith('begun')) {
			break;
		}
	}

	build.stderr.resume();
	const {stdout, code} = await it.mstage(session, {
		input: 'where\nshell failed -- cat /state.txt\nquit\n',
		engine: engine.dockerHost,
	});
	expect(stdout).toContain('✔ prep:1');
	expect(stdout).toContain('✖ failed in prep:2  RUN echo begun');
	expect(stdout).toContain('exited with code 9');
	expect(stdout).toMatch(/^attempt$/mv);
	expect(code).toBe(1);
	expect(await ended).toEqual([1, null]);
	const {status} = await callEngine(engine, 'GET', '/_ping');
	expect(status).toBe(200);
});

test('a command that runs once more, as another build took along what it left, is told', async () => {
	await using it = await open('two-sessions');
	const {dockerHost} = engine;
	await writeFile(
		path.join(it.folder, 'Dockerfile'),
		`FROM busybox AS prep\nRUN echo begun; sleep 4; echo "attempt" > /state.txt; exit 9 # ${Date.now()}\n`,
	);
	const first = it.mstage(session, {engine: dockerHost});
	await delay(1500);
	const [, {stdout}] = await Promise.all([
		first,
		it.mstage(session, {
			input:
				'where\nshell prep:0 -- sleep 5\nshell failed -- cat /state.txt\nquit\n',
			engine: dockerHost,
		}),
	]);
	expect(stdout).toMatch(/^attempt$/mv);
	expect(stdout).toContain(
		'⚠ Dockerfile:2  Another build that failed with this RUN has ended, and took along what it left: the command was run once more',
	);
});

test('what another session builds at the same time is shown with its output', async () => {
	await using it = await open('parallel-ok');
	const args = ['debug', '--plain', '--pause', 'never', '.'];
	const first = it.mstage(args, {engine: engine.dockerHost});
	await delay(1500);
	const sessions = await Promise.all([
		first,
		it.mstage(args, {engine: engine.dockerHost}),
	]);
	for (const {stdout, code} of sessions) {
		expect(stdout).toContain('▶ w:2');
		expect(stdout).toContain('│ start');
		expect(stdout).toContain('│ SALT48625400');
		for (const step of ['w:0', 'w:1', 'w:2', '1:1', 'finished']) {
			expect(stdout).toContain(`✔ ${step}`);
		}

		expect(code).toBe(0);
	}
});

test('a source that isn’t there says nothing of the steps before it, which never ran', async () => {
	await using it = await open('outside-context');
	const ask = async (context: string) =>
		it.mstage([...session.slice(0, -1), '-f', 'docker/Dockerfile', context], {
			folder: 'proj',
			input: 'stages\nls 0:1:/\nquit\n',
			engine: engine.dockerHost,
		});
	const right = await ask('.');
	expect(right.stdout).toMatch(/○ 0:1 {2}COPY app\/main\.txt/v);
	expect(right.stdout).toMatch(/✖ 0:2 {2}COPY \.\.\/shared\/lib\.txt/v);
	const wrong = await ask('docker');
	expect(wrong.stdout).toMatch(/[○✖] 0:1 {2}COPY app\/main\.txt/v);
	expect(wrong.stdout).not.toMatch(/✔ 0:[12]/v);
	for (const {stdout, stderr} of [right, wrong]) {
		expect(`${stdout}${stderr}`).toContain(
			'The build failed before 0:1 was there: correct what failed, and reload.',
		);
	}
});

test('of two addresses that aren’t there neither is shown as done, also when it is tried again', async () => {
	await using it = await open('add-url');
	const {stdout} = await it.mstage(
		[...session.slice(0, -1), '-f', 'Dockerfile.404', '.'],
		{
			input: 'stages\ncontinue\nstages\nls 0:2:/\nquit\n',
			engine: engine.dockerHost,
		},
	);
	expect(stdout).not.toMatch(/✔ 0:[123]/v);
	expect(stdout).toMatch(/✖ 0:[12] {2}ADD/v);
});

test('of two stages whose addresses aren’t there both are told, and neither is done when it is tried again', async () => {
	await using it = await open('add-url');
	await writeFile(
		path.join(it.folder, 'Dockerfile'),
		[
			'FROM busybox AS a',
			'ADD http://127.0.0.1:9/none-1 /x',
			'FROM busybox AS b',
			'ADD http://127.0.0.1:9/none-2 /y',
			'FROM scratch',
			'COPY --from=a /x /x',
			'COPY --from=b /y /y',
			'',
		].join('\n'),
	);
	const ask = async (...flags: readonly string[]) =>
		it.mstage([...session.slice(0, -1), ...flags, '.'], {
			input: 'failures\ncontinue\nstages\nquit\n',
			engine: engine.dockerHost,
		});
	const {stdout} = await ask();
	expect(stdout).toContain('1 more failed');
	expect(stdout).toMatch(/^2 ✖ failed in [ab]:1 /mv);
	expect(stdout).toMatch(/✖ a:1 .*✖ b:1 /sv);
	expect(stdout).not.toMatch(/✔ [ab]:1/v);
	const {stdout: json} = await ask('--json');
	expect(json.match(/"others":\[\{"step":"[ab]:1"/gv)).toHaveLength(2);
});
