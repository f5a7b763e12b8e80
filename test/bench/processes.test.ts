import process from 'node:process';
import {describe, expect, test} from 'vitest';
import {type Command, RunError, timeRun} from '../../bench/processes.js';

function shell(script: string): Command {
	return {file: '/bin/sh', args: ['-c', script], env: process.env};
}

const {signal} = new AbortController();

describe('timeRun', () => {
	test('measures a run and hears its output', async () => {
		const heard: string[] = [];
		const took = await timeRun(shell('echo one; echo two'), {
			signal,
			onOutput(text, milliseconds) {
				heard.push(text);
				expect(milliseconds).toBeGreaterThan(0);
			},
		});
		expect(took).toBeGreaterThan(0);
		expect(heard.join('')).toBe('one\ntwo\n');
	});

	test('gives the program the end of input at once', async () => {
		await expect(
			timeRun(shell('! read -r line'), {signal}),
		).resolves.toBeGreaterThan(0);
	});

	test('refuses another exit code, with what was said', async () => {
		const run = timeRun(shell('echo nothing there >&2; exit 3'), {signal});
		await expect(run).rejects.toThrow(/ended with 3:\nnothing there$/v);
	});

	test('accepts the exit code that was asked for', async () => {
		const run = timeRun(shell('exit 3'), {signal, exitCode: 3});
		await expect(run).resolves.toBeGreaterThan(0);
	});

	test('knows the crash of a Go program', async () => {
		const run = timeRun(
			shell(
				String.raw`printf "x\npanic: oh\n\ngoroutine 1 [running]:\n"; exit 2`,
			),
			{
				signal,
			},
		);
		await expect(run).rejects.toSatisfy(
			error => error instanceof RunError && error.crashed,
		);
	});

	test('a program that is missing is an error', async () => {
		const missing = {file: '/nonexistent/program', args: [], env: {}};
		await expect(timeRun(missing, {signal})).rejects.toThrow('ENOENT');
	});

	test('ends the program with its children when it is given up', async () => {
		const controller = new AbortController();
		const reason = new Error('given up');
		const run = timeRun(shell('sleep 50 & echo started; wait'), {
			signal: controller.signal,
			onOutput() {
				controller.abort(reason);
			},
		});
		// Standard output closes only when the child of the shell is gone too.
		await expect(run).rejects.toBe(reason);
	});
});
