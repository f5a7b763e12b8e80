import {Buffer} from 'node:buffer';
import {readFile} from 'node:fs/promises';
import {describe, expect, test} from 'vitest';
import {listContainers} from '../engine/engine.js';
import {childOf} from '../engine/process.js';
import {testEngine} from '../engine/test-engine.js';
import type {Cli} from './cli.js';
import {projectForTests} from './project.js';
import {shellPrompt} from './shell-prompt.js';

const engine = testEngine();
const project = projectForTests();

/** Keys that would run, edit and quit, were they any. */
const megabyte = Buffer.from('cnsqRE\r\u0003x\u00041'.repeat(105_000)).subarray(
	0,
	1_048_576,
);
const [begin, end] = ['\u001B[200~', '\u001B[201~'];

/** The processor time of mstage so far, in seconds (proc(5), `stat`; a tick is a hundredth of a second). */
async function timeOf({terminal}: Cli): Promise<number> {
	const child = await childOf(terminal.pid);
	const stat = await readFile(`/proc/${child!.pid}/stat`, 'utf8');
	const [user, system] = stat.slice(stat.lastIndexOf(')')).split(' ').slice(12);
	return (Number(user) + Number(system)) / 100;
}

/** Pastes, and waits until something that is pressed afterwards has been done. */
async function paste(
	it: Cli,
	{isMarked, isDone}: {isMarked: boolean; isDone: string | RegExp},
): Promise<number> {
	const before = await timeOf(it);
	it.terminal.press(
		isMarked
			? Buffer.concat([Buffer.from(begin), megabyte, Buffer.from(end)])
			: megabyte,
	);
	await it.terminal.waitForText(isDone);
	return (await timeOf(it)) - before;
}

describe.each([
	['marked', true],
	['not marked', false],
])('a megabyte that is pasted, %s,', (_name, isMarked) => {
	test('is no keys at the start, at a pause and among files, and goes into a line as far as there is room', async () => {
		await project.dockerfile('FROM busybox AS one', 'RUN echo 1 > /one');
		await using it = await project.debug();
		const {terminal} = it;
		await terminal.waitFor(() => terminal.modes.alternateScreen, 'the screen');
		const isDone = 'What is pasted is no keys';
		const times = [await paste(it, {isMarked, isDone})];
		await terminal.waitForText('paused before one:0');
		terminal.press('j');
		await terminal.waitForText(text => !text.includes(isDone));
		times.push(await paste(it, {isMarked, isDone}));
		expect(terminal.text()).toContain('paused before one:0');
		terminal.press('c');
		await terminal.waitForText('paused at the end of one');
		terminal.press('f');
		await terminal.waitForText(/bin +dir|bin\b/v);
		times.push(await paste(it, {isMarked, isDone}));
		terminal.press('/');
		await terminal.waitForText('part of a name or a glob');
		times.push(
			await paste(it, {isMarked, isDone: 'The line takes 1,024 characters'}),
		);
		expect(terminal.text()).toContain('paused at the end of one');
		terminal.press('\u001B');
		await terminal.waitForText(text => !text.includes('1,024'));
		terminal.press('q');
		expect(await terminal.waitForExit()).toEqual({code: 0, signal: null});
		expect(terminal.modes.bracketedPaste).toBe(false);
		// Beside what the build and the drawing of the screen take on a loaded machine.
		for (const time of times) {
			expect(time).toBeLessThan(2);
		}
	});

	test('is no commands at the line prompt', async () => {
		await project.dockerfile('FROM busybox AS one', 'RUN echo 1 > /one');
		await using it = await project.debug('--plain');
		const {terminal} = it;
		await terminal.waitForText(/^\(mstage\)/mv);
		const time = await paste(it, {
			isMarked,
			isDone: 'A line takes 4,096 characters',
		});
		expect(time).toBeLessThan(2);
		await terminal.waitForText(/cnsqRE/v);
		terminal.press('\u0003');
		terminal.press('quit\r');
		expect(await terminal.waitForExit()).toEqual({code: 0, signal: null});
		expect(terminal.modes.bracketedPaste).toBe(false);
	});
});

describe.each([
	['BuildKit', []],
	['the legacy builder', ['--builder', 'legacy']],
])('a shell in which a program takes no signal, with %s', (_name, flags) => {
	test('is left by Ctrl-P Ctrl-Q, and what runs in it is ended', async () => {
		await project.dockerfile('FROM busybox', 'RUN true');
		await using it = await project.debug(...flags);
		const {terminal} = it;
		await terminal.waitForText('paused before');
		terminal.press('s');
		await terminal.waitForText(shellPrompt);
		terminal.press(
			`trap '' INT TERM QUIT HUP; sleep 1000 & printf 'it is %s\\n' busy; wait\r`,
		);
		await terminal.waitForText('it is busy');
		terminal.press('\u0003');
		terminal.resize(90, 26);
		terminal.press('\u0010\u0011');
		await terminal.waitForText('was left; what ran in it was ended');
		terminal.press('q');
		expect(await terminal.waitForExit()).toEqual({code: 0, signal: null});
		expect(await listContainers(engine)).toEqual([]);
	});
});
