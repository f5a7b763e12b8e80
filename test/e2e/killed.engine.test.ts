import {expect, test} from 'vitest';
import {callEngine, getJson, listContainers} from '../engine/engine.js';
import {testEngine} from '../engine/test-engine.js';
import {watchFor} from '../engine/process.js';
import {expectGone, expectRunning, uniqueSeconds} from './running.js';
import {projectForTests} from './project.js';

const engine = testEngine();
const project = projectForTests();
const legacy = ['--builder', 'legacy', '--pause', 'error'] as const;

async function imagesOfSessions(): Promise<readonly string[]> {
	const filters = encodeURIComponent(
		JSON.stringify({label: ['mstage.session']}),
	);
	const found = await getJson<ReadonlyArray<{readonly Id: string}>>(
		engine,
		`/images/json?all=1&filters=${filters}`,
	);
	return found.map(({Id: id}) => id);
}

test('what a session with the legacy builder kept of a failure when it was killed, the next one removes, with BuildKit too', async () => {
	await project.dockerfile(
		'FROM busybox AS a',
		`RUN echo ${uniqueSeconds()} > /half; exit 9`,
	);
	await project.write('file', 'of the context\n');
	await using it = await project.debug(...legacy, '--plain');
	const {terminal} = it;
	await terminal.waitForText(/exited with code 9[\s\S]*\(mstage\)\s*$/v);
	terminal.press('ls failed:/half\r');
	await terminal.waitForText(/ {2}half$[\s\S]*\(mstage\)\s*$/mv);
	terminal.press('cat context:/file\r');
	await terminal.waitForText(/^of the context/mv);
	await it.signal('SIGKILL');
	await terminal.waitForExit();
	expect(await listContainers(engine)).not.toEqual([]);
	const [failed, context] = await imagesOfSessions();
	expect([failed, context]).not.toContain(undefined);

	await project.onPipe(['ls', 'image:busybox:latest:/bin']);
	expect(await listContainers(engine)).toEqual([]);
	expect(await imagesOfSessions()).toEqual([]);
});

test('what the legacy builder runs is known for ours while it runs, and by docker rm as ever', async () => {
	const seconds = uniqueSeconds();
	await project.dockerfile('FROM busybox', `RUN sleep ${seconds}`);
	await using it = await project.debug(...legacy);
	await expectRunning(seconds);
	const isNamed = await watchFor(async () => {
		const rows = await getJson<
			ReadonlyArray<{readonly Id: string; readonly Names: readonly string[]}>
		>(engine, '/containers/json');
		return rows[0]?.Names[0]?.startsWith('/mstage.session.')
			? rows[0]
			: undefined;
	}, 5000);
	const {status} = await callEngine(
		engine,
		'DELETE',
		`/containers${isNamed!.Names[0]!}?force=1`,
	);
	expect(status).toBe(204);
	await it.terminal.waitForText('failed in 0:1');
});

test('what runs in a shell of BuildKit ends with a session that was killed', async () => {
	const seconds = uniqueSeconds();
	await project.dockerfile('FROM busybox', `RUN echo ${seconds} > /one`);
	const command = ['sh', '-c', `sleep ${seconds}; true`];
	await using it = await project.start(
		'shell',
		'0:1',
		'-C',
		project.context,
		'--',
		...command,
	);
	await expectRunning(seconds);
	await it.signal('SIGKILL');
	await expectGone(seconds);
});
