import {type ChildProcess, spawn} from 'node:child_process';
import {readdir, readFile} from 'node:fs/promises';
import {constants} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {childOf, identify, watchFor} from '../../test/engine/process.js';
import {TestTerminal} from '../../test/terminal/terminal.js';
import {signaled} from './expected.js';

export const columns = 110;
export const rows = 30;

/** An OSC that no terminal knows. */
const lastWord = '\u001B]7777;ended\u0007';

/**
Keeps the terminal's settings from before and after the program, and its exit code: both outlive the terminal. It ends only
when all that was written has been read: of what is still to be read 200 ms after the end, node-pty reads nothing.
*/
const between = String.raw`ulimit -c 0; trap : HUP INT QUIT TERM; stty -g > "$0/before"; "$@"; code=$?; echo "$code" > "$0/code"; stty -g > "$0/after"; printf "\033]7777;ended\007"; read -r answer; exit "$code"`;

export type ProgramOptions = {
	readonly args: readonly string[];
	readonly onTerminal: boolean;
	readonly cwd: string;
	readonly env: Readonly<Record<string, string | undefined>>;

	/** Where what outlives it is written. */
	readonly notes: string;
};

/** `mstage` that runs, on a terminal or on pipes. */
export type Program = {
	/** What Node runs is this process. */
	readonly pid: number;

	/** `null` on pipes. */
	readonly terminal: TestTerminal | null;

	/** Whether a signal ended it that it didn't handle; of pipes only. */
	readonly wasKilled: boolean;

	/** @returns What is to be seen: the screen of a terminal, else all that it printed. */
	seen(): string;

	/** @returns All that it printed. */
	printed(): string;

	/** @returns What it printed on standard error, of pipes. */
	complaints(): string;
	type(text: string): void;
	endInput(): void;
	closeOutput(): void;
	signal(name: NodeJS.Signals): void;

	/** @returns Whether it came to be within the time; not when the program ended first. */
	until(check: () => boolean, milliseconds?: number): Promise<boolean>;

	/** @returns Its exit code, or `undefined` while it runs. */
	code(): Promise<number | undefined>;

	/** Of a terminal that is still there: resolves when it has ended, and all that it wrote is read. */
	drain(): Promise<void>;

	/** Ends what is left of it. */
	close(): Promise<void>;
};

/** How long it may take until something is seen, on a loaded machine, in milliseconds. */
const patience = 30_000;

/** @returns It, started. */
export async function startProgram(
	file: string,
	options: ProgramOptions,
): Promise<Program> {
	return options.onTerminal
		? onTerminal(file, options)
		: onPipes(file, options);
}

async function onTerminal(
	file: string,
	{args, cwd, env, notes}: ProgramOptions,
): Promise<Program> {
	const terminal = new TestTerminal(
		'sh',
		['-c', between, notes, process.execPath, file, ...args],
		{cols: columns, rows, cwd, env},
	);
	const child = await watchFor(async () => {
		const first = await childOf(terminal.pid);
		// What asks for the settings comes before it.
		const command = first ? await commandOf(first.pid) : '';
		return command.startsWith(process.execPath) ? first : undefined;
	}, 20_000);
	if (!child) {
		throw new Error('The program was not started.');
	}

	const {pid} = child;
	const code = async (): Promise<number | undefined> => {
		if (identify(pid)?.started === child.started) {
			return undefined;
		}

		const text = await watchFor(async () => {
			const read = await readFile(path.join(notes, 'code'), 'utf8').catch(
				() => '',
			);
			return read.endsWith('\n') ? read : undefined;
		}, 5000);
		return text === undefined ? -1 : Number(text);
	};

	return {
		pid,
		terminal,
		seen: () => terminal.text(),
		printed: () => terminal.raw,
		complaints: () => '',
		type(text) {
			terminal.press(text);
		},
		endInput() {
			terminal.press('\u0004');
		},
		closeOutput() {
			terminal.hangUp();
		},
		signal(name) {
			send(pid, name);
		},
		async until(check, milliseconds = patience) {
			const ends = watchFor(async () => {
				if (check()) {
					return true;
				}

				return identify(pid)?.started === child.started ? undefined : false;
			}, milliseconds);
			return (await ends) ?? false;
		},
		code,
		wasKilled: false,
		async drain() {
			await terminal.waitFor(
				() => terminal.raw.includes(lastWord),
				'the end of the program',
			);
			// Whichever of the two it takes for the end of a line now.
			terminal.press('\r\n');
			await terminal.waitForExit();
		},
		async close() {
			send(pid, 'SIGKILL');
			await terminal.close();
		},
	};
}

async function onPipes(
	file: string,
	{args, cwd, env}: ProgramOptions,
): Promise<Program> {
	const child: ChildProcess = spawn(process.execPath, [file, ...args], {
		cwd,
		env: withoutGaps({...process.env, ...env}),
		stdio: 'pipe',
	});
	let [printed, complaints] = ['', ''];
	let ended:
		| {readonly code: number | null; readonly signal: NodeJS.Signals | null}
		| undefined;
	const wakers = new Set<() => void>();
	const wake = () => {
		for (const waker of wakers) {
			waker();
		}
	};

	child.stdout!.setEncoding('utf8').on('data', (text: string) => {
		printed += text;
		wake();
	});
	child.stderr!.setEncoding('utf8').on('data', (text: string) => {
		complaints += text;
		wake();
	});
	for (const stream of [child.stdin!, child.stdout!, child.stderr!]) {
		stream.on('error', () => undefined);
	}

	child.on('close', (code, signal) => {
		ended = {code, signal};
		wake();
	});
	const pid = child.pid!;
	return {
		pid,
		terminal: null,
		seen: () => printed + complaints,
		printed: () => printed + complaints,
		complaints: () => complaints,
		type(text) {
			child.stdin!.write(text);
		},
		endInput() {
			child.stdin!.end();
		},
		closeOutput() {
			child.stdout!.destroy();
		},
		signal(name) {
			if (!ended) {
				send(pid, name);
			}
		},
		async until(check, milliseconds = patience) {
			return new Promise(resolve => {
				const look = () => {
					const isThere = check();
					if (isThere || ended) {
						clearTimeout(timer);
						clearInterval(beat);
						wakers.delete(look);
						resolve(isThere);
					}
				};

				// What it does elsewhere wakes nobody here.
				const beat = setInterval(() => {
					look();
				}, 20);

				const timer = setTimeout(() => {
					clearInterval(beat);
					wakers.delete(look);
					resolve(false);
				}, milliseconds);
				wakers.add(look);
				look();
			});
		},
		async code() {
			return ended && (ended.code ?? signaled(ended.signal!));
		},
		get wasKilled() {
			return ended?.signal !== null && ended !== undefined;
		},
		async drain() {
			// Its end comes after all that it wrote.
		},
		async close() {
			if (!ended) {
				send(pid, 'SIGKILL');
			}
		},
	};
}

async function commandOf(pid: number): Promise<string> {
	return readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
}

/** One that is gone already is fine. */
function send(pid: number, signal: NodeJS.Signals): void {
	try {
		process.kill(pid, constants.signals[signal]);
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== 'ESRCH') {
			throw error;
		}
	}
}

/** @returns The commands of the processes for which it holds of their command line, or their environment. */
export async function processesWith(
	file: 'cmdline' | 'environ',
	word: string,
): Promise<ReadonlyArray<{readonly pid: number; readonly command: string}>> {
	const found: Array<{pid: number; command: string}> = [];
	for (const name of await readdir('/proc')) {
		const pid = Number(name);
		if (!Number.isInteger(pid) || pid === process.pid) {
			continue;
		}

		const read = async (of: string) =>
			readFile(`/proc/${pid}/${of}`, 'utf8').catch(() => '');
		// eslint-disable-next-line no-await-in-loop
		const text = await read(file);
		if (text.split('\0').some(part => part.includes(word))) {
			// eslint-disable-next-line no-await-in-loop
			const command = await read('cmdline');
			if (identify(pid)) {
				found.push({pid, command: command.replaceAll('\0', ' ').trim()});
			}
		}
	}

	return found;
}

/** What a process has read and written, and waited for a processor, in bytes and seconds; zeros when it is gone. */
export async function usageOf(
	pid: number,
): Promise<{readonly moved: number; readonly waited: number}> {
	const [io, schedule] = await Promise.all(
		['io', 'schedstat'].map(async name =>
			readFile(`/proc/${pid}/${name}`, 'utf8').catch(() => ''),
		),
	);
	const [, read = '0'] = /rchar: (\d+)/v.exec(io!) ?? [];
	const [, written = '0'] = /wchar: (\d+)/v.exec(io!) ?? [];
	// The second field is the time on a run queue, in nanoseconds (Documentation/scheduler/sched-stats.rst).
	const waited = Number(schedule!.split(' ')[1] ?? 0) / 1e9;
	return {moved: Number(read) + Number(written), waited};
}

function withoutGaps(
	env: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
	return Object.fromEntries(
		Object.entries(env).filter(
			(entry): entry is [string, string] => entry[1] !== undefined,
		),
	);
}
