import {mkdir, readFile, writeFile} from 'node:fs/promises';
import {homedir} from 'node:os';
import path from 'node:path';
import process from 'node:process';

/** How many lines are kept. */
const limit = 1000;

/**
@returns The lines typed at the prompt in earlier sessions, newest first; none when there are none to be read.
*/
export async function readHistory(
	environment: NodeJS.ProcessEnv = process.env,
): Promise<string[]> {
	try {
		const text = await readFile(historyFile(environment), 'utf8');
		return text.split('\n').filter(line => line !== '');
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
		await mkdir(path.dirname(file), {recursive: true, mode: 0o700});
		await writeFile(
			file,
			lines
				.slice(0, limit)
				.map(line => `${line}\n`)
				.join(''),
			{mode: 0o600},
		);
	} catch {
		// The session was worth more than its lines.
	}
}

/** Where state that a user would miss but not back up belongs (XDG Base Directory Specification). */
function historyFile(environment: NodeJS.ProcessEnv): string {
	const folder =
		environment['XDG_STATE_HOME'] ||
		path.join(environment['HOME'] || homedir(), '.local/state');
	return path.join(folder, 'mstage', 'history');
}
