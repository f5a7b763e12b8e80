import process from 'node:process';
import type {Writable} from 'node:stream';
import type {OutputStyle} from '../report/output-style.js';
import {isUnicodeTerminal} from '../text/locale.js';

/** Rows of a summary where there is no terminal. */
const roomWithoutTerminal = 40;

/** @returns How to print on standard output. */
export function outputStyle(): OutputStyle {
	const {stdout, env} = process;
	return {
		color: stdout.isTTY && !env['NO_COLOR'],
		unicode: isUnicodeTerminal(env),
		columns: stdout.isTTY ? stdout.columns : null,
		// The prompt, the command and the title stay in sight.
		room: stdout.isTTY ? Math.max(stdout.rows - 4, 10) : roomWithoutTerminal,
	};
}

/** Writes text piece by piece, no faster than it is taken. */
export async function writeAll(
	stream: Writable,
	pieces: Iterable<string>,
): Promise<void> {
	for (const piece of pieces) {
		if (!stream.write(piece)) {
			// eslint-disable-next-line no-await-in-loop -- one after the other
			await new Promise<void>(resolve => {
				stream.once('drain', resolve);
			});
		}
	}
}
