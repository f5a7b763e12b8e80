import {Buffer} from 'node:buffer';
import {readFile, readdir} from 'node:fs/promises';
import process from 'node:process';
import {expect} from 'vitest';
import {listContainers} from '../engine/engine.js';
import {watchFor} from '../engine/process.js';
import {testEngine} from '../engine/test-engine.js';

/** @returns A number that only one command line on this machine has. */
export function uniqueSeconds(): string {
	return `${process.pid}${Math.trunc(performance.now())}`;
}

/** Waits until a process with the argument runs: what a build runs is an ordinary process of this machine. */
export async function expectRunning(argument: string): Promise<void> {
	const isThere = async () => (await isRunning(argument)) || undefined;
	expect(await watchFor(isThere, 10_000)).toBe(true);
}

/** Waits until no process with the argument runs any more, and then expects that no container is left. */
export async function expectGone(argument: string): Promise<void> {
	const isGone = async () => ((await isRunning(argument)) ? undefined : true);
	expect(await watchFor(isGone, 10_000)).toBe(true);
	expect(await listContainers(testEngine())).toEqual([]);
}

async function isRunning(argument: string): Promise<boolean> {
	const names = await readdir('/proc');
	const commands = await Promise.all(
		names
			.filter(name => /^\d+$/v.test(name))
			.map(async pid =>
				readFile(`/proc/${pid}/cmdline`).catch(() => Buffer.alloc(0)),
			),
	);
	return commands.some(command =>
		command.toString().split('\0').includes(argument),
	);
}
