import {spawn} from '@lydell/node-pty';
import {type Command, killGroup, RunError, timeLimit} from './processes.js';

/** What a person waits for on a terminal, and types then. */
export type Exchange = {
	/** Matched against what was printed since the last time something was typed, without control sequences. */
	readonly until: RegExp;
	readonly type: string;
};

/** The prompt of a shell of root: its folder, and a number sign. */
export const shellPrompt = /(?:^|[\r\n])\/\S* # /v;

/** CSI and OSC sequences, and the two-character ones (ECMA-48, sections 5.4, 8.3.89 and 5.3). */
export const controlSequences =
	// eslint-disable-next-line no-control-regex
	/\u001B(?:\[[0-?]*[ -\/]*[@-~]|\][^\u0007\u001B]*(?:\u0007|\u001B\\)|[ -\/]*[0-Z\\^-~])/gv;

/**
Runs a program in a terminal of 120 columns and 30 rows, and plays a person.

@param command - What to run.
@param exchanges - What that person waits for and types, in order; the program has to end by itself after the last.
@param signal - Aborting it ends the program.
@returns When each was seen, in milliseconds since the start of the program.
@throws {RunError} Something was never seen, or the program didn't end, within `timeLimit`.
@throws The reason of the signal.
*/
export async function converse(
	command: Command,
	exchanges: readonly Exchange[],
	signal: AbortSignal,
): Promise<number[]> {
	signal.throwIfAborted();
	return new Promise((resolve, reject) => {
		const seen: number[] = [];
		let unread = '';
		const started = performance.now();
		const terminal = spawn(command.file, [...command.args], {
			cols: 120,
			rows: 30,
			env: command.env,
		});
		const kill = () => {
			killGroup(terminal.pid);
		};

		const timer = setTimeout(kill, timeLimit);
		signal.addEventListener('abort', kill);
		terminal.onData(data => {
			unread += data;
			const exchange = exchanges[seen.length];
			if (exchange?.until.test(unread.replaceAll(controlSequences, ''))) {
				seen.push(performance.now() - started);
				unread = '';
				terminal.write(exchange.type);
			}
		});
		terminal.onExit(() => {
			clearTimeout(timer);
			signal.removeEventListener('abort', kill);
			if (signal.aborted) {
				reject(signal.reason as Error);
			} else if (seen.length === exchanges.length) {
				resolve(seen);
			} else {
				const {until} = exchanges[seen.length]!;
				reject(new RunError(command, `never showed ${String(until)}`, unread));
			}
		});
	});
}
