import {createInterface} from 'node:readline';
import type {Readable} from 'node:stream';

/** A line of a script, and its number, counted from 1. */
export type ScriptLine = {readonly text: string; readonly number: number};

/** How many lines are read ahead. */
const most = 1024;

/** Commands that come on a pipe or from a file, read as they come: what is there already can be told from what isn't yet. */
export class Script {
	readonly #lines: ReturnType<typeof createInterface>;
	readonly #waiting: ScriptLine[] = [];
	#count = 0;
	#hasCommands = false;
	#hasEnded = false;
	#error: Error | undefined;
	#wake: (() => void) | undefined;

	/** @param signal - Ends the reading. */
	constructor(input: Readable, signal: AbortSignal) {
		this.#lines = createInterface({input, signal});
		this.#lines.on('line', text => {
			this.#count++;
			if (/^\s*[^\s#]/v.test(text)) {
				this.#hasCommands = true;
				this.#waiting.push({text, number: this.#count});
			}

			if (this.#waiting.length >= most) {
				this.#lines.pause();
			}

			this.#wake?.();
		});
		const end = (error?: Error): void => {
			this.#hasEnded = true;
			this.#error ??= error;
			this.#wake?.();
		};

		input.on('error', end);
		this.#lines.once('close', () => {
			end();
		});
	}

	/** Whether a command came, taken or not. */
	get hasCommands(): boolean {
		return this.#hasCommands;
	}

	/** Whether a command is there, or may still come where some came before. */
	get mayGoOn(): boolean {
		return this.#waiting.length > 0 || (this.#hasCommands && !this.#hasEnded);
	}

	/** How many commands came and weren't taken. */
	get waiting(): number {
		return this.#waiting.length;
	}

	/** Waits until there is a command, or it is known that there is none. */
	async begun(): Promise<void> {
		while (!this.#hasCommands && !this.#hasEnded) {
			// eslint-disable-next-line no-await-in-loop -- until something comes
			await this.#news();
		}
	}

	/**
	@returns The next command, as soon as it comes; `null` at the end. Empty lines and comments are left out.
	@throws What the input ends with when it can't be read.
	*/
	async next(): Promise<ScriptLine | null> {
		while (this.#waiting.length === 0 && !this.#hasEnded) {
			// eslint-disable-next-line no-await-in-loop -- until something comes
			await this.#news();
		}

		const line = this.#waiting.shift();
		if (line === undefined && this.#error) {
			throw this.#error;
		}

		if (this.#waiting.length < most / 2 && !this.#hasEnded) {
			this.#lines.resume();
		}

		return line ?? null;
	}

	/** Reads no more. */
	close(): void {
		this.#lines.close();
	}

	async #news(): Promise<void> {
		await new Promise<void>(resolve => {
			this.#wake = resolve;
		});
		this.#wake = undefined;
	}
}
