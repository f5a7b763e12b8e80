import {Buffer} from 'node:buffer';
import type {ReadStream} from 'node:tty';
import {KeyParser} from './key-parser.js';

/** How long the rest of a sequence may take to come, in milliseconds: what is alone for longer is the Escape key. */
const escapeDelay = 40;
const interrupt = 3;

/** Who gets what is typed: the keys of the screen, or a shell that is about to open. */
export class Keyboard {
	readonly #stdin: ReadStream;
	readonly #onKey: (key: string) => void;
	readonly #parser = new KeyParser();
	#held: Buffer[] = [];
	#timer: NodeJS.Timeout | undefined;
	#stop: (() => void) | undefined;

	/** @param onKey - Called with the names that `KeyParser` gives. */
	constructor(stdin: ReadStream, onKey: (key: string) => void) {
		this.#stdin = stdin;
		this.#onKey = onKey;
	}

	/** What is typed from now on are keys. */
	listen(): void {
		this.#take(data => {
			clearTimeout(this.#timer);
			this.#read(data);
			if (this.#parser.isWaiting) {
				this.#timer = setTimeout(() => {
					for (const key of this.#parser.flush()) {
						this.#onKey(key);
					}
				}, escapeDelay);
			}
		});
	}

	/**
	What is typed from now on is kept for a shell.

	@param onInterrupt - Called when Ctrl-C is typed.
	*/
	hold(onInterrupt: () => void): void {
		this.#take(data => {
			this.#held.push(data);
			if (data.includes(interrupt)) {
				onInterrupt();
			}
		});
	}

	/** Lets go of the input. What was kept is there for the next reader, before anything that comes later. */
	release(): void {
		this.stop();
		if (this.#held.length > 0) {
			this.#stdin.unshift(Buffer.concat(this.#held));
			this.#held = [];
		}
	}

	/** Lets go of the input, and of what was kept. */
	stop(): void {
		clearTimeout(this.#timer);
		this.#parser.flush();
		this.#stop?.();
		this.#stop = undefined;
	}

	/** What was kept has no reader any more. */
	drop(): void {
		this.#held = [];
	}

	/** Byte by byte: what comes behind a key that opens a shell is already for the shell. */
	#read(data: Buffer): void {
		const reading = this.#stop;
		for (let index = 0; index < data.length; index++) {
			for (const key of this.#parser.push(data.subarray(index, index + 1))) {
				this.#onKey(key);
			}

			if (this.#stop !== reading) {
				this.#held.push(data.subarray(index + 1));
				return;
			}
		}
	}

	#take(onData: (data: Buffer) => void): void {
		this.stop();
		this.#stdin.on('data', onData).resume();
		this.#stop = () => {
			this.#stdin.pause();
			this.#stdin.off('data', onData);
		};
	}
}
