import {appendFile, cp} from 'node:fs/promises';
import path from 'node:path';
import {expect, test} from 'vitest';
import {listContainers} from '../engine/engine.js';
import {testEngine} from '../engine/test-engine.js';
import {projectForTests} from './project.js';

const project = projectForTests();
const legacy = ['--builder', 'legacy'] as const;
const example = path.join(import.meta.dirname, '../../examples/failing');

test('the example under the legacy builder: stepped through, failed, entered where it failed, compared and loaded again', async () => {
	await cp(example, project.context, {recursive: true});
	await using it = await project.debug(...legacy);
	const {terminal} = it;
	await terminal.waitForText('paused before builder:0');
	expect(terminal.text()).toMatch(/○ 1 preview {2}not needed/v);
	terminal.press('n');
	await terminal.waitForText('paused before builder:1');
	terminal.press('e');
	await terminal.waitForText('paused at the end of builder');
	terminal.press('c');
	await terminal.waitForText('paused before preview:0');
	terminal.press('c');
	await terminal.waitForText('paused before tests:0');
	expect(terminal.text()).toMatch(/✔ 1 preview/v);
	terminal.press('c');
	const failure = await terminal.waitForText('failed in tests:7 · exit 1');
	expect(failure).toContain('stopped at check 4 of 5');

	terminal.press('s');
	await terminal.waitForText(/\/checks \$$/mv);
	terminal.press('id -un; cat /report/report.txt\r');
	await terminal.waitForText(/^app$[\s\S]*check 4: links/mv);
	terminal.press('exit\r');
	await terminal.waitForText('where tests:7 failed exited with code 0');

	// What .dockerignore kept from the builder is there once that says otherwise: only what reads it is behind.
	await appendFile(
		path.join(project.context, '.dockerignore'),
		'!chapters/03-testing.md\n',
	);
	terminal.press('r');
	await terminal.waitForText('reloaded, paused before builder:3');
	terminal.press('pp');
	await terminal.waitForText('pauses only at failures');
	terminal.press('c');
	await terminal.waitForText('✔ finished');
	terminal.press('d');
	await terminal.waitForText('┤Diff├');
	terminal.press('5');
	await terminal.waitForText(/[Pp]oints/v);
	terminal.press('builder final\r');
	await terminal.waitForText(/┤5 points├[\s\S]*\d left behind/v);
	terminal.press('q');
	await terminal.waitForExit();
	expect(await listContainers(testEngine())).toEqual([]);
});
