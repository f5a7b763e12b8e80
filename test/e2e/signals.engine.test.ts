import {writeFile} from 'node:fs/promises';
import path from 'node:path';
import {describe, expect, test} from 'vitest';
import {listContainers} from '../engine/engine.js';
import {watchFor} from '../engine/process.js';
import {testEngine} from '../engine/test-engine.js';
import type {Cli} from './cli.js';
import {projectForTests} from './project.js';
import {shellPrompt} from './shell-prompt.js';

const engine = testEngine();
const project = projectForTests();
const quit = 131;

/** Switches what programs switch, and then goes on. */
const busy = String.raw`trap '' INT TERM QUIT; printf '\033[?1049h\033[?1h\033=\033[?25l\033[?1003h\033[?1006h\033[?2004h\033[?6h\033[4h\033[2;5r\033(0\033[7;31m\033[>1u\033[5 q\033]2;a title\007'; sleep 1000`;

async function expectWhole({terminal, settings}: Cli): Promise<void> {
	expect(terminal.modes).toEqual({
		alternateScreen: false,
		cursorVisible: true,
		bracketedPaste: false,
		applicationCursorKeys: false,
		mouse: false,
	});
	expect(terminal.otherModes).toEqual({
		applicationKeypad: false,
		insert: false,
		origin: false,
		focusReports: false,
	});
	const [before, after] = await settings();
	expect(after).toBe(before);
	// The legacy builder removes what it canceled itself, a moment after its connection has ended.
	const noneLeft = await watchFor(async () => {
		const left = await listContainers(engine);
		return left.length === 0 ? true : undefined;
	}, 5000);
	expect(noneLeft).toBe(true);
}

async function expectUndone(it: Cli): Promise<void> {
	await expectWhole(it);
	const after = it.terminal.raw.slice(
		it.terminal.raw.lastIndexOf('\u001B[?1049h'),
	);
	for (const undoing of ['[<1u', '[0 q', '[r', '(B', '[0m', '[23;0t']) {
		expect(after).toContain(`\u001B${undoing}`);
	}
}

async function isBusy({terminal}: Cli): Promise<void> {
	await terminal.waitFor(
		() => terminal.modes.mouse && terminal.modes.alternateScreen,
		'the modes of the program',
	);
}

describe.each([
	['BuildKit', []],
	['the legacy builder', ['--builder', 'legacy']],
])('SIGQUIT, with %s', (_name, flags) => {
	test('ends a build that runs', async () => {
		await project.dockerfile('FROM busybox', 'RUN echo begun; sleep 1000');
		await using it = await project.debug('--pause', 'error', ...flags);
		await it.terminal.waitForText('running 0:1');
		await it.signal('SIGQUIT');
		expect(await it.terminal.waitForExit()).toEqual({code: quit, signal: null});
		expect(it.terminal.history()).toBe('mstage: ended by SIGQUIT');
		await expectWhole(it);
	});

	test('ends a session in whose shell a program has switched modes', async () => {
		await project.dockerfile('FROM busybox', 'RUN true');
		await using it = await project.debug(...flags);
		await it.terminal.waitForText('paused before');
		it.terminal.press('s');
		await it.terminal.waitForText(shellPrompt);
		it.terminal.press(`${busy}\r`);
		await isBusy(it);
		await it.signal('SIGQUIT');
		expect(await it.terminal.waitForExit()).toEqual({code: quit, signal: null});
		await expectUndone(it);
	});
});

test('SIGQUIT ends a session in whose editor somebody is', async () => {
	await project.dockerfile('FROM busybox', 'RUN true');
	const editor = path.join(project.folder, 'editor');
	await writeFile(
		editor,
		`#!/bin/sh\ntrap '' TERM\nstty raw -echo\nprintf '\\033[?1049h\\033[?1003h'\nread -r line\n`,
		{mode: 0o755},
	);
	await using it = await project.startWith({VISUAL: editor}, [
		'debug',
		project.context,
	]);
	await it.terminal.waitForText('paused before');
	it.terminal.press('E');
	await isBusy(it);
	await it.signal('SIGQUIT');
	expect(await it.terminal.waitForExit()).toEqual({code: quit, signal: null});
	await expectWhole(it);
});

describe('SIGQUIT at the line prompt', () => {
	test('ends it', async () => {
		await project.dockerfile('FROM busybox', 'RUN true');
		await using it = await project.debug('--plain');
		await it.terminal.waitForText(/^\(mstage\)/mv);
		await it.signal('SIGQUIT');
		expect(await it.terminal.waitForExit()).toEqual({code: quit, signal: null});
		await expectWhole(it);
	});

	test('ends it in a shell in which a program has switched modes', async () => {
		await project.dockerfile('FROM busybox', 'RUN true');
		await using it = await project.debug('--plain');
		await it.terminal.waitForText(/^\(mstage\)/mv);
		it.terminal.press('shell\r');
		await it.terminal.waitForText(shellPrompt);
		it.terminal.press(`${busy}\r`);
		await isBusy(it);
		await it.signal('SIGQUIT');
		expect(await it.terminal.waitForExit()).toEqual({code: quit, signal: null});
		await expectUndone(it);
	});
});

test('SIGQUIT ends mstage shell in which a program has switched modes', async () => {
	await project.dockerfile('FROM busybox AS one', 'RUN true');
	await using it = await project.start('shell', 'one', '-C', project.context);
	await it.terminal.waitForText(shellPrompt);
	it.terminal.press(`${busy}\r`);
	await isBusy(it);
	await it.signal('SIGQUIT');
	expect(await it.terminal.waitForExit()).toEqual({code: quit, signal: null});
	await expectUndone(it);
});

test('a signal that comes while the process takes itself apart does not end it instead', async () => {
	await project.dockerfile('FROM busybox', 'RUN true');
	const hook = path.join(project.folder, 'hook.cjs');
	// What is kept until then makes it take a while.
	await writeFile(
		hook,
		`const {spawn} = require('node:child_process');
const kept = Array.from({length: 300_000}, (_, index) => ({index}));
process.on('exit', () => {
	const signals = 'for i in $(seq 500); do kill -TERM ' + process.pid + ' || exit; done';
	globalThis.kept = [kept, spawn('sh', ['-c', signals], {stdio: 'ignore'})];
});
`,
	);
	await using it = await project.startWith(
		{NODE_OPTIONS: `--require ${hook}`},
		['debug', '--plain', '--pause', 'never', project.context],
	);
	await it.terminal.waitForText(/finished[\s\S]*\(mstage\)\s*$/v);
	it.terminal.press('quit\r');
	expect(await it.terminal.waitForExit()).toEqual({code: 0, signal: null});
});
