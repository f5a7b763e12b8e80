import {expect, test} from 'vitest';
import {openBuild, runSteps, unique} from '../buildkit/builds.js';
import {callEngine, listContainers} from '../engine.js';
import {watchFor} from '../process.js';
import {testEngine} from '../test-engine.js';
import {contract} from './contract.js';

contract('legacy');

async function makeContainer(image: string): Promise<void> {
	const {status} = await callEngine(
		testEngine(),
		'POST',
		'/containers/create',
		JSON.stringify({Image: image, Cmd: ['never']}),
	);
	expect(status).toBe(201);
}

test('a container that the builder was canceled in making, and never told of, is removed (legacy)', async () => {
	const engine = testEngine();
	const build = await openBuild(
		['FROM busybox', `RUN echo ${unique()}`, `RUN sleep 60 # ${unique()}`],
		{builder: 'legacy'},
	);
	const [, echo, sleep] = build.program.steps.map(({id}) => id);
	await runSteps(build, [echo!]);
	const cancel = new AbortController();
	const running = runSteps(build, [sleep!], cancel.signal);
	const started = async () => {
		const containers = await listContainers(engine);
		return containers.find(({state}) => state === 'running');
	};

	const {image} = (await watchFor(started, 60_000))!;
	// The engine can't be made to lose the message, so this stands for the container that it would have told of.
	await makeContainer(image);
	await makeContainer('busybox');
	cancel.abort();
	await running;
	await build.close();
	const left = await listContainers(engine);
	expect(left).toHaveLength(1);
	expect(left[0]!.image).not.toBe(image);
	await callEngine(engine, 'DELETE', `/containers/${left[0]!.id}`);
});

test('what fails after its build was closed is removed too (legacy)', async () => {
	const build = await openBuild(
		['FROM busybox', `RUN sleep 1; false # ${unique()}`],
		{builder: 'legacy'},
	);
	const running = runSteps(build);
	const started = async () => {
		const containers = await listContainers(testEngine());
		return containers.some(({state}) => state === 'running') || undefined;
	};

	expect(await watchFor(started, 60_000)).toBe(true);
	await build.close();
	const events = await running;
	expect(events.at(-1)!.type).toBe('failed');
	expect(await listContainers(testEngine())).toEqual([]);
});
