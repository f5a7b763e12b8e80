import {expect, test} from 'vitest';
import {openBuild, runSteps, unique} from '../../buildkit/builds.js';
import {listContainers} from '../engine.js';
import {watchFor} from '../process.js';
import {testEngine} from '../test-engine.js';
import {contract} from './contract.js';

contract('legacy');

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
