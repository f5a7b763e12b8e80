import {expect, test} from 'vitest';
import {projectForTests} from '../e2e/project.js';
import {testEngine} from '../engine/test-engine.js';

const project = projectForTests();

test('the doctor tells what the engine has, and what is tried where none answers', async () => {
	const engine = testEngine();
	const {stdout, code} = await project.onPipe(['doctor', '--json']);
	expect(code).toBe(0);
	expect(JSON.parse(stdout.toString())).toMatchObject({
		engines: [{origin: 'DOCKER_HOST', address: engine.dockerHost}],
		engine: {version: engine.version, details: {legacyBuilder: true}},
		advice: null,
	});

	const nowhere = await project.onPipe(['doctor', '-H', 'unix:///nowhere']);
	expect(nowhere.code).toBe(3);
	expect(nowhere.stdout.toString()).toMatch(
		/[✖x] --host: unix:\/\/\/nowhere, there is no such socket/v,
	);
});
