import {type ChildProcess, spawn} from 'node:child_process';
import process from 'node:process';

/** How long one run of a program may take, in milliseconds. */
export const timeLimit = 60_000;

/** A program to run, with its whole environment. */
export type Command = {
	readonly file: string;
	readonly args: readonly string[];
	readonly env: NodeJS.ProcessEnv;
};

export type RunOptions = {
	/** Aborting it ends the program. */
	readonly signal: AbortSignal;
	/** The exit code it has to end with; 0 when left out. */
	readonly exitCode?: number;
	/** Hears what the program prints on standard output, with the time since its start in milliseconds and its process id. */
	onOutput?(text: string, milliseconds: number, pid: number): void;
};

/**
Runs a program to its end, with nothing on its standard input.

@param command - What to run.
@param options - What it has to end with, and who listens.
@returns How long it took from its start until it had ended, in milliseconds.
@throws {RunError} It ended with another exit code, or took longer than `timeLimit`.
@throws The reason of the signal.
*/
export async function timeRun(
	command: Command,
	{signal, exitCode = 0, onOutput}: RunOptions,
): Promise<number> {
	signal.throwIfAborted();
	return new Promise((resolve, reject) => {
		const started = performance.now();
		const {file, args, env} = command;
		// In a process group of its own, so that its children end with it.
		const child = spawn(file, args, {
			env,
			detached: true,
			stdio: ['ignore', 'pipe', 'pipe'],
		});
		const stopWatching = endEarly(child, signal);
		let said = '';
		let took = 0;
		child.stdout.setEncoding('utf8').on('data', (text: string) => {
			said += text;
			onOutput?.(text, performance.now() - started, child.pid!);
		});
		child.stderr.setEncoding('utf8').on('data', (text: string) => {
			said += text;
		});
		child.on('exit', () => {
			took = performance.now() - started;
		});
		child.on('error', reject);
		child.on('close', (code, killed) => {
			stopWatching();
			if (signal.aborted) {
				reject(signal.reason as Error);
			} else if (code === exitCode) {
				resolve(took);
			} else {
				reject(new RunError(command, `ended with ${killed ?? code}`, said));
			}
		});
	});
}

/** A program did something else than what was to be measured. */
export class RunError extends Error {
	override readonly name = 'RunError';

	/** Whether it died of a defect of its own, as Go's runtime tells it. */
	readonly crashed: boolean;

	/**
	@param command - What was run.
	@param how - What went wrong.
	@param said - What it printed; the message holds the end of it.
	*/
	constructor({file, args}: Command, how: string, said: string) {
		const end = said.trim().split('\n').slice(-15).join('\n');
		super(`\`${[file, ...args].join(' ')}\` ${how}:\n${end}`);
		this.crashed = /^goroutine \d+ \[/mv.test(said);
	}
}

/** Kills a program that takes too long, or that nobody wants to know of any more. */
function endEarly(child: ChildProcess, signal: AbortSignal): () => void {
	const end = () => {
		killGroup(child.pid);
	};

	const timer = setTimeout(end, timeLimit);
	signal.addEventListener('abort', end);
	return () => {
		clearTimeout(timer);
		signal.removeEventListener('abort', end);
	};
}

/**
Kills a program and the children that stayed in its process group.

@param pid - The leader of the group; `undefined` when it never started.
*/
export function killGroup(pid: number | undefined): void {
	if (pid !== undefined && !kill(-pid)) {
		// One that was started a moment ago may not have its group yet.
		kill(pid);
	}
}

/** @returns Whether it was there. */
function kill(pid: number): boolean {
	try {
		return process.kill(pid, 'SIGKILL');
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'ESRCH') {
			return false;
		}

		throw error;
	}
}
