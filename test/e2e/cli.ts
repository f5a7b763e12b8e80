import {mkdtemp, readFile, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {bundle} from '../terminal/bundle.js';
import {TestTerminal, type TerminalOptions} from '../terminal/terminal.js';
import {childOf} from '../engine/process.js';

/** Keeps the terminal's settings from before and after the program, and ends with its exit code, whatever the terminal sends to both. */
const between = `trap : HUP INT; stty -g > "$0/before"; "$@"; code=$?; stty -g > "$0/after"; exit $code`;

/** `mstage` as a user starts it, in a terminal of its own. */
export type Cli = {
	readonly terminal: TestTerminal;

	/** Sends a signal to mstage itself. */
	signal(name: NodeJS.Signals): Promise<void>;

	/** @returns The terminal's settings before and after; both are there once mstage has ended. */
	settings(): Promise<readonly [before: string, after: string]>;
	[Symbol.asyncDispose](): Promise<void>;
};

/** Makes `mstage` runnable from its sources. */
export async function prepareCli() {
	const cli = await bundle(
		path.join(import.meta.dirname, '../../cli.tsx'),
		`cli-${process.pid}`,
	);
	return {
		remove: cli.remove,

		/** What Node runs. */
		path: cli.path,

		/** @param args - After `mstage`. */
		async start(
			args: readonly string[],
			options: TerminalOptions = {},
		): Promise<Cli> {
			const folder = await mkdtemp(path.join(tmpdir(), 'mstage-e2e-'));
			const terminal = new TestTerminal(
				'sh',
				['-c', between, folder, process.execPath, cli.path, ...args],
				options,
			);
			return {
				terminal,
				async signal(name) {
					const child = await childOf(terminal.pid);
					process.kill(child!.pid, name);
				},
				async settings() {
					const read = async (name: string) =>
						readFile(path.join(folder, name), 'utf8');
					return [await read('before'), await read('after')];
				},
				async [Symbol.asyncDispose]() {
					const child = await childOf(terminal.pid);
					if (child) {
						process.kill(child.pid, 'SIGKILL');
					}

					await terminal.close();
					await rm(folder, {recursive: true});
				},
			};
		},
	};
}
