import {readFileSync} from 'node:fs';
import {type IPty, spawn} from '@lydell/node-pty';
import {type Command, killGroup, RunError, timeLimit} from './processes.js';
import {controlSequences} from './terminal.js';

/** What ends a frame: the end of a synchronized update (DEC private mode 2026). */
const frameEnd = '\u001B[?2026l';

/** A program on a terminal of 120 columns and 30 rows, played key by key. */
export class Screen {
	readonly #command: Command;
	readonly #signal: AbortSignal;
	readonly #terminal: IPty;
	#unread = '';
	#onOutput: (() => void) | null = null;

	/** @param signal - Aborting it ends the program. */
	constructor(command: Command, signal: AbortSignal) {
		signal.throwIfAborted();
		this.#command = command;
		this.#signal = signal;
		this.#terminal = spawn(command.file, [...command.args], {
			cols: 120,
			rows: 30,
			env: command.env,
		});
		this.#terminal.onData(data => {
			this.#unread += data;
			this.#onOutput?.();
		});
	}

	/**
	@param until - Matched against what is painted from now on, without control sequences.
	@returns How long it took until a frame that has it was painted, in milliseconds.
	@throws {RunError} It wasn't painted within `timeLimit`.
	*/
	async shows(until: RegExp): Promise<number> {
		const started = performance.now();
		return new Promise((resolve, reject) => {
			const finish = (): void => {
				clearTimeout(timer);
				this.#signal.removeEventListener('abort', abort);
				this.#onOutput = null;
			};

			const abort = (): void => {
				finish();
				reject(this.#signal.reason as Error);
			};

			const timer = setTimeout(() => {
				finish();
				reject(
					new RunError(
						this.#command,
						`never showed ${String(until)}`,
						this.#unread,
					),
				);
			}, timeLimit);
			this.#signal.addEventListener('abort', abort);
			this.#onOutput = () => {
				const end = this.#unread.lastIndexOf(frameEnd);
				const painted = this.#unread.slice(0, Math.max(0, end));
				if (until.test(painted.replaceAll(controlSequences, ''))) {
					finish();
					this.#unread = this.#unread.slice(end + frameEnd.length);
					resolve(performance.now() - started);
				}
			};

			this.#onOutput();
		});
	}

	/** Presses a key; see `shows`. */
	async press(key: string, until: RegExp): Promise<number> {
		this.#unread = '';
		this.#terminal.write(key);
		return this.shows(until);
	}

	/** @returns How much memory of the program is resident, in bytes (proc(5), `VmRSS`). */
	residentBytes(): number {
		const status = readFileSync(`/proc/${this.#terminal.pid}/status`, 'utf8');
		return Number(/VmRSS:\s*(?<kilobytes>\d+)/v.exec(status)![1]) * 1024;
	}

	/** Ends the program. */
	close(): void {
		killGroup(this.#terminal.pid);
	}
}
