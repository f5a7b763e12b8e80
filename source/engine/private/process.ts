import {execFile} from 'node:child_process';
import {readFileSync} from 'node:fs';
import {readdir} from 'node:fs/promises';
import process from 'node:process';
import {setTimeout as delay} from 'node:timers/promises';

export type RunOptions = {
	cwd?: string;
	env?: NodeJS.ProcessEnv;

	/** Aborting it ends the program (SIGTERM). */
	signal?: AbortSignal | undefined;
};

/** How a program ended. */
export type Ending = {
	/** Its exit code; `null` when a signal ended it or it couldn't be started. */
	code: number | null;
	stdout: string;
	stderr: string;
};

/**
Runs a program to its end, whatever that is.
@param command - The program, looked up in PATH.
@param args - Its arguments.
@param options - Its folder and its whole environment, when not ours.
@returns Its exit code and what it printed.
*/
export async function attempt(
	command: string,
	args: string[],
	options: RunOptions = {},
): Promise<Ending> {
	return new Promise(resolve => {
		const limits = {maxBuffer: 64 * 1024 * 1024};
		const child = execFile(
			command,
			args,
			{...options, ...limits},
			(error, stdout, stderr) => {
				const reason =
					child.pid === undefined ? (error?.message ?? '') : stderr;
				resolve({code: child.exitCode, stdout, stderr: reason});
			},
		);
	});
}

/**
Runs a program that must succeed.
@param command - The program, looked up in PATH.
@param args - Its arguments.
@param options - Its folder and its whole environment, when not ours.
@returns What it printed on standard output.
@throws {Error} with the end of what it said, when it exits with another code than 0.
*/
export async function run(
	command: string,
	args: string[],
	options: RunOptions = {},
): Promise<string> {
	const {code, stdout, stderr} = await attempt(command, args, options);
	if (code !== 0) {
		const said = `${stdout}${stderr}`.trim().split('\n').slice(-15).join('\n');
		throw new Error(`\`${command} ${args.join(' ')}\` failed:\n${said}`);
	}

	return stdout;
}

/** A process that can't be mistaken for a later one with the same id. */
export type ProcessIdentity = {
	pid: number;
	/** When it started, in clock ticks since boot: field 22 of `/proc/PID/stat` (proc(5)). */
	started: string;
};

/** The fields of `/proc/PID/stat` from the third on; the second, the name, may hold spaces. */
function statFields(pid: number): string[] | undefined {
	try {
		const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
		return text.slice(text.lastIndexOf(')') + 2).split(' ');
	} catch (error) {
		// Any other failure than these must not pass for the end of a process.
		const code = error instanceof Error && 'code' in error ? error.code : null;
		if (code === 'ENOENT' || code === 'ESRCH') {
			return undefined;
		}

		throw error;
	}
}

/**
@param pid - A process.
@returns Its identity, or `undefined` when there is no such process (or only its exit code is left of it).
*/
export function identify(pid: number): ProcessIdentity | undefined {
	const fields = statFields(pid);
	if (fields === undefined || fields[0] === 'Z') {
		return undefined;
	}

	return {pid, started: fields[19] ?? ''};
}

/**
@param identity - A process.
@returns Whether that very process is still running.
*/
export function isAlive(identity: ProcessIdentity): boolean {
	return identify(identity.pid)?.started === identity.started;
}

/**
@param pid - A process.
@returns The identity of its first child, or `undefined` while it has none.
*/
export async function childOf(
	pid: number,
): Promise<ProcessIdentity | undefined> {
	const entries = await readdir('/proc');
	const child = entries
		.map(Number)
		.filter(entry => Number.isInteger(entry))
		.find(entry => statFields(entry)?.[1] === String(pid));
	return child === undefined ? undefined : identify(child);
}

/**
Sends a signal; a process that is gone already is fine.
@param identity - The process.
@param signal - The signal.
*/
export function signalProcess(
	identity: ProcessIdentity,
	signal: NodeJS.Signals,
): void {
	if (isAlive(identity)) {
		process.kill(identity.pid, signal);
	}
}

/**
Watches until something is there.
@param look - Returns it, or `undefined` while it isn't there.
@param milliseconds - How long to watch.
@returns What `look` returned, or `undefined` when the time ran out first.
*/
export async function watchFor<T>(
	look: () => Promise<T | undefined> | T | undefined,
	milliseconds: number,
): Promise<T | undefined> {
	const end = performance.now() + milliseconds;
	for (;;) {
		// eslint-disable-next-line no-await-in-loop
		const value = await look();
		if (value !== undefined || performance.now() > end) {
			return value;
		}

		// eslint-disable-next-line no-await-in-loop
		await delay(20);
	}
}

/**
@param identity - A process.
@param milliseconds - How long to watch it.
@returns Whether it ended in that time.
*/
export async function hasEnded(
	identity: ProcessIdentity,
	milliseconds: number,
): Promise<boolean> {
	const ended = () => (isAlive(identity) ? undefined : true);
	return (await watchFor(ended, milliseconds)) ?? false;
}
