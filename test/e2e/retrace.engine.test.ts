import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {afterAll, afterEach, beforeAll, beforeEach, expect, test} from 'vitest';
import {testEngine} from '../engine/test-engine.js';
import {prepareCli} from './cli.js';
import {expectGone, expectRunning, uniqueSeconds} from './running.js';

const ctrlC = '\u0003';
let cli: Awaited<ReturnType<typeof prepareCli>>;
let context: string;

beforeAll(async () => {
	cli = await prepareCli();
});
afterAll(async () => {
	await cli.remove();
});
beforeEach(async () => {
	context = await mkdtemp(path.join(tmpdir(), 'mstage-context-'));
});
afterEach(async () => {
	await rm(context, {recursive: true});
});

async function debug(run: string, ...flags: readonly string[]) {
	await writeFile(
		path.join(context, 'Dockerfile'),
		`FROM busybox\nRUN ${run}\n`,
	);
	return cli.start(['debug', '--pause', 'error', ...flags, context], {
		cols: 160,
		rows: 40,
		env: {DOCKER_HOST: testEngine().dockerHost},
	});
}

test.each(['buildkit', 'legacy'])(
	't runs a failed command again, and tells which part failed (%s)',
	async builder => {
		await using it = await debug(
			'echo one && ls / | grep -q nothing-like-it && echo two',
			'--builder',
			builder,
		);
		const {terminal} = it;
		await terminal.waitForText('run it again, to see which part fails');
		terminal.press('t');
		await terminal.waitForText('Run again in a container of its own');
		await terminal.waitForText('grep -q nothing-like-it');
		terminal.press('q');
		expect(await terminal.waitForExit()).toEqual({code: 1, signal: null});
	},
);

/** A shell that traces has x among its flags: only what runs again goes on for ever. */
const endless = (seconds: string): string =>
	`case $- in *x*) sleep ${seconds};; esac; exit 3`;

test('t, Ctrl-C and q stop it, and the screen says how long it runs', async () => {
	const seconds = uniqueSeconds();
	await using it = await debug(endless(seconds));
	const {terminal} = it;
	await terminal.waitForText('run it again, to see which part fails');
	for (const key of ['t', ctrlC]) {
		terminal.press('t');
		// eslint-disable-next-line no-await-in-loop -- one key after the other
		await terminal.waitForText(/again in a container of its own, for [1-9]/v);
		// eslint-disable-next-line no-await-in-loop
		await terminal.waitForText('stop running it again');
		// eslint-disable-next-line no-await-in-loop
		await expectRunning(seconds);
		terminal.press(key);
		// eslint-disable-next-line no-await-in-loop
		await terminal.waitForText('Running it again was stopped.');
		// eslint-disable-next-line no-await-in-loop
		await expectGone(seconds);
	}

	terminal.press('t');
	await expectRunning(seconds);
	terminal.press('q');
	expect(await terminal.waitForExit()).toEqual({code: 1, signal: null});
	await expectGone(seconds);
});

test('at the line prompt Ctrl-C stops it, and the session goes on', async () => {
	const seconds = uniqueSeconds();
	await using it = await debug(endless(seconds), '--plain');
	const {terminal} = it;
	await terminal.waitForText(/exited with code 3.*\(mstage\)/sv);
	terminal.press('retrace\r');
	await terminal.waitForText(/at first it took .*Ctrl-C stops it/v);
	await expectRunning(seconds);
	terminal.press(ctrlC);
	await terminal.waitForText('Running it again was stopped.');
	await expectGone(seconds);
	terminal.press('where\r');
	await terminal.waitForText(/before 0:1 .*\(failed\)/sv);
	terminal.press('quit\r');
	// The shell around it, which the test keeps the terminal's settings with, gets the Ctrl-C too.
	await terminal.waitForExit();
});
