import {Buffer} from 'node:buffer';
import {constants} from 'node:fs';
import {open} from 'node:fs/promises';
import {homedir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {replaceFile} from '../project-cache/replace-file.js';
import {sanitise} from '../text/sanitise.js';

/** How many lines are kept. */
const limit = 1000;

/** No line that is longer can be typed. */
const longest = 4096;

/** How much of the file is read, in bytes. */
const most = 1_048_576;

/**
@returns The lines typed at the prompt in earlier sessions, newest first; none when there are none to be read.
*/
export async function readHistory(
	environment: NodeJS.ProcessEnv = process.env,
): Promise<string[]> {
	try {
		const text = await readBeginning(historyFile(environment));
		return text
			.split('\n')
			.slice(0, limit)
			.map(line => sanitise(line))
			.filter(line => line !== '' && line.length <= longest);
	} catch {
		// The first session, or a folder that isn't ours: a prompt works without its past.
		return [];
	}
}

/**
Keeps the lines for the next session, readable for the user only. What can't be written is not kept.

@param history - Newest first.
*/
export async function writeHistory(
	history: readonly string[],
	environment: NodeJS.ProcessEnv = process.env,
): Promise<void> {
	const file = historyFile(environment);
	const lines = history.filter((line, index) => line !== history[index - 1]);
	try {
		await replaceFile(
			file,
			lines
				.slice(0, limit)
				.map(line => `${line}\n`)
				.join(''),
		);
	} catch {
		// The session was worth more than its lines.
	}
}

/** Whatever the file has become since it was written: without O_NONBLOCK, nobody would come back from a FIFO. */
async function readBeginning(file: string): Promise<string> {
	const opened = await open(file, constants.O_NONBLOCK);
	try {
		const {bytesRead, buffer} = await opened.read(
			Buffer.alloc(most),
			0,
			most,
			0,
		);
		return buffer.toString('utf8', 0, bytesRead);
	} finally {
		await opened.close();
	}
}

/** Where state that a user would miss but not back up belongs (XDG Base Directory Specification). */
function historyFile(environment: NodeJS.ProcessEnv): string {
	const folder =
		environment['XDG_STATE_HOME'] ||
		path.join(environment['HOME'] || homedir(), '.local/state');
	return path.join(folder, 'mstage', 'history');
}
