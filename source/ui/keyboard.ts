import {Buffer} from 'node:buffer';
import type {ReadStream} from 'node:tty';
import {type Paste, PasteTaker, isFlood} from '../terminal/pastes.js';
import {KeyParser} from './key-parser.js';

/** How long the rest of a sequence may take to come, in milliseconds: what is alone for longer is the Escape key. */
const escapeDelay = 40;
const interrupt = 3;

/** How much that is typed ahead is kept for a shell, in bytes; of more, nothing is: half a command is worse than none. */
const mostHeld = 1_048_576;

/** Who gets what is typed: the keys of the screen, or a shell that is about to open. */
export class Keyboard {
	readonly #stdin: ReadStream;
	readonly #onKey: (key: string) => void;
	readonly #onPaste: (paste: Paste) => void;
	readonly #parser = new KeyParser();
	#held: Buffer[] = [];
	#heldLength = 0;
	#paste: PasteTaker | undefined;
	#timer: NodeJS.Timeout | undefined;
	#stop: (() => void) | undefined;

	/**
	@param onKey - Called with the names that `KeyParser` gives.
	@param onPaste - Called with what is pasted, which is no keys.
	*/
	constructor(
		stdin: ReadStream,
		onKey: (key: string) => void,
		onPaste: (paste: Paste) => void,
	) {
		this.#stdin = stdin;
		this.#onKey = onKey;
		this.#onPaste = onPaste;
	}

	/** What is typed from now on are keys. */
	listen(): void {
		this.#take(data => {
			clearTimeout(this.#timer);
			this.#read(data);
			if (!this.#paste && this.#parser.isWaiting) {
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
			this.#keep(data);
			if (data.includes(interrupt)) {
				onInterrupt();
			}
		});
	}

	/** Lets go of the input. What was kept is there for the next reader, before anything that comes later. */
	release(): void {
		this.stop();
		if (this.#held.length > 0 && this.#heldLength <= mostHeld) {
			this.#stdin.unshift(Buffer.concat(this.#held));
		}

		this.drop();
	}

	/** Lets go of the input, and of what was kept. */
	stop(): void {
		clearTimeout(this.#timer);
		this.#parser.flush();
		this.#paste?.stop();
		this.#paste = undefined;
		this.#stop?.();
		this.#stop = undefined;
	}

	/** What was kept has no reader any more. */
	drop(): void {
		this.#held = [];
		this.#heldLength = 0;
	}

	#keep(data: Buffer): void {
		this.#heldLength += data.length;
		if (this.#heldLength <= mostHeld) {
			this.#held.push(data);
		} else {
			this.#held = [];
		}
	}

	#read(data: Buffer): void {
		let rest: Buffer | null = data;
		while (rest !== null && rest.length > 0) {
			if (!this.#paste && isFlood(rest)) {
				this.#beginPaste(false);
			}

			rest = this.#paste ? this.#paste.take(rest) : this.#readKeys(rest);
		}
	}

	/**
	Byte by byte: what comes behind a key that opens a shell is already for the shell.

	@returns What is behind the beginning of a paste, if there is one.
	*/
	#readKeys(data: Buffer): Buffer | null {
		const reading = this.#stop;
		for (let index = 0; index < data.length; index++) {
			const rest = data.subarray(index + 1);
			for (const key of this.#parser.push(data.subarray(index, index + 1))) {
				if (key === 'paste') {
					this.#beginPaste(true);
					return rest;
				}

				this.#onKey(key);
			}

			if (this.#stop !== reading) {
				this.#keep(rest);
				return null;
			}
		}

		return null;
	}

	#beginPaste(isMarked: boolean): void {
		this.#paste = new PasteTaker(isMarked, paste => {
			this.#paste = undefined;
			this.#onPaste(paste);
		});
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
