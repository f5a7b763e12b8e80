import {Buffer} from 'node:buffer';
import {writeSync} from 'node:fs';
import process from 'node:process';
import timers from 'node:timers/promises';
import xterm from '@xterm/headless';
import {type IPty, spawn as spawnPty} from '@lydell/node-pty';

/** How much is written at once, in bytes; less than what a terminal of Linux holds. */
const pieceOfPaste = 1024;

/** How long something on the screen may take to come, in milliseconds. */
const patience = 60_000;

export type TerminalOptions = {
	readonly cols?: number;
	readonly rows?: number;
	readonly cwd?: string;

	/** Added to the environment of the tests. */
	readonly env?: Readonly<Record<string, string | undefined>>;
};

/** What a program has switched on in the terminal. */
export type Modes = {
	readonly alternateScreen: boolean;
	readonly cursorVisible: boolean;
	readonly bracketedPaste: boolean;
	readonly applicationCursorKeys: boolean;
	readonly mouse: boolean;
};

export type Exit = {
	/** `null` when a signal ended the program. */
	readonly code: number | null;
	readonly signal: number | null;
};

type Waiter = {
	readonly resolve: () => void;
	readonly reject: (error: Error) => void;

	/** @returns Whether the wait is over; an error when it is over in vain. */
	check(): boolean | Error;
};

/**
A program in a real pseudo-terminal with a terminal emulator behind it. Nothing here sleeps: every wait ends with the
output that makes its condition true, or fails with the screen in its message.
*/
export class TestTerminal {
	readonly #pty: IPty;
	readonly #emulator: xterm.Terminal;
	readonly #waiters = new Set<Waiter>();
	#raw = '';
	#cursorVisible = true;
	#exit: Exit | undefined;
	#writing = 0;

	constructor(
		command: string,
		args: readonly string[],
		options: TerminalOptions = {},
	) {
		const {cols = 80, rows = 24, cwd, env = {}} = options;
		this.#emulator = new xterm.Terminal({
			cols,
			rows,
			scrollback: 5000,
			allowProposedApi: true,
		});
		this.#emulator.parser.registerCsiHandler(
			{prefix: '?', final: 'h'},
			parameters => {
				this.#cursorVisible ||= parameters.includes(25);
				return false;
			},
		);
		this.#emulator.parser.registerCsiHandler(
			{prefix: '?', final: 'l'},
			parameters => {
				this.#cursorVisible &&= !parameters.includes(25);
				return false;
			},
		);
		this.#pty = spawnPty(command, [...args], {
			cols,
			rows,
			cwd: cwd ?? process.cwd(),
			name: 'xterm-256color',
			env: withoutGaps({
				...process.env,
				TERM: 'xterm-256color',
				LANG: 'C.UTF-8',
				LC_ALL: 'C.UTF-8',
				NO_COLOR: undefined,
				CI: 'false',
				...env,
			}),
		});
		this.#emulator.onData(answer => {
			this.#pty.write(answer);
		});
		this.#pty.onData(data => {
			this.#raw += data;
			this.#writing++;
			this.#emulator.write(data, () => {
				this.#writing--;
				this.#wake();
			});
		});
		this.#pty.onExit(({exitCode, signal}) => {
			this.#exit = signal
				? {code: null, signal}
				: {code: exitCode, signal: null};
			this.#wake();
		});
	}

	get pid(): number {
		return this.#pty.pid;
	}

	/** Everything that the program wrote. */
	get raw(): string {
		return this.#raw;
	}

	get modes(): Modes {
		const {bracketedPasteMode, applicationCursorKeysMode, mouseTrackingMode} =
			this.#emulator.modes;
		return {
			alternateScreen: this.#emulator.buffer.active.type === 'alternate',
			cursorVisible: this.#cursorVisible,
			bracketedPaste: bracketedPasteMode,
			applicationCursorKeys: applicationCursorKeysMode,
			mouse: mouseTrackingMode !== 'none',
		};
	}

	/** What else programs switch on. */
	get otherModes(): Readonly<Record<string, boolean>> {
		const {applicationKeypadMode, insertMode, originMode, sendFocusMode} =
			this.#emulator.modes;
		return {
			applicationKeypad: applicationKeypadMode,
			insert: insertMode,
			origin: originMode,
			focusReports: sendFocusMode,
		};
	}

	/** @returns The visible lines, without the spaces at their ends. */
	screen(): readonly string[] {
		const {active} = this.#emulator.buffer;
		return Array.from(
			{length: this.#emulator.rows},
			(_, row) =>
				active
					.getLine(active.viewportY + row)
					?.translateToString()
					.trimEnd() ?? '',
		);
	}

	/** @returns The visible lines as one text. */
	text(): string {
		return this.screen().join('\n');
	}

	/** @returns The main screen with what has scrolled off, as one text; what is on the alternate screen is not in it. */
	history(): string {
		const {normal} = this.#emulator.buffer;
		return Array.from({length: normal.length}, (_, row) =>
			normal.getLine(row)!.translateToString().trimEnd(),
		)
			.join('\n')
			.trimEnd();
	}

	/** @param keys - Bytes as a terminal sends them. */
	press(keys: string | Uint8Array): void {
		// Its types only know text.
		const pty: {write(data: string | Uint8Array): void} = this.#pty;
		pty.write(keys);
	}

	/**
	Brings more than the terminal holds at once, and lets this process go on while the program takes it: what `press` can't
	write, it waits for in a loop that nothing else of the process gets out of.

	@returns Resolves when it is written, or can't be: the terminal is closed, or the time is over.
	*/
	async paste(text: string, milliseconds = patience): Promise<void> {
		// Its types only know what also works on Windows.
		const {fd} = this.#pty as IPty & {readonly fd: number};
		const bytes = Buffer.from(text);
		const end = performance.now() + milliseconds;
		for (let at = 0; at < bytes.length && performance.now() < end;) {
			try {
				at += writeSync(fd, bytes.subarray(at, at + pieceOfPaste));
			} catch (error) {
				if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') {
					return;
				}

				// eslint-disable-next-line no-await-in-loop -- until there is room
				await timers.setTimeout(1);
			}
		}
	}

	resize(cols: number, rows: number): void {
		this.#emulator.resize(cols, rows);
		this.#pty.resize(cols, rows);
	}

	/** Closes the terminal under the program, as closing its window would. */
	hangUp(): void {
		// Its types only know what also works on Windows.
		const pty: IPty & {destroy?(): void} = this.#pty;
		pty.destroy?.();
	}

	/** Sends a signal to the program itself. */
	signal(name: NodeJS.Signals): void {
		process.kill(this.#pty.pid, name);
	}

	/**
	@param wanted - What the screen has to show; a function gets the text of the screen.
	@returns The text of the screen that shows it.
	*/
	async waitForText(
		wanted: string | RegExp | ((text: string) => boolean),
	): Promise<string> {
		const matches = (text: string) =>
			typeof wanted === 'function'
				? wanted(text)
				: typeof wanted === 'string'
					? text.includes(wanted)
					: wanted.test(text);
		await this.waitFor(() => matches(this.text()), String(wanted));
		return this.text();
	}

	/**
	@param check - Looked at after each output.
	@param what - What is waited for, for the message when it doesn't come.
	*/
	async waitFor(check: () => boolean, what: string): Promise<void> {
		await this.#until(() => {
			if (check()) {
				return true;
			}

			if (this.#exit && this.#writing === 0) {
				return new Error(
					`The program ended (${JSON.stringify(this.#exit)}) before: ${what}\n${this.text()}`,
				);
			}

			return false;
		}, what);
	}

	/** @returns How the program ended, after all its output is on the screen. */
	async waitForExit(): Promise<Exit> {
		await this.#until(
			() => this.#exit !== undefined && this.#writing === 0,
			'the end of the program',
		);
		return this.#exit!;
	}

	/** Ends the program, if it still runs. */
	async close(): Promise<void> {
		if (!this.#exit) {
			this.#pty.kill('SIGKILL');
			await this.waitForExit();
		}

		this.#emulator.dispose();
	}

	async [Symbol.asyncDispose](): Promise<void> {
		await this.close();
	}

	async #until(check: Waiter['check'], what: string): Promise<void> {
		if (check() === true) {
			return;
		}

		let waiter!: Waiter;
		let timer!: NodeJS.Timeout;
		try {
			await new Promise<void>((resolve, reject) => {
				waiter = {check, resolve, reject};
				this.#waiters.add(waiter);
				timer = setTimeout(() => {
					reject(
						new Error(`Not seen in ${patience} ms: ${what}\n${this.text()}`),
					);
				}, patience);
			});
		} finally {
			clearTimeout(timer);
			this.#waiters.delete(waiter);
		}
	}

	#wake(): void {
		for (const waiter of this.#waiters) {
			const result = waiter.check();
			if (result instanceof Error) {
				waiter.reject(result);
			} else if (result) {
				waiter.resolve();
			}
		}
	}
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
