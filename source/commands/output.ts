import type {Buffer} from 'node:buffer';
import process from 'node:process';
import {Writable} from 'node:stream';
import {StringDecoder} from 'node:string_decoder';
import type {WriteStream} from 'node:tty';
import type {OutputStyle} from '../report/output-style.js';
import {isUnicodeTerminal} from '../text/locale.js';
import {printable} from '../text/sanitise.js';

/** Rows of a summary where there is no terminal. */
const roomWithoutTerminal = 40;

/** @returns How to print on standard output. */
export function outputStyle(): OutputStyle {
	const {stdout, env} = process;
	return {
		color: isColored(stdout),
		unicode: isUnicodeTerminal(env),
		columns: stdout.isTTY ? stdout.columns : null,
		// The prompt, the command and the title stay in sight.
		room: stdout.isTTY ? Math.max(stdout.rows - 4, 10) : roomWithoutTerminal,
	};
}

/** Prints text, with the line feeds and colours that are in it, on standard output: the edge that nothing raw passes. */
export function print(text: string): void {
	process.stdout.write(printable(text, isColored(process.stdout)));
}

/** The same on standard error. */
export function printError(text: string): void {
	process.stderr.write(printable(text, isColored(process.stderr)));
}

/** Prints text piece by piece on standard output, as `print`, no faster than it is taken. */
export async function printAll(pieces: Iterable<string>): Promise<void> {
	const {stdout} = process;
	for (const piece of pieces) {
		if (!stdout.write(printable(piece, isColored(stdout)))) {
			// eslint-disable-next-line no-await-in-loop -- one after the other
			await new Promise<void>(resolve => {
				stdout.once('drain', resolve);
			});
		}
	}
}

/**
@returns Where the contents of files go: their bytes as they are, but on a terminal, which would act on them, as `print` shows them.
*/
export function fileOutput(): Writable {
	const {stdout} = process;
	if (!stdout.isTTY) {
		return stdout;
	}

	const decoder = new StringDecoder();
	return new Writable({
		write(chunk: Buffer, _encoding, done) {
			stdout.write(printable(decoder.write(chunk), false));
			done();
		},
	});
}

function isColored({isTTY}: WriteStream): boolean {
	return isTTY && !process.env['NO_COLOR'];
}
