import process from 'node:process';
import {expect, test} from 'vitest';
import type {Command} from '../../bench/processes.js';
import {converse, shellPrompt} from '../../bench/terminal.js';

function shell(script: string): Command {
	return {file: '/bin/sh', args: ['-c', script], env: process.env};
}

const {signal} = new AbortController();

test('types what each sight is answered with, and tells when it was seen', async () => {
	const seen = await converse(
		shell(
			String.raw`printf "name? "; read -r name; printf "\n$name # "; read -r end`,
		),
		[
			{until: /name\? $/v, type: '/work\r'},
			{until: shellPrompt, type: '\r'},
		],
		signal,
	);
	expect(seen).toHaveLength(2);
	expect(seen[1]).toBeGreaterThan(seen[0]!);
});

test('sees a prompt between control sequences', async () => {
	const printed = String.raw`\033[?1049l\033]0;title\007\r\n\033[1m/ \033[0m# \033[6n`;
	const seen = await converse(
		shell(`printf '${printed}'; read -r end`),
		[{until: shellPrompt, type: '\r'}],
		signal,
	);
	expect(seen).toHaveLength(1);
});

test('a program that ends before it was seen is an error with what it said', async () => {
	const run = converse(
		shell('echo no prompt here'),
		[{until: shellPrompt, type: ''}],
		signal,
	);
	await expect(run).rejects.toThrow(/never showed .*:\nno prompt here/v);
});

test('ends the program when it is given up', async () => {
	const controller = new AbortController();
	const reason = new Error('given up');
	const run = converse(
		shell('printf ready; sleep 50'),
		[
			{until: /ready/v, type: ''},
			{until: /never/v, type: ''},
		],
		controller.signal,
	);
	controller.abort(reason);
	await expect(run).rejects.toBe(reason);
});
